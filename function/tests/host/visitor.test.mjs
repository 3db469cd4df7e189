/** The main story: people pass, bots do not, the suspicious solve a captcha. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { captchaPost, eventually, responseTo, setCookies, viewerRequest } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, accept, stopServices, verdict } from './netacea.mjs';

after(async () => {
  await stopInstances();
  await stopServices();
});

describe('MITIGATE', () => {
  let protector, ingest, instance;

  before(async () => {
    protector = await Service.start(verdict('000'));
    ingest = await Service.start(accept);
    const urls = { mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url };
    instance = await Instance.start({ ...SECRETS, ...urls, mitigationType: 'MITIGATE', netaceaCaptchaPath: '/captcha' });
  });
  after(async () => {
    await instance.stop();
    await Promise.all([protector.stop(), ingest.stop()]);
  });
  beforeEach(() => {
    protector.requests.length = ingest.requests.length = 0;
    protector.answer = verdict('000');
  });

  it('says nothing and calls nobody while it warms up', async () => {
    const fresh = await Instance.start({ ...SECRETS, mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url, mitigationType: 'MITIGATE' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual([protector.requests, ingest.requests, fresh.lines], [[], [], []]);
    await fresh.stop();
  });

  it('asks once about a person, gives a cookie, and then trusts the cookie', async () => {
    const first = viewerRequest({ headers: { 'X-Netacea-Match': '2', 'x-netacea-event-id': 'forged' } });
    const { result: passed } = await instance.invoke(first);
    assert.equal(passed.uri, '/product');
    assert.deepEqual(Object.keys(passed.headers), ['host', 'user-agent', 'accept', 'x-netacea-edge-state']);
    assert.equal(protector.requests.length, 1);
    const [asked] = protector.requests;
    assert.match(asked.url, /^\/\?headerFP=h_3_[0-9a-f]{12}$/);
    assert.equal(asked.headers['x-netacea-api-key'], SECRETS.apiKey);
    assert.equal(asked.headers['x-netacea-client-ip'], '203.0.113.178');
    assert.equal(asked.headers['user-agent'], 'Mozilla/5.0');
    assert.equal(asked.headers.cookie, '');

    const { result: response } = await instance.invoke(responseTo(first, passed, '200', { 'Content-Length': '7', 'Set-Cookie': 'sid=1' }));
    const lines = setCookies(response);
    assert.equal(lines.length, 2);
    assert.match(lines[1], /^_mitata=[^;]+_\/@#\/000; Max-Age=86400; Path=\/$/);

    await eventually(() => ingest.requests.length === 1, 'a log entry');
    const [{ method, url, headers, body }] = ingest.requests;
    assert.deepEqual([method, url, headers['x-netacea-api-key'], headers['content-type']], ['POST', '/', SECRETS.apiKey, 'application/json']);
    const entry = JSON.parse(body);
    assert.equal(entry.Request, 'GET /product?id=1 HTTP/1.1');
    assert.equal(entry.BytesSent, '7');
    assert.equal(entry.ProtectorStatus, 200);
    assert.equal(entry.NetaceaUserIdCookieStatus, 1);
    assert.ok(lines[1].includes(entry.NetaceaUserIdCookie));
    assert.equal(entry.optional.headerFingerprint, entry.HeaderHash);

    const again = viewerRequest({ headers: { Cookie: lines[1].split(';')[0] } });
    const { result: second } = await instance.invoke(again);
    const { result: quiet } = await instance.invoke(responseTo(again, second));
    assert.equal(protector.requests.length, 1, 'no second call');
    assert.deepEqual(setCookies(quiet), []);
  });

  it('uses one connection for visitors one after the other', async () => {
    const connections = protector.connections;
    for (let visitor = 0; visitor < 5; visitor++) await instance.invoke(viewerRequest());
    assert.ok(protector.connections <= connections + 1);
  });

  it('repeats a call once when the idle connection has died', async () => {
    await instance.invoke(viewerRequest());
    protector.hangUp();
    protector.answer = verdict('210');
    const { result } = await instance.invoke(viewerRequest());
    assert.equal(result.status, '403');
  });

  it('stops a bot and logs it at once', async () => {
    protector.answer = verdict('210');
    const { result } = await instance.invoke(viewerRequest({ uri: '/bot' }));
    assert.deepEqual([result.status, result.statusDescription, result.body], ['403', 'Forbidden', 'Forbidden']);
    assert.match(result.headers['cache-control'][0].value, /no-store/);
    assert.equal(setCookies(result).length, 1);
    const entries = () => ingest.requests.map(({ body }) => JSON.parse(body)).filter(({ Request }) => Request.includes('/bot'));
    await eventually(() => entries().length === 1, 'a log entry');
    const [entry] = entries();
    assert.deepEqual([entry.Status, entry.NetaceaMitigationApplied], ['403', 'ip_blocked']);
  });

  it('shows a captcha, takes its solution and lets the visitor through', async () => {
    protector.answer = verdict('211', '<html>captcha</html>');
    const { result: page } = await instance.invoke(viewerRequest());
    assert.deepEqual([page.status, page.body, page.headers['content-type'][0].value], ['403', '<html>captcha</html>', 'text/html; charset=UTF-8']);

    protector.answer = verdict('212', 'thanks', { 'x-netacea-mitatacaptcha-value': 'token', 'x-netacea-mitatacaptcha-expiry': '600' });
    const { result: solved } = await instance.invoke(captchaPost('answer=42&x=%20'));
    assert.deepEqual([solved.status, solved.body], ['200', 'thanks']);
    const asked = protector.requests.at(-1);
    assert.deepEqual([asked.method, asked.url.split('?')[0], asked.body], ['POST', '/AtaVerifyCaptcha', 'answer=42&x=%20']);
    assert.equal(asked.headers['content-type'], 'application/x-www-form-urlencoded; charset=UTF-8');
    const [session, captcha] = setCookies(solved);
    assert.equal(captcha, '_mitatacaptcha=token; Max-Age=600; Path=/');

    const cookie = [session, captcha].map((line) => line.split(';')[0]).join('; ');
    const { result: passed } = await instance.invoke(viewerRequest({ headers: { Cookie: cookie } }));
    assert.equal(passed.uri, '/product');
  });

  it('serves the captcha page by its path', async () => {
    protector.answer = verdict('001', 'page');
    const { result } = await instance.invoke(viewerRequest({ uri: '/captcha', querystring: 'trackingId=a%2Fb%20c' }));
    assert.deepEqual([result.status, result.body, setCookies(result)], ['403', 'page', []]);
    assert.match(protector.requests[0].url, /^\/captcha\?headerFP=h_[^&]+&trackingId=a%2Fb\+c$/);
  });

  it('replaces a page that CloudFront would refuse', async () => {
    protector.answer = verdict('211', 'x'.repeat(41_000));
    const { result } = await instance.invoke(viewerRequest());
    assert.deepEqual([result.status, result.body], ['403', 'Forbidden']);
    assert.equal(setCookies(result).length, 1);
    assert.ok(instance.lines.some(({ level, message }) => level === 'error' && message === 'page too large for CloudFront'));
    protector.answer = verdict('211', 'x'.repeat(41_000));
    const { result: atOrigin } = await instance.invoke(viewerRequest({}, 'origin-request'));
    assert.equal(atOrigin.body.length, 41_000);
  });

  it('handles error answers at the origin, once, without a cookie that could be shared', async () => {
    const request = viewerRequest({ uri: '/missing' });
    const { result: passed } = await instance.invoke(request);
    const { result: error } = await instance.invoke(responseTo(request, passed, '404'));
    assert.deepEqual(setCookies(error), []);
    const notOurs = await instance.invoke(responseTo(request, passed, '200', {}, 'origin-response'));
    assert.deepEqual(notOurs.result.headers, {});
    const entries = () => ingest.requests.map(({ body }) => JSON.parse(body)).filter(({ Request }) => Request.includes('/missing'));
    await eventually(() => entries().length > 0, 'a log entry');
    await instance.invoke(viewerRequest());
    assert.deepEqual(entries().map(({ Status }) => Status), ['404']);
  });

  it('works at the origin-request trigger, and leaves alone what the viewer-request trigger has dealt with', async () => {
    protector.answer = verdict('210');
    const { result: blocked } = await instance.invoke(viewerRequest({}, 'origin-request'));
    assert.equal(blocked.status, '403');

    protector.answer = verdict('000');
    const request = viewerRequest();
    const { result: passed } = await instance.invoke(request);
    protector.requests.length = 0;
    const atOrigin = { Records: [{ cf: { config: { ...request.Records[0].cf.config, eventType: 'origin-request' }, request: passed } }] };
    const { result } = await instance.invoke(atOrigin);
    assert.equal(result.headers['x-netacea-edge-state'], undefined, 'the state goes no further');
    assert.equal(protector.requests.length, 0);
  });

  it('believes no state that was not sealed for this very request', async () => {
    const request = viewerRequest();
    const { result: passed } = await instance.invoke(request);
    const other = viewerRequest();
    const { result } = await instance.invoke(responseTo(other, passed));
    assert.deepEqual(setCookies(result), []);
  });

  it('knows event types in any case and passes on unknown ones', async () => {
    const shouting = await instance.invoke(viewerRequest({}, 'VIEWER-REQUEST'));
    assert.ok(shouting.result.headers['x-netacea-edge-state']);
    const unknown = viewerRequest({}, 'viewer-thought');
    const { result } = await instance.invoke(unknown);
    assert.deepEqual(result, unknown.Records[0].cf.request);
  });
});

describe('INGEST', () => {
  it('asks nobody, gives a cookie and logs', async () => {
    const ingest = await Service.start(accept);
    const instance = await Instance.start({ ...SECRETS, mitigationServiceUrl: 'https://127.0.0.1:1', ingestServiceUrl: ingest.url });
    const request = viewerRequest();
    const { result: passed } = await instance.invoke(request);
    const { result: response } = await instance.invoke(responseTo(request, passed));
    assert.equal(setCookies(response).length, 1);
    await eventually(() => ingest.requests.length === 1, 'a log entry');
    assert.equal(JSON.parse(ingest.requests[0].body).ProtectionMode, 'INGEST');
    assert.deepEqual(instance.lines, []);
    await instance.stop();
    await ingest.stop();
  });
});
