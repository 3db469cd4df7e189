/**
 * The recorded end-to-end cases (../vectors/e2e.json) through the packaged function, against
 * stand-ins for Netacea's services. What the packaging can change is compared: answers, cookies,
 * calls, headers for the origin, the log entry. The complete comparison, field by field, is `cargo
 * test --test vectors`.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { createDecipheriv, createHmac } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually, headersOf } from './events.mjs';
import { FOLDER } from './instance.mjs';
import { Service, accept, stopServices } from './netacea.mjs';

const REPLAY = fileURLToPath(new URL('./replay.mjs', import.meta.url));
const VECTORS = process.env.NETACEA_VECTORS || fileURLToPath(new URL('../vectors', import.meta.url));
const { cases } = JSON.parse(readFileSync(join(VECTORS, 'e2e.json'), 'utf8'));

/**
 * Where we differ on purpose. Group and part of the title, or what the recorded case holds; the
 * rule; what changes. An entry that no case needs fails.
 */
const DEVIATIONS = [
  [() => true, '', '[R] 7.1: pages are asked for unpacked', (expected) => {
    for (const call of expected.calls) call.headers = [...call.headers, 'accept-encoding: identity'].sort();
  }],
  [() => true, '', '[R] 8.4: a verification goes on with the visitor\'s own content type', (expected, _, { request }) => {
    const [, own] = request.headers.find(([name]) => name.toLowerCase() === 'content-type') ?? [];
    for (const call of expected.calls) {
      call.headers = call.headers.map((line) => (own && line.startsWith('content-type: ') ? `content-type: ${own}` : line));
    }
  }],
  [isJsonThatIsUnusable, '', '[R] 8.6 (5): a captcha whose page is unusable is a block', (expected, _, recorded) => {
    assert.deepEqual([expected.origin, expected.cookies, expected.session], [[], [], 'error_open']);
    delete expected.origin;
    const cookie = sessionCookie(recorded, -60, codeOf(recorded));
    const cookies = [`_mitata=${cookie}; Max-Age=86400; Path=/`];
    Object.assign(expected, { answer: [403, 'Forbidden'], cookies, cookie, status: '403', session: 'ip_blocked,captcha_serve', protector: 200 });
  }],
  [isWithoutVerdict, '', '[R] 8.6 (22): a verdict that is not complete sets no cookie', (expected) => {
    Object.assign(expected, { cookies: [], cookie: '' });
  }],
  [isJsonWithParameters, '', '[R] 8.4: a JSON captcha is one whatever the parameters of its type', (expected, _, { request, config }) => {
    const relative = `${config.netaceaCaptchaPath}?trackingId=${JSON.parse(expected.answer[1]).trackingId}`;
    const captchaAbsoluteURL = `https://${new URL(request.url).hostname}${relative}`;
    expected.answer[1] = JSON.stringify({ captchaRelativeURL: relative, captchaAbsoluteURL });
  }],
  [isBlockedBy4, '', '[R] 8.3: mitigate 4 means flagged since 2026', (expected, { session_status: status }, { config }) => {
    if ('session' in expected) expected.session = status.replace(/block$/, 'flagged');
    if (!expected.answer) return;
    assert.deepEqual([config.mitigationType, expected.answer], ['MITIGATE', [403, 'Forbidden']]);
    delete expected.answer;
    expected.origin = ['captcha: 0', 'match: 2', 'mitigate: 4'].map((line) => `x-netacea-${line}`);
    if ('status' in expected) expected.status = '200';
  }],
  ['captcha-post', 'captcha POST, timeout', '[R] 11: a captcha POST fails in the same way whatever failed', (expected) => {
    Object.assign(expected, { answer: [500, ''], cookies: [], status: '500' });
    delete expected.origin;
  }],
  ['captcha-post', 'without expiry header', '[R] 5.4: a captcha cookie without lifetime gets a day', (expected) => {
    expected.cookies = expected.cookies.map((line) => line.replace('Max-Age=NaN', 'Max-Age=86400'));
  }],
  ['fail-open', 'INJECT, timeout', '[R] 8.2: after a timeout the origin is told three times 0', (expected) => {
    expected.origin = ['x-netacea-captcha: 0', 'x-netacea-match: 0', 'x-netacea-mitigate: 0'];
  }],
  ['captcha-get', 'API fails', '[R] 11: without a page, the captcha path is judged like any other', (expected) => {
    expected.calls.push(checkCall(expected.calls[0]));
  }],
  ['captcha-get', 'INJECT', '[R] 11: in INJECT, the captcha path is judged like any other', (expected, _, recorded) => {
    if (!expected.calls[0]?.url.startsWith('/captcha')) return;
    const verdict = Object.fromEntries(recorded.protector.headers);
    const code = ['match', 'mitigate', 'captcha'].map((name) => verdict[`x-netacea-${name}`]);
    assert.equal(code.join(''), '001', 'a captcha is due: the session is born expired');
    expected.calls.push(checkCall(expected.calls[0]));
    expected.origin = ['captcha: 1', 'match: 0', 'mitigate: 0'].map((line) => `x-netacea-${line}`);
    expected.session = ',captcha_serve';
    expected.cookie = sessionCookie(recorded, -60, '001');
    expected.cookies = [`_mitata=${expected.cookie}; Max-Age=86400; Path=/`];
  }],
  [({ origin, expected }) => origin?.status >= 400 && ![404, 410, 414, 501].includes(origin.status) && expected.origin_called, '', 'EDGE-LIMITS.md: CloudFront keeps this error, with the cookies on it', (expected) => {
    expected.cookies = [];
    if ('cookie' in expected) expected.cookie = '';
  }],
  ['origin', 'a=_mitata', '[R] 5.6: cookie names are compared whole', (expected, { mitigation_set_cookies: [decided] }) => {
    expected.cookies.push(`${decided.name}=${decided.value}; ${decided.attributes}`);
    expected.cookie = decided.value;
  }],
];
/**
 * Configurations on which the sibling fails with every request; ours are refused when they are
 * loaded (deviations.rs).
 */
const REFUSED = ['missing secret key', 'INGEST without secret key', 'unknown mode', 'key of the wrong length', 'apiKey missing', 'without kinesis settings'];
/** Headers of HTTP itself, which Node adds. */
const TRANSPORT = ['host', 'connection', 'content-length', 'transfer-encoding'];

/**
 * The recorded deadlines are of a network that is not there; a busy machine needs longer for a
 * handshake.
 */
const PATIENCE = 10;

describe('the recorded cases', () => {
  let child, protector, ingest;
  before(async () => {
    protector = await Service.start(accept);
    ingest = await Service.start(accept);
    await boot();
  });
  after(async () => {
    child.kill();
    await stopServices();
  });
  const boot = async () => {
    child = fork(REPLAY, { silent: true });
    child.stderr.pipe(process.stderr);
    child.stdout.resume();
    await new Promise((resolve) => child.once('message', resolve));
  };
  const ask = (message) => new Promise((resolve) => {
    child.once('message', ({ result }) => resolve(result));
    child.send(message);
  });

  it('end as recorded, or as the table says', { timeout: 200_000 }, async () => {
    const used = new Set();
    const wrong = [];
    for (const recorded of cases) {
      const expected = expectation(recorded);
      for (const [index, [group, title, , change]] of DEVIATIONS.entries()) {
        const applies = typeof group === 'function' ? group(recorded) : recorded.group === group;
        if (!applies || !recorded.title.includes(title)) continue;
        const before = JSON.stringify(expected);
        change(expected, recorded.expected, recorded);
        if (JSON.stringify(expected) !== before) used.add(index);
      }
      try {
        assert.deepEqual(await play(recorded), expected);
      } catch (error) {
        wrong.push(`${recorded.id} ${recorded.title} (${recorded.group}): ${error.message}`);
      }
      if (recorded.config.kinesis) {
        // A batch waits for its time, which the next case's clock would never reach.
        child.kill();
        await boot();
      }
    }
    assert.equal(wrong.length, 0, `${wrong.length} of ${cases.length} differ:\n${wrong.slice(0, 5).join('\n')}`);
    assert.equal(used.size, DEVIATIONS.length, 'a deviation that no case needs');
  });

  async function play(recorded) {
    const { config, expected, request } = recorded;
    const folder = mkdtempSync(join(FOLDER, 'case-'));
    cpSync(join(FOLDER, 'zip'), folder, { recursive: true });
    writeFileSync(join(folder, 'NetaceaConfig.json'), JSON.stringify({
      ...config, mitigationServiceUrl: moved(config.mitigationServiceUrl, protector, recorded.id), ingestServiceUrl: moved(config.ingestServiceUrl, ingest, recorded.id),
      ...(recorded.group === 'origin' && { cookiesOnErrors: true }),
      ...(config.timeout > 0 && { timeout: config.timeout * PATIENCE }),
    }));
    protector.requests.length = ingest.requests.length = 0;
    protector.answer = answerOf(recorded.protector ?? {});
    await ask({ load: join(folder, 'index.mjs'), entropy: recorded.random_hex, clock: recorded.now_ms });
    const event = eventOf(recorded);
    const sent = structuredClone(event.Records[0].cf.request);
    const result = await ask({ event, clock: recorded.now_ms, latency: recorded.protector?.latency_ms });
    const found = { calls: inRoom(protector, recorded.id).map(callOf) };
    if (REFUSED.some((title) => recorded.title.startsWith(title) || recorded.title.includes(title))) {
      assert.deepEqual(result, sent, 'unchanged');
      return found;
    }
    let lines;
    if (result.status) {
      found.answer = [Number(result.status), result.body];
      lines = (result.headers['set-cookie'] ?? []).map(({ value }) => value);
    } else {
      found.origin = Object.keys(result.headers).filter((name) => /^x-netacea-(match|mitigate|captcha|event-id)$/.test(name))
        .map((name) => `${name}: ${result.headers[name][0].value}`).sort();
      const { status, headers } = recorded.origin ?? { status: 200, headers: [] };
      const { config: ours } = event.Records[0].cf;
      const answered = { status: String(status), statusDescription: 'X', headers: {} };
      for (const [key, value] of headers) (answered.headers[key.toLowerCase()] ??= []).push({ key, value });
      const eventType = status < 400 ? 'viewer-response' : 'origin-response';
      const response = await ask({
        event: { Records: [{ cf: { config: { ...ours, eventType }, request: result, response: answered } }] },
        clock: expected.ingest_now_ms ?? recorded.now_ms + 1000,
      });
      lines = (response.headers['set-cookie'] ?? []).map(({ value }) => value);
    }
    found.cookies = lines.map((line) => decoded(line, config.cookieEncryptionKey));
    if (isLogged(recorded)) {
      await eventually(() => inRoom(ingest, recorded.id).length > 0, 'a log entry');
      const [{ body }, ...others] = inRoom(ingest, recorded.id);
      assert.equal(others.length, 0, 'one log entry');
      const entry = JSON.parse(body);
      Object.assign(found, { status: entry.Status, session: entry.NetaceaMitigationApplied, protector: entry.ProtectorStatus, cookie: entry.NetaceaUserIdCookie });
      assert.equal(entry.ProtectorLatencyMs !== undefined, entry.ProtectorStatus !== undefined);
      assert.equal(entry.RealIp, request.client_ip ?? '');
    }
    return found;
  }
});

/** Whether the status that was logged is that of mitigate 4 alone. */
function isBlockedBy4({ expected }) {
  return /(^|_)block$/.test(expected.session_status ?? '');
}

/** What Protector says in a header. */
function said({ protector }, wanted) {
  return protector?.headers?.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

const codeOf = (recorded) => ['match', 'mitigate', 'captcha'].map((name) => said(recorded, `x-netacea-${name}`) ?? '').join('');

/** The sibling throws at such a page. */
function isJsonThatIsUnusable(recorded) {
  return said(recorded, 'content-type') === 'application/json' && codeOf(recorded) === '211'
    && recorded.expected.session_status === 'error_open' && recorded.config.mitigationType === 'MITIGATE';
}

/** Asked, answered with 200, and a cookie that nobody could read. */
function isWithoutVerdict(recorded) {
  const [cookie] = recorded.expected.mitigation_set_cookies ?? [];
  return recorded.expected.protector_status === 200 && codeOf(recorded).length < 3 && cookie?.session?.parses === false;
}

function isJsonWithParameters(recorded) {
  return said(recorded, 'content-type')?.startsWith('application/json;') && recorded.expected.action === 'captcha';
}

/** HTTP ingest in V1; the others are compared where their bytes are made. */
function isLogged({ config, expected }) {
  return (config.ingestType ?? 'HTTP') === 'HTTP' && config.logVersion !== 'V2' && expected.ingest_requests?.length === 1 && !config.kinesis;
}

function expectation(recorded) {
  const { expected } = recorded;
  const calls = (expected.protector_requests ?? []).map(({ method, url, headers, body }) => callOf({ method, url: pathOf(url), headers: Object.fromEntries(headers), body }));
  if (REFUSED.some((title) => recorded.title.includes(title))) return { calls: [] };
  const facts = { calls };
  if (expected.origin_called === false) {
    facts.answer = [expected.response.status, expected.response.body];
  } else {
    facts.origin = recorded.config.mitigationType === 'INJECT' ? Object.entries(expected.inject_headers ?? {}).map(([name, value]) => `${name}: ${value}`).sort() : [];
  }
  const cookies = expected.response?.set_cookies ?? expected.mitigation_set_cookies ?? [];
  facts.cookies = cookies.map(({ name, value, attributes }) => (attributes ? `${name}=${value}; ${attributes}` : `${name}=${value}`));
  if (isLogged(recorded)) {
    const [{ json }] = expected.ingest_requests;
    Object.assign(facts, { status: json.Status, session: json.NetaceaMitigationApplied, protector: json.ProtectorStatus, cookie: json.NetaceaUserIdCookie });
  }
  return facts;
}

/** A call without the value of the fingerprint, which is another one on purpose ([R] 10.3). */
function callOf({ method, url, headers, body }) {
  const names = Object.keys(headers).filter((name) => !TRANSPORT.includes(name)).sort();
  return {
    method, url: url.replace(/^\/\//, '/').replace(/headerFP=[^&]*/, 'headerFP='), body,
    headers: names.map((name) => `${name}: ${headers[name]}`),
  };
}

/** The reputation check of the visitor whose captcha page was asked for. */
const checkCall = (page) => ({ ...page, url: '/?headerFP=' });

/**
 * A session cookie, made by other means than ours (protocol section 5.1). Each call takes its time.
 */
function sessionCookie({ config, request, now_ms: now, protector, expected }, lifetime, code) {
  const sign = (text) => Buffer.from(createHmac('sha256', config.secretKey).update(text).digest('hex')).toString('base64');
  const expiry = Math.floor((now + protector.latency_ms) / 1000) + lifetime;
  const signed = [expiry, expected.session.user_id, sign(`${request.client_ip}|${expiry}`), code].join('_/@#/');
  return `${sign(signed)}_/@#/${signed}`;
}

const pathOf = (url) => url.replace(/^https:\/\/[^/]+/, '');

/** The same path at the stand-in, in a room of its own: a log entry may come late. */
const moved = (url, service, id) => `${service.url}/${id}${url ? pathOf(url) : ''}`;
const inRoom = (service, id) => service.requests.filter(({ url }) => url.startsWith(`/${id}/`))
  .map((request) => ({ ...request, url: request.url.slice(id.length + 1) }));

function answerOf({ status = 200, headers = [], body = '', hang_ms: hang = 0, network_error: isBroken = false }) {
  return (_, response) => {
    if (isBroken) response.socket.destroy();
    else setTimeout(() => response.writeHead(status, headers.flat()).end(body), hang * PATIENCE);
  };
}

function eventOf({ viewer_request_event: event, request }) {
  if (event) return structuredClone(event);
  const url = new URL(request.url);
  const headers = { ...headersOf({ Host: url.host }), ...headersOf(Object.fromEntries(request.headers)) };
  const config = { distributionDomainName: 'd.cloudfront.net', distributionId: 'E', eventType: 'viewer-request', requestId: 'r' };
  return { Records: [{ cf: { config, request: { method: request.method, uri: url.pathname, querystring: url.search.slice(1), headers } } }] };
}

/** A `Set-Cookie` line with its value decrypted, by other means than ours. */
function decoded(line, key) {
  const [, name, value, rest] = /^([^=]*)=([^;]*)(.*)$/s.exec(line);
  const parts = value.split('.');
  if (!key || parts.length !== 5) return line;
  const [iv, text, tag] = parts.slice(2).map((part) => Buffer.from(part, 'base64url'));
  const cipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64url'), iv).setAAD(Buffer.from(parts[0])).setAuthTag(tag);
  return `${name}=${cipher.update(text, undefined, 'utf8')}${cipher.final('utf8')}${rest}`;
}
