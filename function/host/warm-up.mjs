/**
 * V8 compiles wasm and JavaScript when they first run, which takes milliseconds. A made-up visitor runs through once at load,
 * so that no real one waits. He meets an instance of his own, which is thrown away: nothing is called, logged or kept.
 */
import { Core } from './core.mjs';
import { ANSWERED } from './https.mjs';

/**
 * @param {WebAssembly.Module} module
 * @param {Buffer} configuration
 */
export function warmUp(module, configuration) {
  const core = new Core(module, configuration, () => {});
  const first = visit(core, {});
  const cookies = first.response.headers['set-cookie'] ?? [];
  const cookie = cookies.map(({ value }) => value.split(';')[0]).join('; ');
  visit(core, { cookie: [{ key: 'Cookie', value: cookie }] });
  core.nextPost();
}

/**
 * A request and its response.
 * @param {Core} core
 * @param {import('./event.mjs').Headers} headers
 */
function visit(core, headers) {
  const config = { eventType: 'viewer-request', distributionId: 'E', distributionDomainName: 'd.cloudfront.net', requestId: 'r' };
  const request = {
    clientIp: '192.0.2.1',
    method: 'GET',
    uri: '/',
    querystring: '',
    headers: { host: [{ key: 'Host', value: 'd.cloudfront.net' }], 'user-agent': [{ key: 'User-Agent', value: 'warm-up' }], ...headers },
  };
  const step = core.begin({ config, request });
  if ('call' in step) core.resume({ config, request }, step.id, PASSING);
  /** @type {import('./event.mjs').Response & { headers: import('./event.mjs').Headers }} */
  const response = { status: '200', headers: {} };
  core.begin({ config: { ...config, eventType: 'viewer-response' }, request, response });
  return { response };
}

/** @type {import('./https.mjs').Reply} */
const PASSING = {
  kind: ANSWERED,
  status: 200,
  headers: ['match', 'mitigate', 'captcha'].map((name) => [`x-netacea-${name}`, '0']),
  body: Buffer.alloc(0),
};
