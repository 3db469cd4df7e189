/** Events as CloudFront might send them on a bad day, each with its exact outcome. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { headersOf } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, accept, stopServices, verdict } from './netacea.mjs';

const STATE = 'x-netacea-edge-state';
const config = { distributionDomainName: 'd111111abcdef8.cloudfront.net', distributionId: 'EDFDVBD6EXAMPLE', eventType: 'viewer-request', requestId: 'r' };
const headers = headersOf({ Host: 'shop.example.com', 'User-Agent': 'Mozilla/5.0' });
const request = { clientIp: '203.0.113.178', method: 'GET', uri: '/product', querystring: '', headers };
const response = { status: '200', statusDescription: 'OK', headers: headersOf({ 'Content-Length': '1' }) };

const asking = (change) => ({ config, request: { ...request, ...change } });
const having = (more) => asking({ headers: { ...headers, ...more } });
const without = (name) => asking({ [name]: undefined });
const posting = (body) => asking({ method: 'POST', uri: '/AtaVerifyCaptcha', body });
const answering = (change, type = 'viewer-response') => ({ config: { ...config, eventType: type }, request, response: { ...response, ...change } });
const configured = (change) => ({ config: { ...config, ...change }, request });
const many = (count, value) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, [{ key: `X-${index}`, value }]]));

/** Protector is asked, and the request goes on with the sealed state. */
const JUDGED = 'judged';
/** The same without the state, which would not fit any more. */
const JUDGED_BARE = 'judged without state';
/** Nobody is asked, nothing is changed. */
const UNCHANGED = 'unchanged';
/** The solution of a captcha that cannot be verified. */
const FAILED = 'failed';
/** A solution that is verified. */
const SOLVED = 'solved';
/** A response that is logged and goes on as it came. */
const LOGGED = 'logged';

const CASES = [
  // Addresses and other fields of the request.
  ['an IPv6 address', asking({ clientIp: '2001:db8::1' }), JUDGED],
  ['an IPv4 address in IPv6', asking({ clientIp: '::ffff:192.0.2.1' }), JUDGED],
  ['an address with a zone', asking({ clientIp: 'fe80::1%eth0' }), JUDGED],
  ['no address', without('clientIp'), JUDGED],
  ['an address that is null', asking({ clientIp: null }), JUDGED],
  ['an address that is a number', asking({ clientIp: 7 }), JUDGED],
  ['an address with control characters', asking({ clientIp: '1\r\n2\u0000' }), JUDGED],
  ['a very long address', asking({ clientIp: '1'.repeat(100_000) }), JUDGED],
  ['no query', without('querystring'), JUDGED],
  ['a query that is null', asking({ querystring: null }), JUDGED],
  ['a query with broken escapes', asking({ querystring: 'a=%zz&%=1&&==' }), JUDGED],
  ['a query with a lone surrogate', asking({ querystring: '\ud800' }), JUDGED],
  ['an empty path', asking({ uri: '' }), JUDGED],
  ['a path with dots and escapes', asking({ uri: '/%2e%2e/../a%00b' }), JUDGED],
  ['a path of 8 KB', asking({ uri: `/${'p'.repeat(8191)}` }), JUDGED],
  ['a path beyond the request limit', asking({ uri: `/${'p'.repeat(20_480)}` }), JUDGED_BARE],
  ['a path that is an object', asking({ uri: {} }), UNCHANGED],
  ['no path', without('uri'), UNCHANGED],
  ['no method', without('method'), UNCHANGED],
  ['a method that is null', asking({ method: null }), UNCHANGED],
  ['an empty method', asking({ method: '' }), JUDGED],
  ['an unknown method', asking({ method: 'BREW' }), JUDGED],
  ['a method in lower case', asking({ method: 'get' }), JUDGED],
  ['fields that nobody knows', asking({ origin: { s3: {} }, future: [1, 2] }), JUDGED],
  // Headers.
  ['no headers at all', asking({ headers: {} }), JUDGED],
  ['headers that are missing', without('headers'), JUDGED],
  ['headers that are null', asking({ headers: null }), JUDGED],
  ['a header without key', having({ accept: [{ value: 'text/html' }] }), JUDGED],
  ['a header that is repeated', having({ accept: [{ key: 'Accept', value: 'a' }, { key: 'ACCEPT', value: 'b' }] }), JUDGED],
  ['several Cookie headers', having({ cookie: [{ key: 'Cookie', value: 'a=1' }, { key: 'cookie', value: '_mitata=x' }] }), JUDGED],
  ['several Host headers', having({ host: [{ key: 'Host', value: 'a' }, { key: 'Host', value: 'b' }] }), JUDGED],
  ['a Host with port and IPv6', having({ host: [{ key: 'Host', value: '[::1]:8443' }] }), JUDGED],
  ['an empty Host', having({ host: [{ key: 'Host', value: '' }] }), JUDGED],
  ['a header list that is empty', having({ cookie: [] }), JUDGED],
  ['a header that is a text', having({ cookie: 'a=1' }), UNCHANGED],
  ['a header that is null', having({ cookie: null }), UNCHANGED],
  ['a header value that is null', having({ cookie: [{ key: 'Cookie', value: null }] }), UNCHANGED],
  ['a header value that is a number', having({ 'user-agent': [{ key: 'User-Agent', value: 7 }] }), UNCHANGED],
  ['a header value that is missing', having({ referer: [{ key: 'Referer' }] }), UNCHANGED],
  ['header names in capitals', asking({ headers: { 'USER-AGENT': [{ key: 'USER-AGENT', value: 'x' }], HOST: [{ key: 'HOST', value: 'h' }] } }), JUDGED],
  ['an empty header name', having({ '': [{ key: '', value: 'x' }] }), JUDGED],
  ['a header called like a part of every object', having({ constructor: [{ key: 'constructor', value: 'x' }], hasOwnProperty: [{ key: 'hasOwnProperty', value: 'y' }] }), JUDGED],
  ['a cookie of 8 KB', having({ cookie: [{ key: 'Cookie', value: `a=${'b'.repeat(8190)}` }] }), JUDGED],
  ['a cookie of 100 KB', having({ cookie: [{ key: 'Cookie', value: `a=${'b'.repeat(100_000)}` }] }), JUDGED_BARE],
  ['thousands of cookies', having({ cookie: [{ key: 'Cookie', value: '_mitata=x; '.repeat(1000) }] }), JUDGED],
  ['a cookie of separators only', having({ cookie: [{ key: 'Cookie', value: ';;= ; =;_mitata;=_mitata=' }] }), JUDGED],
  ['a cookie with a lone surrogate', having({ cookie: [{ key: 'Cookie', value: '_mitata=\udfff' }] }), JUDGED],
  ['a thousand headers', having(many(1000, 'v')), JUDGED],
  ['headers beyond the request limit', having(many(1000, 'v'.repeat(100))), JUDGED_BARE],
  ['a forged state', having({ [STATE]: [{ key: STATE, value: 'A'.repeat(500) }] }), JUDGED],
  ['a state of 100 KB', having({ [STATE]: [{ key: STATE, value: 'A'.repeat(100_000) }] }), JUDGED_BARE],
  // Configuration of the event.
  ['no distribution', configured({ distributionId: undefined, distributionDomainName: undefined }), JUDGED],
  ['no request id', configured({ requestId: undefined }), JUDGED],
  ['an event type in capitals', configured({ eventType: 'VIEWER-REQUEST' }), JUDGED],
  ['no event type', configured({ eventType: undefined }), UNCHANGED],
  ['an unknown event type', configured({ eventType: 'viewer-thought' }), UNCHANGED],
  ['an event type with blanks', configured({ eventType: ' viewer-request ' }), UNCHANGED],
  ['an event type that is a list', configured({ eventType: ['viewer-request'] }), UNCHANGED],
  ['no configuration', { request }, UNCHANGED],
  ['a response event without response', configured({ eventType: 'viewer-response' }), UNCHANGED],
  // Bodies.
  ['a solution in base64', posting({ data: 'YT0x', encoding: 'base64', inputTruncated: false, action: 'read-only' }), SOLVED],
  ['a solution as text', posting({ data: 'a=1', encoding: 'text', inputTruncated: false, action: 'read-only' }), SOLVED],
  ['a binary solution', posting({ data: Buffer.from([0, 255, 128, 10]).toString('base64'), encoding: 'base64' }), SOLVED],
  ['no solution', posting(undefined), SOLVED],
  ['a solution without data', posting({ encoding: 'base64' }), SOLVED],
  ['an empty solution', posting({ data: '', encoding: 'base64', inputTruncated: false }), SOLVED],
  ['a solution that was cut', posting({ data: 'YT0x', encoding: 'base64', inputTruncated: true }), FAILED],
  ['a solution that is no base64', posting({ data: 'a=1&b', encoding: 'base64' }), FAILED],
  ['a solution with half a base64 group', posting({ data: 'YT0xY', encoding: 'base64' }), FAILED],
  ['a solution beyond CloudFront\'s limit', posting({ data: 'A'.repeat(60_000), encoding: 'base64' }), FAILED],
  ['a body that nobody reads', asking({ method: 'POST', body: { data: '***', encoding: 'base64', inputTruncated: true } }), JUDGED],
  ['a body that is a number', asking({ body: 7 }), JUDGED],
  // Responses.
  ['a response', answering({}), LOGGED],
  ['a response without headers', answering({ headers: undefined }), LOGGED],
  ['a response whose headers are null', answering({ headers: null }), LOGGED],
  ['a response with many lengths', answering({ headers: { 'content-length': [{ value: '' }, { value: 'x' }] } }), LOGGED],
  ['an error at the origin', answering({ status: '503' }, 'origin-response'), LOGGED],
  ['an error at the viewer', answering({ status: '503' }), UNCHANGED],
  ['a success at the origin', answering({}, 'origin-response'), UNCHANGED],
  ['a status that is a number', answering({ status: 200 }), UNCHANGED],
  ['a status that is none', answering({ status: 'teapot' }), UNCHANGED],
  ['an empty status', answering({ status: '' }), UNCHANGED],
  ['no status', answering({ status: undefined }), UNCHANGED],
  ['a response header that is a text', answering({ headers: { 'set-cookie': 'a=1' } }), UNCHANGED],
];

after(async () => {
  await stopInstances();
  await stopServices();
});

describe('a malformed event', () => {
  let protector, ingest, instance;
  before(async () => {
    protector = await Service.start(verdict('000'));
    ingest = await Service.start(accept);
    const urls = { mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url };
    instance = await Instance.start({ ...SECRETS, ...urls, mitigationType: 'MITIGATE', ingestMaxWaitMs: 1000, headerBudgetBytes: 20_480 });
  });

  it('is one of at least sixty', () => assert.ok(CASES.length >= 60));

  for (const [name, exchange, outcome] of CASES) {
    it(`with ${name} is ${outcome}`, async () => {
      protector.requests.length = ingest.requests.length = 0;
      const sent = JSON.parse(JSON.stringify(exchange));
      const { result } = await instance.invoke({ Records: [{ cf: sent }] });
      const subject = sent.response ?? sent.request;
      const found = { asked: protector.requests.map(({ method }) => method).join(), logged: ingest.requests.length };
      switch (outcome) {
        case JUDGED:
        case JUDGED_BARE: {
          assert.deepEqual(found, { asked: 'GET', logged: 0 });
          const { headers: before, ...rest } = subject;
          const { headers: after, ...others } = result;
          assert.deepEqual(others, rest);
          const { [STATE]: forged, ...genuine } = before ?? {};
          const { [STATE]: state, ...kept } = after ?? {};
          assert.deepEqual(kept, genuine);
          assert.equal(state !== undefined, outcome === JUDGED);
          if (forged) assert.notDeepEqual(state, forged);
          break;
        }
        case SOLVED:
        case FAILED:
          assert.deepEqual([result.status, result.body], [outcome === SOLVED ? '200' : '500', '']);
          assert.deepEqual(found, { asked: outcome === SOLVED ? 'POST' : '', logged: 1 });
          break;
        default:
          assert.deepEqual(result, subject);
          assert.deepEqual(found, { asked: '', logged: outcome === LOGGED ? 1 : 0 });
      }
    });
  }

  it('of no shape at all comes back as nothing', async () => {
    for (const event of [null, 7, 'event', [], {}, { Records: null }, { Records: [] }, { Records: [null] }, { Records: [{}] }, { Records: [{ cf: null }] }]) {
      assert.equal((await instance.invoke(event)).result, undefined, JSON.stringify(event));
    }
  });
});
