/** Who passes unasked, or without being acted upon, and who may read an answer. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { captchaPost, eventually, responseTo, setCookies, viewerRequest } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, accept, stopServices, verdict } from './netacea.mjs';

const STATE = 'x-netacea-edge-state';
let protector, ingest;
const start = (settings = {}) =>
  Instance.start({ ...SECRETS, mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url, mitigationType: 'MITIGATE', metrics: true, ...settings });
const metric = (instance, name) => instance.lines.filter((line) => line[name] === 1).length;
const entry = async () => {
  await eventually(() => ingest.requests.length > 0, 'a log entry');
  return JSON.parse(ingest.requests[0].body);
};

before(async () => {
  protector = await Service.start(verdict('000'));
});
beforeEach(async () => {
  protector.requests.length = 0;
  protector.answer = verdict('000');
  ingest = await Service.start(accept);
});
after(async () => {
  await stopInstances();
  await stopServices();
});

describe('a bypass', () => {
  const asked = async (instance, request) => {
    protector.requests.length = 0;
    await instance.invoke(viewerRequest(request));
    return protector.requests.length;
  };

  it('is by path, for GET and HEAD, and no trick gets in', async () => {
    const instance = await start({ bypass: { paths: ['/static/*', '*.js', '*.css'] } });
    for (const uri of ['/static/a', '/static/', '/a/b.js', '/a.b.css', '/static/a%20b.png']) {
      assert.equal(await asked(instance, { uri }), 0, uri);
      assert.equal(await asked(instance, { uri, method: 'HEAD' }), 0, uri);
      assert.equal(await asked(instance, { uri, method: 'POST' }), 1, uri);
    }
    for (const uri of [
      '/static', '/STATIC/a', '/a.JS', '/checkout/pay;a.js', '/checkout%2Fx.css', '/checkout%2fx.css', '/static/../checkout', '/static/%2e%2e/checkout',
      '/static/%2E%2e/checkout', '/static/%252e%252e/checkout', '/static/%25252e%25252e/checkout', '/static/./a', '/static//a', '//static/a', '/static/a\\..\\b',
      '/static/%5c', '/static/a%3bb', '/static/a%3fb', '/static/a%23b', '/static/a%00b', '/static/a%0ab', '/static/a\u0001b', '/static/a%25252fb',
    ]) {
      assert.equal(await asked(instance, { uri }), 1, uri);
    }
  });

  it('is by method and by range, in both families', async () => {
    const instance = await start({ bypass: { methods: ['OPTIONS'], ipRanges: ['192.0.2.0/25', '2001:db8::/32'] } });
    for (const [request, calls] of [
      [{ method: 'OPTIONS' }, 0], [{ method: 'options' }, 1], [{}, 1], [{ clientIp: '192.0.2.9', method: 'POST' }, 0],
      [{ clientIp: '192.0.2.200' }, 1], [{ clientIp: '2001:db8::1' }, 0], [{ clientIp: '2001:db9::1' }, 1], [{ clientIp: '' }, 1],
    ]) {
      assert.equal(await asked(instance, request), calls, JSON.stringify(request));
    }
  });

  it('never counts an address that is a fallback', async () => {
    const instance = await start({ bypass: { ipRanges: ['203.0.113.0/24', '192.0.2.0/24'] }, clientIp: {} });
    for (const [forwarded, calls] of [['192.0.2.1', 0], ['192.0.2.1:80', 0], ['198.51.100.1', 1], ['nonsense', 1], [undefined, 1]]) {
      assert.equal(await asked(instance, { headers: forwarded ? { 'X-Forwarded-For': forwarded } : {} }), calls, forwarded);
    }
  });

  it('comes after the captcha\'s own paths, and takes no forged header with it', async () => {
    const instance = await start({ bypass: { paths: ['*'], methods: ['POST'] }, netaceaCaptchaPath: '/captcha' });
    await instance.invoke(captchaPost());
    assert.equal(protector.requests.length, 1);
    assert.equal(await asked(instance, { uri: '/captcha', querystring: 'trackingId=1' }), 1);
    const { result } = await instance.invoke(viewerRequest({ headers: { 'X_Netacea-Match': '2' } }));
    assert.deepEqual(Object.keys(result.headers).filter((name) => /netacea/.test(name)), [STATE]);
    assert.equal(metric(instance, 'Bypassed'), 1);
  });

  it('is logged, unless that is not wanted', async () => {
    for (const log of [true, false]) {
      ingest.requests.length = 0;
      const instance = await start({ bypass: { paths: ['*'], log } });
      const request = viewerRequest();
      const { result } = await instance.invoke(request);
      const { result: response } = await instance.invoke(responseTo(request, result));
      assert.deepEqual(setCookies(response), []);
      if (log) await eventually(() => ingest.requests.length > 0, 'an entry');
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(ingest.requests.length, log ? 1 : 0);
      assert.deepEqual(Object.keys(response.headers), []);
    }
  });
});

describe('a preflight', () => {
  it('passes unasked and is logged', async () => {
    const instance = await start({ corsOrigins: ['https://app.example.com'] });
    protector.answer = verdict('210');
    const headers = { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'PUT' };
    for (const uri of ['/api', '/AtaVerifyCaptcha']) {
      ingest.requests.length = 0;
      const request = viewerRequest({ method: 'OPTIONS', uri, headers });
      const { result } = await instance.invoke(request);
      assert.equal(result.uri, uri);
      await instance.invoke(responseTo(request, result, '204'));
      assert.equal((await entry()).NetaceaMitigationApplied, '');
    }
    assert.equal(protector.requests.length, 0);
    const { result } = await instance.invoke(viewerRequest({ method: 'OPTIONS', headers: { Origin: headers.Origin } }));
    assert.equal(result.status, '403', 'no preflight');
  });
});

describe('a generated answer', () => {
  it('may be read by pages of listed origins', async () => {
    const instance = await start({ corsOrigins: ['https://app.example.com'] });
    for (const code of ['210', '211']) {
      protector.answer = verdict(code, 'page');
      for (const [origin, expected] of [['https://app.example.com', ['https://app.example.com', 'true', 'Origin']], ['https://evil.example', []], [undefined, []]]) {
        const { result } = await instance.invoke(viewerRequest({ headers: origin ? { Origin: origin } : {} }));
        const names = ['access-control-allow-origin', 'access-control-allow-credentials', 'vary'];
        assert.deepEqual(names.flatMap((name) => result.headers[name] ?? []).map(({ value }) => value), expected, origin);
      }
    }
  });

  it('to HEAD is the one to GET without body', async () => {
    const instance = await start();
    for (const code of ['210', '211']) {
      protector.answer = verdict(code, 'page');
      const [get, head] = await Promise.all(['GET', 'HEAD'].map((method) => instance.invoke(viewerRequest({ method }))));
      assert.deepEqual([head.result.status, head.result.body, get.result.status], ['403', '', '403']);
      assert.ok(get.result.body.length > 0);
      assert.deepEqual(head.result.headers['content-type'], get.result.headers['content-type']);
    }
  });
});

describe('a share of the visitors', () => {
  const address = (number) => `198.51.${number >> 8}.${number & 255}`;
  const acted = async (instance, count) => {
    const found = new Set();
    for (let number = 0; number < count; number++) {
      const { result } = await instance.invoke(viewerRequest({ clientIp: address(number) }));
      if (result.status === '403') found.add(number);
    }
    return found;
  };

  it('is acted upon, stays, and grows', async () => {
    protector.answer = verdict('210');
    const count = 300;
    const shares = [];
    for (const mitigationPercent of [0, 10, 50, 100]) {
      shares.push(await acted(await start({ mitigationPercent, breaker: { consecutiveFailures: 100 } }), count));
    }
    const sizes = shares.map(({ size }) => size);
    assert.deepEqual([sizes[0], sizes[3]], [0, count]);
    assert.ok(sizes[1] > 10 && sizes[1] < 55 && sizes[2] > 110 && sizes[2] < 190, sizes.join());
    for (const [index, share] of shares.entries()) for (const number of share) assert.ok(shares.slice(index).every((later) => later.has(number)));
    const again = await acted(await start({ mitigationPercent: 10 }), count);
    assert.deepEqual([...again], [...shares[1]], 'the same in every instance');
  });

  it('is all that is acted upon: the rest is asked about and logged', async () => {
    protector.answer = verdict('210');
    const instance = await start({ mitigationPercent: 0 });
    const request = viewerRequest();
    const { result } = await instance.invoke(request);
    const { result: response } = await instance.invoke(responseTo(request, result));
    assert.equal(setCookies(response).length, 1);
    const { NetaceaMitigationApplied, optional, ProtectorStatus } = await entry();
    assert.deepEqual([NetaceaMitigationApplied, optional.heldBack, ProtectorStatus, metric(instance, 'HeldBack')], ['ip_blocked', true, 200, 1]);
    protector.answer = verdict('002');
    assert.equal((await instance.invoke(captchaPost())).result.status, '200', 'a solution is verified for everybody');
  });
});
