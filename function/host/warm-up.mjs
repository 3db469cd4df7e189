/**
 * V8 compiles wasm and JavaScript when they first run, which takes milliseconds. A made-up visitor
 * is judged at load, so that no real one waits. He meets an instance of his own, which is thrown
 * away: nothing is called, logged or kept.
 */
import { ANSWERED, Core } from './core.mjs';

/** What he brings: the form of a session, and a wrong signature. */
const COOKIE = `_mitata=${['', '0', 'c', '', '000'].join('_/@#/')}`;

/** What Protector says about him. @type {import('./https.mjs').Reply} */
const PASSING = {
  kind: ANSWERED,
  status: 200,
  headers: ['match', 'mitigate', 'captcha'].map((name) => [`x-netacea-${name}`, '0']),
  body: Buffer.alloc(0),
};

/**
 * @param {WebAssembly.Module} module
 * @param {Buffer} configuration
 */
export function warmUp(module, configuration) {
  const core = new Core(module, configuration, () => {});
  const exchange = {
    config: { eventType: 'viewer-request', distributionId: 'E', distributionDomainName: 'd.cloudfront.net', requestId: 'r' },
    request: {
      clientIp: '192.0.2.1', method: 'GET', uri: '/', querystring: '',
      headers: { host: [{ key: 'Host', value: 'd.cloudfront.net' }], cookie: [{ key: 'Cookie', value: COOKIE }] },
    },
  };
  const step = core.begin(exchange);
  if ('call' in step) core.resume(exchange, step.id, PASSING);
}
