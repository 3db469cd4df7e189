/** Cookies as browsers send and keep them, and log entries of answers on the way. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { eventually, responseTo, setCookies, viewerRequest } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, accept, stopServices, verdict } from './netacea.mjs';

const STATE = 'x-netacea-edge-state';
let protector, ingest;
const start = (settings = {}, change) =>
  Instance.start({ ...SECRETS, mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url, mitigationType: 'MITIGATE', ...settings }, change);

before(async () => {
  protector = await Service.start(verdict('000'));
});
// Entries of an earlier test may still be on their way to the earlier service.
beforeEach(async () => {
  protector.requests.length = 0;
  ingest = await Service.start(accept);
});
after(async () => {
  await stopInstances();
  await stopServices();
});

/** A cookie that stands, as `name=value`. */
async function session(instance) {
  const request = viewerRequest();
  const { result } = await instance.invoke(request);
  const [line] = setCookies((await instance.invoke(responseTo(request, result))).result);
  protector.requests.length = 0;
  return line.split(';')[0];
}

describe('cookies of one name', () => {
  it('are tried in order, up to eight', async () => {
    const instance = await start();
    const good = await session(instance);
    for (const [cookies, asked] of [
      [['_mitata=x', good], 0], [[good, '_mitata=x'], 0], [[...Array(7).fill('_mitata=x'), good], 0],
      [[...Array(8).fill('_mitata=x'), good], 1], [['_mitata=x'], 1],
      [[`\t${good}`], 0], [[`a=1 ;  ${good} `], 0],
    ]) {
      const together = viewerRequest({ headers: { Cookie: cookies.join('; ') } });
      const apart = viewerRequest();
      apart.Records[0].cf.request.headers.cookie = cookies.map((value) => ({ key: 'Cookie', value }));
      for (const event of [together, apart]) {
        protector.requests.length = 0;
        await instance.invoke(event);
        assert.equal(protector.requests.length, asked, JSON.stringify(cookies));
      }
    }
  });

  it('of the captcha: the last that can be a token is sent', async () => {
    const instance = await start();
    await instance.invoke(viewerRequest({ headers: { Cookie: '_mitatacaptcha=one; _mitatacaptcha=two; _mitatacaptcha=a b' } }));
    assert.equal(protector.requests[0].headers.cookie, '_mitatacaptcha=two');
  });
});

describe('an answer with a cookie', () => {
  it('is kept from other caches than the browser\'s', async () => {
    for (const wanted of [true, false]) {
      const instance = await start({ privateOnSetCookie: wanted });
      const request = viewerRequest();
      const { result } = await instance.invoke(request);
      const headers = { 'Cache-Control': 'public, s-maxage=600, max-age=60', 'CDN-Cache-Control': 'max-age=600', 'Surrogate-Control': 'max-age=600' };
      const { headers: after } = (await instance.invoke(responseTo(request, result, '200', headers))).result;
      assert.equal(after['cache-control'][0].value, wanted ? 'max-age=60, private' : headers['Cache-Control']);
      assert.deepEqual(['cdn-cache-control' in after, 'surrogate-control' in after], [!wanted, !wanted]);
    }
  });

  it('of an error is one that CloudFront does not keep', async () => {
    const instance = await start({ cookiesOnErrors: true });
    for (const [method, status, cookies] of [['GET', '404', 1], ['GET', '403', 0], ['GET', '500', 0], ['POST', '403', 1], ['POST', '500', 1]]) {
      const request = viewerRequest({ method });
      const { result } = await instance.invoke(request);
      const response = (await instance.invoke(responseTo(request, result, status))).result;
      assert.equal(setCookies(response).length, cookies, `${method} ${status}`);
    }
  });
});

describe('the sealed state', () => {
  it('is left out where the origin would refuse the headers, and that is said once', async () => {
    const instance = await start({ logLevel: 'info', metrics: true });
    const large = () => viewerRequest({ headers: { Cookie: `a=${'b'.repeat(7700)}` } });
    for (let visitor = 0; visitor < 2; visitor++) assert.equal((await instance.invoke(large())).result.headers[STATE], undefined);
    const small = viewerRequest({ headers: { Cookie: `a=${'b'.repeat(6000)}` } });
    assert.ok((await instance.invoke(small)).result.headers[STATE]);
    const said = instance.lines.filter(({ message }) => /sealed state/.test(message));
    assert.deepEqual(said.map(({ level }) => level), ['info']);
    assert.deepEqual(instance.lines.map(({ StateOmitted }) => StateOmitted).filter(Boolean), [1, 1]);
  });

  it('reaches no visitor', async () => {
    const instance = await start();
    const broken = await start({ apiKey: '' });
    const request = viewerRequest();
    for (const [status, type] of [['200', 'viewer-response'], ['404', 'viewer-response'], ['404', 'origin-response'], ['200', 'origin-response']]) {
      for (const each of [instance, broken]) {
        const { result } = await each.invoke(responseTo(request, request.Records[0].cf.request, status, { [STATE]: 'old', 'X-Other': '1' }, type));
        assert.deepEqual(Object.keys(result.headers).filter((name) => name !== 'set-cookie'), ['x-other'], `${status} ${type}`);
      }
    }
  });
});

describe('a log entry', () => {
  it('of an origin that failed says so, and goes when another member of its group answers', async () => {
    const held = [];
    ingest.answer = (_, response) => held.push(response);
    const instance = await start({ timeout: 20_000 });
    // Eight calls on their way: what comes then still waits.
    for (let visitor = 0; visitor < 8; visitor++) await instance.invoke(responseTo(viewerRequest(), viewerRequest().Records[0].cf.request));
    const request = viewerRequest();
    const sent = request.Records[0].cf.request;
    await instance.invoke(responseTo(request, sent, '503'));
    await instance.invoke(responseTo(request, sent, '200'));
    const other = viewerRequest();
    await instance.invoke(responseTo(other, sent, '503'));
    await eventually(() => held.length === 8, 'eight calls');
    ingest.answer = accept;
    for (const response of held) accept(undefined, response);
    await eventually(() => ingest.requests.length >= 10, 'ten entries');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const entries = ingest.requests.map(({ body }) => JSON.parse(body));
    assert.equal(entries.length, 10);
    const marked = entries.filter(({ optional }) => optional.origin);
    assert.deepEqual(marked.map(({ Status, optional }) => [Status, optional.requestId]), [['503', other.Records[0].cf.config.requestId]]);
  });

  it('counts bytes only where the length is a whole number', async () => {
    const instance = await start();
    for (const [length, expected] of [['1000', '1000'], ['1,000', '0'], ['12 bytes', '0'], ['-5', '0']]) {
      ingest.requests.length = 0;
      await instance.invoke(responseTo(viewerRequest(), viewerRequest().Records[0].cf.request, '200', { 'Content-Length': length }));
      await eventually(() => ingest.requests.length === 1, 'an entry');
      assert.equal(JSON.parse(ingest.requests[0].body).BytesSent, expected, length);
    }
  });

  it('has arrived with any success, and waits while the key is refused, which is said once', async () => {
    for (const status of [201, 202, 204]) {
      ingest.requests.length = 0;
      ingest.answer = (_, response) => response.writeHead(status).end();
      const instance = await start();
      await instance.invoke(responseTo(viewerRequest(), viewerRequest().Records[0].cf.request));
      await eventually(() => ingest.requests.length > 0, 'an entry');
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(ingest.requests.length, 1, `sent once with ${status}`);
      assert.deepEqual(instance.lines, []);
    }
    for (const status of [401, 403]) {
      ingest.requests.length = 0;
      ingest.answer = (_, response) => response.writeHead(status).end();
      const instance = await start();
      for (let visitor = 0; visitor < 20; visitor++) {
        await instance.invoke(responseTo(viewerRequest(), viewerRequest().Records[0].cf.request));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      assert.ok(ingest.requests.length < 10, `${ingest.requests.length} calls with ${status}`);
      assert.deepEqual(instance.lines.map(({ cause }) => cause), [status]);
      // With the right key everything arrives.
      ingest.requests.length = 0;
      ingest.answer = accept;
      await eventually(() => ingest.requests.length === 20, 'all entries');
    }
  });

  it('is waited for by its own visitor, and by nobody while the service fails', async () => {
    const wait = 500;
    const instance = await start({ ingestMaxWaitMs: wait, timeout: 1000 });
    const hang = () => {};
    const answer = async (status) => (await instance.invoke(responseTo(viewerRequest(), viewerRequest().Records[0].cf.request, status))).milliseconds;
    ingest.answer = hang;
    assert.ok((await answer('200')) >= wait - 20, 'their own entry');
    // An error at the viewer writes none.
    const request = viewerRequest();
    const { milliseconds } = await instance.invoke(responseTo(request, request.Records[0].cf.request, '404', {}, 'viewer-response'));
    assert.ok(milliseconds < wait / 2, `${milliseconds} ms for another visitor's entry`);
    // The first entry's call runs into its deadline: the service fails.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.ok((await answer('200')) < wait / 2, 'the service fails');
  });
});

describe('the configuration file', () => {
  it('may begin with a byte order mark', async () => {
    const text = JSON.stringify({ ...SECRETS, mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url, mitigationType: 'MITIGATE' });
    const instance = await Instance.start(`\ufeff${text}`);
    assert.ok((await instance.invoke(viewerRequest())).result.headers[STATE]);
  });
});

describe('many calls at once', () => {
  it('survive connections that die under them', async () => {
    const instance = await start({ breaker: { consecutiveFailures: 100 } });
    protector.answer = (_, response) => setTimeout(() => verdict('000')(_, response), 100);
    await Promise.all(Array.from({ length: 16 }, () => instance.invoke(viewerRequest())));
    // More than sockets: those behind wait for one that is used again, and closed under them.
    protector.answer = (asked, response) => {
      const { socket } = response;
      verdict('000')(asked, response);
      setImmediate(() => socket.destroy());
    };
    protector.requests.length = 0;
    const results = await Promise.all(Array.from({ length: 40 }, () => instance.invoke(viewerRequest())));
    protector.answer = verdict('000');
    assert.equal(results.length, 40);
    const failures = instance.lines.filter(({ message }) => message === 'fail open');
    assert.deepEqual(failures.filter(({ reason }) => reason.includes('unreachable')), [], 'a connection that was there has not been unreachable');
  });
});
