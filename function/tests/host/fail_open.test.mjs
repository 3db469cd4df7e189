/**
 * Every trouble that Protector can make, for every kind of request, in both modes that ask it: the
 * outcome, in time, and the next visitor.
 */
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import { captchaPost, viewerRequest } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, accept, stopServices, verdict } from './netacea.mjs';

const TIMEOUT = 600;
/** Milliseconds over the deadline that a busy machine may need. */
const SLACK = 1200;

const VERDICT = { 'x-netacea-match': '2', 'x-netacea-mitigate': '1', 'x-netacea-captcha': '1' };
const later = (act) => setTimeout(act, 4 * TIMEOUT).unref();

/** What Protector does, and what comes of it where that is not `OPEN`. */
const OPEN = { MITIGATE: { page: 'passes', captcha: 'passes', post: '500 ' }, INJECT: { page: 'passes 000', captcha: 'passes 000', post: 'passes 000' } };
/** The verdict came, the page did not: a captcha without its page is a block. */
const WITHOUT_PAGE = {
  MITIGATE: { page: '403 Forbidden', captcha: '403 Forbidden', post: '500 ' },
  INJECT: { page: 'passes 211', captcha: 'passes 211', post: 'passes 000' },
};
/** A verification is answered with any 4xx that carries a verdict. */
const refusal = (answer) => ({ MITIGATE: { post: answer }, INJECT: { post: 'passes 211' } });
const TROUBLES = {
  'hangs up': { answer: (_, response) => response.socket.destroy() },
  'sends its headers slowly': { answer: (_, response) => later(() => response.writeHead(200, VERDICT).end('x')) },
  'sends its body slowly': { answer: (_, response) => response.writeHead(200, VERDICT).write('x', () => later(() => response.end())), ...WITHOUT_PAGE },
  hangs: { answer: () => {} },
  'redirects (301)': { answer: (_, response) => response.writeHead(301, { ...VERDICT, location: 'https://127.0.0.1:1/' }).end() },
  'redirects (302)': { answer: (_, response) => response.writeHead(302, { ...VERDICT, location: '/elsewhere' }).end() },
  'answers 304': { answer: (_, response) => response.writeHead(304, VERDICT).end() },
  'answers 401': { answer: (_, response) => response.writeHead(401, VERDICT).end(), ...refusal('401 ') },
  'answers 404': { answer: (_, response) => response.writeHead(404, VERDICT).end('none'), ...refusal('404 none') },
  'answers 429': { answer: (_, response) => response.writeHead(429, VERDICT).end(), ...refusal('429 ') },
  'answers 500': { answer: (_, response) => response.writeHead(500, VERDICT).end('broken') },
  'answers 503': { answer: (_, response) => response.writeHead(503, { 'retry-after': '1' }).end() },
  'answers 204': { answer: (_, response) => response.writeHead(204, VERDICT).end() },
  'cuts its body short': { answer: (_, response) => response.writeHead(200, { ...VERDICT, 'content-length': '100' }).write('x', () => response.socket.destroy()), ...WITHOUT_PAGE },
  'sends 2 MB': { answer: (_, response) => response.writeHead(200, VERDICT).end(Buffer.alloc(2 << 20, 'x')), ...WITHOUT_PAGE },
  'sends JSON that is none': { answer: (_, response) => response.writeHead(200, { ...VERDICT, 'content-type': 'application/json' }).end('<html>'), MITIGATE: { page: '403 Forbidden', captcha: '403 Forbidden', post: '403 Forbidden' }, INJECT: { page: 'passes 211', captcha: 'passes 211', post: 'passes 211' } },
  'sends one huge header': { answer: (_, response) => response.writeHead(200, { ...VERDICT, 'x-netacea-bomb': 'x'.repeat(100_000) }).end('x') },
  'sends thousands of headers': { answer: (_, response) => response.writeHead(200, Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`x-netacea-${index}`, '1']))).end('x') },
  'speaks no HTTP': { answer: (_, response) => response.socket.end('garbage\r\n\r\n') },
  'says nothing at all': {
    answer: (_, response) => response.writeHead(200).end(),
    MITIGATE: { page: 'passes', captcha: '403 ', post: '200 ' },
    INJECT: { page: 'passes 000', captcha: 'passes 000', post: 'passes 000' },
  },
  'sends invalid UTF-8': {
    answer: (_, response) => response.writeHead(200, VERDICT).end(Buffer.from([0x61, 0xff, 0xfe, 0x62])),
    MITIGATE: { page: '403 Yf/+Yg==', captcha: '403 Yf/+Yg==', post: '403 Yf/+Yg==' },
    INJECT: { page: 'passes 211', captcha: 'passes 211', post: 'passes 211' },
  },
  'sends a verdict of odd characters': {
    answer: (_, response) => response.writeHead(200, { 'x-netacea-match': 'ip', 'x-netacea-mitigate': 'q', 'x-netacea-captcha': '-1' }).end('x'),
    MITIGATE: { page: 'passes', captcha: '403 x', post: '200 x' },
    INJECT: { page: 'passes ipq-1', captcha: 'passes ipq-1', post: 'passes ipq-1' },
  },
};

const EVENTS = {
  page: () => viewerRequest(),
  captcha: () => viewerRequest({ uri: '/captcha', querystring: 'trackingId=1' }),
  post: () => captchaPost(),
};

/** `403 body` of an answer, or `passes` with what the origin is told. */
function summary(event, { headers, status, body, ...rest }) {
  if (status) {
    assert.equal(rest.bodyEncoding, Buffer.from(body, 'base64').includes(0xff) ? 'base64' : 'text');
    return `${status} ${body}`;
  }
  const { headers: sent, ...request } = event.Records[0].cf.request;
  assert.deepEqual({ ...rest, ...(body && { body }) }, request, 'the request goes on as it came');
  for (const name in sent) assert.deepEqual(headers[name], sent[name]);
  const told = ['match', 'mitigate', 'captcha'].map((name) => headers[`x-netacea-${name}`]?.[0].value ?? '').join('');
  return told ? `passes ${told}` : 'passes';
}

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

  const start = (mitigationType, mitigationServiceUrl) => Instance.start({
    ...SECRETS, mitigationType, mitigationServiceUrl, timeout: TIMEOUT, ingestServiceUrl: ingest.url, netaceaCaptchaPath: '/captcha',
    breaker: { consecutiveFailures: 1000 },
  });

  for (const mode of ['MITIGATE', 'INJECT']) {
    const blocked = mode === 'MITIGATE' ? '403 Forbidden' : 'passes 210';

    it(`in every trouble, ${mode}: exact outcome, in time, and the next visitor is judged`, { timeout: 120_000 }, async () => {
      const instance = await start(mode, protector.url);
      const wrong = [];
      for (const [name, trouble] of Object.entries(TROUBLES)) {
        for (const [kind, event] of Object.entries(EVENTS)) {
          protector.answer = trouble.answer;
          const sent = event();
          const { result, milliseconds } = await instance.invoke(sent);
          const expected = trouble[mode]?.[kind] ?? OPEN[mode][kind];
          const found = summary(sent, result);
          if (found !== expected) wrong.push(`${name}, ${kind}: ${found} instead of ${expected}`);
          if (milliseconds > TIMEOUT + SLACK) wrong.push(`${name}, ${kind}: ${milliseconds} ms`);
        }
        protector.answer = verdict('210');
        const next = viewerRequest();
        const { result } = await instance.invoke(next);
        if (summary(next, result) !== blocked) wrong.push(`${name}: the next visitor is not judged`);
      }
      assert.deepEqual(wrong, []);
      await instance.stop();
    });

    it(`cannot be reached, ${mode}`, { timeout: 120_000 }, async () => {
      const stranger = await Service.start(verdict('210'), { certificate: 'stranger' });
      const door = net.createServer((socket) => socket.resetAndDestroy());
      const hall = net.createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
      const silent = net.createServer((socket) => socket.on('error', () => {}).resume());
      for (const server of [door, hall, silent]) await new Promise((resolve) => server.unref().listen(0, '127.0.0.1', resolve));
      const unreachable = {
        refused: 'https://127.0.0.1:1', 'somebody else\'s certificate': stranger.url,
        'reset before TLS': `https://127.0.0.1:${door.address().port}`, 'reset within the handshake': `https://127.0.0.1:${hall.address().port}`,
        'silent before TLS': `https://127.0.0.1:${silent.address().port}`,
      };
      for (const [name, url] of Object.entries(unreachable)) {
        const instance = await start(mode, url);
        for (const [kind, event] of Object.entries(EVENTS)) {
          const sent = event();
          const { result, milliseconds } = await instance.invoke(sent);
          assert.equal(summary(sent, result), OPEN[mode][kind], `${name}, ${kind}`);
          assert.ok(milliseconds < TIMEOUT + SLACK, `${name}, ${kind}: ${milliseconds} ms`);
        }
        await instance.stop();
      }
      assert.equal(stranger.requests.length, 0);
      for (const server of [door, hall, silent]) server.close();
    });
  }

  it('is not made to look dead by malformed captcha posts at any rate, and nobody passes by them', async () => {
    const instance = await Instance.start({
      ...SECRETS, mitigationType: 'MITIGATE', mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url, timeout: TIMEOUT,
      breaker: { consecutiveFailures: 1 },
    });
    protector.answer = ({ url }, response) => (url.startsWith('/Ata') ? response.writeHead(500).end() : verdict('210')({}, response));
    const posts = Array.from({ length: 200 }, (_, index) => [{ inputTruncated: true }, { data: '***' }, { data: 'A'.repeat(60_000) }, {}][index % 4]);
    const results = await Promise.all(posts.map((body) => instance.invoke(captchaPost('x', body))));
    assert.ok(results.every(({ result }) => result.status === '500'));
    for (const value of ['\u0000', 'a\r\nb: c', 'x'.repeat(9000), '\ud800', '_/@#/'.repeat(500)]) {
      for (const headers of [{ 'User-Agent': value }, { Cookie: `_mitata=${value}` }, { Cookie: `_mitatacaptcha=${value}` }, { Accept: value }, { Host: value }]) {
        const { result } = await instance.invoke(viewerRequest({ headers }));
        assert.equal(result.status, '403', JSON.stringify(headers).slice(0, 60));
      }
    }
    await instance.stop();
  });
});
