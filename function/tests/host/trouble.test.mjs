/** Whatever breaks, the visitor passes in time, and the next event finds a working instance. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { captchaPost, eventually, responseTo, viewerRequest } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, accept, stopServices, verdict } from './netacea.mjs';
import { trapIn } from './trap.mjs';

const TIMEOUT = 1000;
/** Milliseconds over the deadline that a busy machine may need. */
const SLACK = 1200;
/** A deadline so long that a busy machine stays far below half of it when nobody waits. */
const LONG_TIMEOUT = 2000;

after(async () => {
  await stopInstances();
  await stopServices();
});

describe('Protector', () => {
  let protector, ingest;
  before(async () => {
    protector = await Service.start(verdict('000'));
    ingest = await Service.start(accept);
  });
  after(() => Promise.all([protector.stop(), ingest.stop()]));

  const start = (changes = {}) =>
    Instance.start({ ...SECRETS, mitigationType: 'MITIGATE', timeout: TIMEOUT, mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url, ...changes });

  const troubles = {
    hangs: () => {},
    'sends its headers slowly': (_, response) => setTimeout(() => response.end(), 4 * TIMEOUT),
    'never finishes its body': (_, response) => response.writeHead(200).write('x'),
    'answers 500': (_, response) => response.writeHead(500).end(),
    'answers 404': (_, response) => response.writeHead(404).end(),
    'redirects': (_, response) => response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end(),
    'hangs up': (_, response) => response.socket.destroy(),
    'cuts its body short': (_, response) => response.writeHead(200, { 'content-length': '100' }).write('x', () => response.socket.destroy()),
    'sends 10 MB': (_, response) => response.writeHead(200).end(Buffer.alloc(10 << 20)),
    'sends a bomb of headers': (_, response) => response.writeHead(200, { 'x-netacea-bomb': 'x'.repeat(100_000) }).end(),
    'speaks no HTTP': (_, response) => response.socket.end('garbage\r\n\r\n'),
  };
  for (const [name, answer] of Object.entries(troubles)) {
    it(`${name}: visitors pass, a captcha solution fails, in time`, async () => {
      const instance = await start({ breaker: { consecutiveFailures: 1000 } });
      protector.answer = answer;
      const request = viewerRequest();
      const page = await instance.invoke(request);
      assert.equal(page.result.uri, '/product');
      assert.ok(page.milliseconds < TIMEOUT + SLACK, `${page.milliseconds} ms`);
      const post = await instance.invoke(captchaPost());
      assert.deepEqual([post.result.status, post.result.body], ['500', '']);
      assert.ok(post.milliseconds < TIMEOUT + SLACK, `${post.milliseconds} ms`);
      ingest.requests.length = 0;
      await instance.invoke(responseTo(request, page.result));
      await eventually(() => ingest.requests.length > 0, 'a log entry');
      assert.equal(JSON.parse(ingest.requests.at(-1).body).NetaceaMitigationApplied, 'error_open');
      const [line] = instance.lines.filter(({ message }) => message === 'fail open');
      assert.deepEqual([line.level, line.count], ['warn', 1]);
      protector.answer = verdict('210');
      assert.equal((await instance.invoke(viewerRequest())).result.status, '403', 'the next one is judged');
      await instance.stop();
    });
  }

  it('is not there, or shows a certificate of somebody else: visitors pass', async () => {
    const stranger = await Service.start(verdict('210'), { certificate: 'stranger' });
    for (const mitigationServiceUrl of ['https://127.0.0.1:1', stranger.url]) {
      const instance = await start({ mitigationServiceUrl });
      const { result } = await instance.invoke(viewerRequest());
      assert.equal(result.uri, '/product');
      const line = instance.lines.find(({ message }) => message === 'fail open');
      assert.equal(line.reason, 'protector_unreachable');
      await instance.stop();
    }
    assert.equal(stranger.requests.length, 0);
    await stranger.stop();
  });

  it('is dead: after two deadlines nobody waits, until it is back', async () => {
    const instance = await start({ timeout: LONG_TIMEOUT, breaker: { consecutiveFailures: 2, openSeconds: 1 } });
    protector.answer = () => {};
    await instance.invoke(viewerRequest());
    await instance.invoke(viewerRequest());
    protector.requests.length = 0;
    const { result, milliseconds } = await instance.invoke(viewerRequest());
    assert.equal(result.uri, '/product');
    assert.ok(milliseconds < LONG_TIMEOUT / 2, `${milliseconds} ms`);
    assert.equal(protector.requests.length, 0);
    protector.answer = verdict('210');
    await new Promise((resolve) => setTimeout(resolve, 1050));
    assert.equal((await instance.invoke(viewerRequest())).result.status, '403');
    await instance.stop();
  });

  it('cannot be made to look dead by captcha posts', async () => {
    const instance = await start();
    protector.answer = (_, response) => response.writeHead(500).end();
    for (let post = 0; post < 5; post++) assert.equal((await instance.invoke(captchaPost())).result.status, '500');
    protector.answer = verdict('210');
    assert.equal((await instance.invoke(viewerRequest())).result.status, '403');
    await instance.stop();
  });

  it('is asked whatever a hostile visitor sends', async () => {
    const instance = await start();
    protector.answer = verdict('210');
    const hostile = [
      { 'User-Agent': 'a\r\nX-Netacea-API-Key: b\u0000\u2603' },
      { 'User-Agent': 'x'.repeat(100_000) },
      { Cookie: `_mitatacaptcha=${'y'.repeat(100_000)}` },
      { Cookie: '_mitatacaptcha=\u0001\u00e9' },
      { Cookie: '_mitata=\u{1f36a}_/@#/_/@#/_/@#/_/@#/000' },
    ];
    for (const headers of hostile) {
      const { result } = await instance.invoke(viewerRequest({ headers }));
      assert.equal(result.status, '403', JSON.stringify(headers).slice(0, 60));
    }
    for (const body of [{ inputTruncated: true }, { data: '***' }, { data: 'A'.repeat(200_000) }]) {
      assert.equal((await instance.invoke(captchaPost('', body))).result.status, '500');
    }
    assert.ok(instance.lines.every((line) => !JSON.stringify(line).includes(SECRETS.apiKey)));
    await instance.stop();
  });
});

describe('ingest', () => {
  it('does not answer: visitors do not wait, and nothing is lost while the instance lives', async () => {
    const ingest = await Service.start(() => {});
    const instance = await Instance.start({ ...SECRETS, timeout: LONG_TIMEOUT, ingestServiceUrl: ingest.url });
    const request = viewerRequest();
    const { result: passed } = await instance.invoke(request);
    for (let visitor = 0; visitor < 3; visitor++) {
      const { milliseconds } = await instance.invoke(responseTo(request, passed));
      assert.ok(milliseconds < LONG_TIMEOUT / 2, `${milliseconds} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, LONG_TIMEOUT + SLACK));
    ingest.requests.length = 0;
    ingest.answer = accept;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await instance.invoke(responseTo(request, passed));
    await eventually(() => ingest.requests.length === 4, 'all four entries');
    await instance.stop();
    await ingest.stop();
  });

  it('cuts a connection that was kept open: the entry goes again, and the next one says that it may be there twice', async () => {
    const ingest = await Service.start(accept);
    const instance = await Instance.start({ ...SECRETS, ingestServiceUrl: ingest.url });
    const request = viewerRequest();
    const { result: passed } = await instance.invoke(request);
    const visit = async (entries, what) => {
      await instance.invoke(responseTo(request, passed));
      await eventually(() => ingest.requests.length === entries, what);
    };
    await visit(1, 'an entry on a new connection');
    ingest.answer = (_, response) => {
      ingest.answer = accept;
      response.socket.destroy();
    };
    await visit(3, 'an entry and its copy');
    await visit(4, 'the next');
    const entries = ingest.requests.map(({ body }) => JSON.parse(body));
    assert.deepEqual(entries[2], entries[1]);
    assert.deepEqual(entries.map(({ optional }) => optional.resent), [undefined, undefined, undefined, 1]);
    await instance.stop();
    await ingest.stop();
  });

  it('is waited for as long as the settings say', async () => {
    const ingest = await Service.start((_, response) => setTimeout(() => response.end(), 100));
    const instance = await Instance.start({ ...SECRETS, ingestServiceUrl: ingest.url, ingestMaxWaitMs: 1000 });
    const request = viewerRequest();
    const { result: passed } = await instance.invoke(request);
    const { milliseconds } = await instance.invoke(responseTo(request, passed));
    assert.ok(milliseconds >= 95 && milliseconds < 900, `${milliseconds} ms`);
    await instance.stop();
    await ingest.stop();
  });
});

describe('the function itself', () => {
  it('passes everything but forged headers, and says so once, when its configuration is no good', async () => {
    const configurations = ['{', '[]', '{}', JSON.stringify({ ...SECRETS, mitigationType: 'FOO' }), JSON.stringify({ ...SECRETS, timeout: 'soon' })];
    for (const configuration of configurations) {
      const instance = await Instance.start(configuration);
      const request = viewerRequest();
      for (let visitor = 0; visitor < 2; visitor++) {
        const { result } = await instance.invoke(forged(request));
        assert.deepEqual(result, request.Records[0].cf.request);
      }
      const later = viewerRequest({}, 'origin-request');
      assert.deepEqual((await instance.invoke(forged(later))).result, later.Records[0].cf.request, 'nobody can tell ours from theirs');
      const response = responseTo(request, request.Records[0].cf.request);
      assert.deepEqual((await instance.invoke(response)).result, response.Records[0].cf.response);
      assert.equal(instance.lines.length, 1, JSON.stringify(instance.lines));
      assert.equal(instance.lines[0].level, 'error');
      await instance.stop();
    }
  });

  it('passes an event on as it came when it looks different from CloudFront\'s', async () => {
    const instance = await Instance.start({ ...SECRETS, ingestServiceUrl: 'https://127.0.0.1:1' });
    const cf = () => viewerRequest().Records[0].cf;
    const malformed = [
      { ...cf(), config: undefined },
      { ...cf(), config: {} },
      { ...cf(), config: { eventType: 7 } },
      { ...cf(), request: { ...cf().request, headers: undefined, uri: undefined } },
      { ...cf(), request: { ...cf().request, method: 7 } },
      { ...cf(), request: { ...cf().request, headers: { cookie: 'no list' } } },
      { ...cf(), request: { ...cf().request, headers: { cookie: [null] } } },
      { ...cf(), config: { ...cf().config, eventType: 'viewer-response' } },
      { ...cf(), config: { ...cf().config, eventType: 'viewer-response' }, response: { status: 'odd', headers: {} } },
    ];
    for (const exchange of malformed) {
      const { result } = await instance.invoke({ Records: [{ cf: exchange }] });
      const sent = JSON.parse(JSON.stringify(exchange));
      assert.deepEqual(result, sent.response ?? sent.request, JSON.stringify(sent));
    }
    for (const event of [null, {}, { Records: [] }, { Records: [{}] }]) {
      assert.equal((await instance.invoke(event)).result, undefined);
    }
    assert.ok((await instance.invoke(viewerRequest())).result.headers['x-netacea-edge-state'], 'still works');
    await instance.stop();
  });

  it('throws a trapped instance away and goes on with a new one', async () => {
    const protector = await Service.start(verdict('210'));
    const configuration = { ...SECRETS, mitigationType: 'MITIGATE', mitigationServiceUrl: protector.url, ingestServiceUrl: 'https://127.0.0.1:1' };
    const instance = await Instance.start(configuration, (folder) => {
      const file = join(folder, 'netacea_edge.wasm');
      writeFileSync(file, trapIn(readFileSync(file), 'resume'));
    });
    for (let visitor = 0; visitor < 2; visitor++) {
      const request = viewerRequest();
      const { result } = await instance.invoke(forged(request));
      assert.deepEqual(result, request.Records[0].cf.request, 'unchanged');
      const known = viewerRequest({ headers: { Cookie: `_mitata=${cookie('203.0.113.178', '020')}` } });
      assert.ok((await instance.invoke(known)).result.headers['x-netacea-edge-state'], 'the new instance works');
    }
    const traps = instance.lines.filter(({ message }) => message === 'wasm trapped, event passed on unchanged');
    assert.equal(traps.length, 2);
    await instance.stop();
    await protector.stop();
  });

  it('counts the log entries that end with a trapped instance', async () => {
    const protector = await Service.start(verdict('000'));
    const ingest = await Service.start(() => {});
    const configuration = { ...SECRETS, mitigationType: 'MITIGATE', mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url };
    const instance = await Instance.start(configuration, (folder) => {
      const file = join(folder, 'netacea_edge.wasm');
      writeFileSync(file, trapIn(readFileSync(file), 'resume'));
    });
    const known = () => viewerRequest({ headers: { Cookie: `_mitata=${cookie('203.0.113.178', '020')}` } });
    const logged = async () => {
      const request = known();
      const { result } = await instance.invoke(request);
      await instance.invoke(responseTo(request, result));
    };
    for (let visitor = 0; visitor < 3; visitor++) await logged();
    await eventually(() => ingest.requests.length === 3, 'three entries on their way');
    await instance.invoke(viewerRequest());
    ingest.answer = accept;
    await logged();
    await eventually(() => ingest.requests.length === 4, 'an entry of the new instance');
    assert.equal(JSON.parse(ingest.requests[3].body).optional.dropped, 3);
    await instance.stop();
    await protector.stop();
    await ingest.stop();
  });

  it('answers before Lambda stops it, whatever the settings say', async () => {
    const protector = await Service.start(() => {});
    const configuration = { ...SECRETS, mitigationType: 'MITIGATE', timeout: 20_000, mitigationServiceUrl: protector.url, ingestServiceUrl: 'https://127.0.0.1:1' };
    const instance = await Instance.start(configuration);
    const request = viewerRequest();
    const { result, milliseconds } = await instance.invoke(request, 500);
    assert.ok(result.headers['x-netacea-edge-state'], 'passes, judged as far as it goes');
    assert.ok(milliseconds >= 390 && milliseconds < 5000, `${milliseconds} ms`);
    await instance.stop();
    await protector.stop();
  });

  it('blocks a visitor that it has blocked also when logging that traps', async () => {
    const protector = await Service.start(verdict('210'));
    const configuration = { ...SECRETS, mitigationType: 'MITIGATE', mitigationServiceUrl: protector.url, ingestServiceUrl: 'https://127.0.0.1:1' };
    const instance = await Instance.start(configuration, (folder) => {
      const file = join(folder, 'netacea_edge.wasm');
      writeFileSync(file, trapIn(readFileSync(file), 'next_post'));
    });
    for (let visitor = 0; visitor < 2; visitor++) assert.equal((await instance.invoke(viewerRequest())).result.status, '403');
    await instance.stop();
    await protector.stop();
  });
});

/** The same request, with headers that only we may set. */
function forged(event) {
  const copy = structuredClone(event);
  copy.Records[0].cf.request.headers['x-netacea-match'] = [{ key: 'X-Netacea-Match', value: '1' }];
  return copy;
}

/** A V1 session cookie, made by other means than ours (protocol section 5.1). */
function cookie(ip, code) {
  const sign = (text) => Buffer.from(createHmac('sha256', SECRETS.secretKey).update(text).digest('hex')).toString('base64');
  const expiry = Math.floor(Date.now() / 1000) + 60;
  const signed = [expiry, 'cAAAAAAAAAAAAAAA', sign(`${ip}|${expiry}`), code].join('_/@#/');
  return `${sign(signed)}_/@#/${signed}`;
}
