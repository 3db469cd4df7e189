/** What a visitor may try, against the packaged function (docs/design/THREATS.md). */
import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { after, beforeEach, it } from 'node:test';
import { captchaPost, eventually, responseTo, setCookies, viewerRequest } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, accept, stopServices, verdict } from './netacea.mjs';

const TIMEOUT = 1000;
const KEY = Buffer.alloc(32, 7);
const protector = await Service.start(verdict('000'));
const ingest = await Service.start(accept);

const start = (configuration) => Instance.start({
  ...SECRETS, mitigationType: 'MITIGATE', mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url, timeout: TIMEOUT,
  netaceaCaptchaPath: '/captcha', breaker: { consecutiveFailures: 1, openSeconds: 1 }, ...configuration,
});
const pageRequest = (headers = {}) => viewerRequest({ uri: '/shop/captcha/', querystring: 'trackingId=made-up', headers });
const cookieOf = (answer) => setCookies(answer)[0].split(';')[0];
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Checks fail in this way, everything else in that. */
const split = (check, other) => (request, response) => (request.url.startsWith('/?') ? check : other)(request, response);

beforeEach(() => {
  protector.answer = verdict('000');
  protector.requests.length = ingest.requests.length = 0;
});
after(async () => {
  await stopInstances();
  await stopServices();
});

it('1: no failure of the captcha page lets a visitor pass that a verdict stops', { timeout: 60_000 }, async () => {
  const failures = {
    hangs: () => {},
    'hangs up': (_, response) => response.socket.destroy(),
    'answers 404': (_, response) => response.writeHead(404).end(),
    'answers 500': (_, response) => response.writeHead(500).end(),
    'stops half way': (_, response) => response.writeHead(200, { 'content-length': '9' }).write('x', () => response.socket.destroy()),
    'sends JSON that is none': (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('x'),
    'sends 2 MB': (_, response) => response.writeHead(200).end(Buffer.alloc(2 << 20)),
  };
  const instance = await start({ breaker: { consecutiveFailures: 1000 } });
  protector.answer = verdict('210');
  const { result: blocked } = await instance.invoke(viewerRequest());
  const known = { Cookie: cookieOf(blocked) };
  for (const [name, failure] of Object.entries(failures)) {
    protector.answer = split(verdict('210'), failure);
    for (const headers of [known, {}]) {
      const { result } = await instance.invoke(pageRequest(headers));
      assert.deepEqual([result.status, result.body], ['403', 'Forbidden'], `${name}, ${headers.Cookie ? 'known' : 'new'}`);
    }
  }
});

it('6: while Protector is down, pages and solutions cost nobody any time, and the probe is a check', async () => {
  const instance = await start();
  protector.answer = () => {};
  await instance.invoke(viewerRequest());
  protector.requests.length = 0;
  for (const event of [pageRequest(), captchaPost()]) {
    const { result, milliseconds } = await instance.invoke(event);
    assert.ok(milliseconds < TIMEOUT / 2, `${milliseconds} ms`);
    if (result.status) assert.deepEqual([result.status, result.headers['retry-after'][0].value], ['503', '1']);
  }
  assert.equal(protector.requests.length, 0);
  await pause(1050);
  protector.answer = split(verdict('000'), verdict('212', 'thanks'));
  const { result } = await instance.invoke(captchaPost());
  assert.deepEqual([result.status, result.body], ['200', 'thanks']);
  assert.deepEqual(protector.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`), ['GET /', 'POST /AtaVerifyCaptcha']);
});

it('10: solutions that fail ring no alarm, and write one line in ten seconds', async () => {
  const instance = await start();
  for (let post = 0; post < 20; post++) {
    const { result } = await instance.invoke(captchaPost('', { inputTruncated: true }));
    assert.equal(result.status, '500');
  }
  const messages = instance.lines.map(({ message, reason, count }) => [message, reason, count]);
  assert.deepEqual(messages, [['solution unverified', 'captcha_body_unusable', 1]]);
});

it('14: a captcha token in the place of the session is none', async () => {
  for (const sessionCookieFormat of ['V1', 'V3']) {
    const instance = await start({ sessionCookieFormat, cookieEncryptionKey: KEY.toString('base64url') });
    const now = Math.floor(Date.now() / 1000);
    const forged = `cip=203.0.113.178&uid=c0&cid=c1&grp=99999999&mat=0&mit=2&cap=0&ist=${now}&isr=no_session`;
    protector.answer = verdict('212', '', { 'x-netacea-mitatacaptcha-value': forged });
    const { result: solved } = await instance.invoke(captchaPost());
    const captcha = setCookies(solved).find((line) => line.startsWith('_mitatacaptcha=')).split(';')[0];
    assert.equal(decrypted(captcha), forged, 'the token is what Protector said');
    protector.answer = verdict('210');
    for (const cookie of [captcha.replace('_mitatacaptcha', '_mitata'), `_mitata=${unlabeled(forged)}`]) {
      const { result } = await instance.invoke(viewerRequest({ headers: { Cookie: cookie } }));
      assert.equal(result.status, '403', sessionCookieFormat);
    }
    protector.answer = verdict('000');
    const first = viewerRequest();
    const { result: passed } = await instance.invoke(first);
    const { result: response } = await instance.invoke(responseTo(first, passed));
    protector.answer = verdict('210');
    const { result: known } = await instance.invoke(viewerRequest({ headers: { Cookie: cookieOf(response) } }));
    assert.equal(known.uri, '/product', 'a session is a session');
    await instance.stop();
  }
});

it('9, 15, 22, 25: answers are logged once, tokens are no attributes, silence leaves no cookie, targets are encoded', async () => {
  const instance = await start({ monetise: true });
  protector.answer = verdict('212', 'thanks', { 'x-netacea-mitatacaptcha-value': 'a; Domain=evil.example' });
  const post = captchaPost();
  post.Records[0].cf.config.eventType = 'origin-request';
  const { result: solved } = await instance.invoke(post);
  assert.equal(setCookies(solved).length, 1, 'the session, and no token');
  const { headers, status } = solved;
  const answered = { Records: [{ cf: { config: { ...post.Records[0].cf.config, eventType: 'viewer-response' }, request: post.Records[0].cf.request, response: { status, headers } } }] };
  const { result: seen } = await instance.invoke(answered);
  assert.equal(seen.headers['x-netacea-edge-state'], undefined);
  await eventually(() => ingest.requests.length > 0, 'a log entry');
  await pause(50);
  assert.deepEqual(ingest.requests.map(({ body }) => JSON.parse(body).NetaceaMitigationApplied), ['ip_blocked,captcha_pass']);

  protector.answer = (_, response) => response.end();
  const silent = viewerRequest();
  const { result: passed } = await instance.invoke(silent);
  const { result: response } = await instance.invoke(responseTo(silent, passed));
  assert.deepEqual(setCookies(response), []);
  assert.equal(instance.lines.at(-1).reason, 'protector_verdict_missing');

  protector.answer = verdict('250', '', { 'x-netacea-redirect-host': 'pay.example' });
  const { result: paying } = await instance.invoke(viewerRequest({ uri: '/caf\u00e9 x\\y', querystring: 'a=b' }));
  assert.deepEqual([paying.status, paying.headers.location[0].value], ['303', 'https://pay.example/caf%C3%A9%20x%5Cy?a=b']);
});

it('customers shape blocks and the status of captchas', async () => {
  const instance = await start({ block: { status: 404, body: '<h1>None</h1>', contentType: 'text/html' }, captchaStatus: 429 });
  protector.answer = verdict('210');
  const { result: block } = await instance.invoke(viewerRequest());
  assert.deepEqual([block.status, block.statusDescription, block.body, block.headers['content-type'][0].value], ['404', 'Not Found', '<h1>None</h1>', 'text/html']);
  assert.match(block.headers['cache-control'][0].value, /no-store/);
  protector.answer = verdict('211', 'page');
  const { result: page } = await instance.invoke(viewerRequest());
  assert.deepEqual([page.status, page.body], ['429', 'page']);
});

/** A token as the vendor writes it, under the customer's key. */
function unlabeled(text) {
  const header = Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url');
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', KEY, iv).setAAD(Buffer.from(header));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return [header, '', ...[iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

function decrypted(cookie) {
  const [header, , iv, text, tag] = cookie.split('=')[1].split('.');
  const bytes = (part) => Buffer.from(part, 'base64url');
  const cipher = createDecipheriv('aes-256-gcm', KEY, bytes(iv)).setAAD(Buffer.from(header)).setAuthTag(bytes(tag));
  return cipher.update(bytes(text), undefined, 'utf8') + cipher.final('utf8');
}
