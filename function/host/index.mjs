/**
 * Lambda@Edge entry point. Everything that is decided is decided in the wasm; this loads it and
 * does its input and output. Whatever goes wrong here passes the event on as it came.
 *
 * @typedef {{ getRemainingTimeInMillis?: () => number }} Context
 */
import { readFileSync } from 'node:fs';
import { Core, Refusal, Trap } from './core.mjs';
import { original } from './event.mjs';
import { send } from './https.mjs';
import { PREFIX, REPLY_ANSWERED } from './wire.mjs';

/** Milliseconds that stay before Lambda stops the function: an answer must be out by then. */
const RESERVE = 100;

/** @type {{ module: WebAssembly.Module, configuration: Buffer } | undefined} */
const loaded = load();
/** @type {Core | undefined} */
let core = loaded && instantiate();
/**
 * When log entries go next without an event.
 * @type {{ due: number, timer: NodeJS.Timeout | undefined }}
 */
let alarm = { due: 0, timer: undefined };

/** @param {import('./event.mjs').Event} event @param {Context} [context] */
export const handler = async (event, context) => {
  try {
    const judge = core;
    if (!judge) return original(event);
    const end = process.uptime() * 1000 + (context?.getRemainingTimeInMillis?.() ?? Infinity) - RESERVE;
    const exchange = event.Records[0].cf;
    let step = judge.begin(exchange);
    while ('call' in step) {
      const { reply } = await send(step.call, { end, isOnce: step.call.method === 'POST' });
      step = judge.resume(exchange, step.id, reply);
    }
    const delivery = pump(judge);
    const patience = Math.min(judge.needs.maxWait, end - process.uptime() * 1000);
    if (patience > 0 && delivery) await Promise.race([delivery, pause(patience)]);
    return step.result;
  } catch (error) {
    recover(error);
    return original(event);
  }
};

/**
 * Starts sending log entries. What is not through when the instance is frozen goes on at the next
 * event. Never throws: what was decided about a visitor stands.
 * @param {Core} core
 * @returns {Promise<void> | undefined} what the visitor's answer may wait for
 */
function pump(core) {
  /** @type {Promise<void> | undefined} */
  let awaited;
  try {
    while (core.due > 0 && core.due <= process.uptime() * 1000) {
      const post = core.nextPost();
      if (!post) break;
      const delivery = deliver(core, post);
      if (post.isAwaited) awaited = delivery;
    }
    if (core.due !== alarm.due) wake(core.due);
  } catch (error) {
    recover(error);
  }
  return awaited;
}

/** @param {Core} core @param {{ id: number, call: import('./wire.mjs').Call }} post */
function deliver(core, { id, call }) {
  return send(call).then((sent) => {
    try {
      core.posted(id, sent);
      pump(core);
    } catch (error) {
      recover(error);
    }
  });
}

/**
 * Comes back when a batch is old enough or a pause is over, should no event come before.
 * @param {number} due by `process.uptime() * 1000`
 */
function wake(due) {
  clearTimeout(alarm.timer);
  alarm = { due, timer: undefined };
  if (due === 0) return;
  const ring = () => {
    alarm = { due: 0, timer: undefined };
    if (core) pump(core);
  };
  alarm.timer = setTimeout(ring, Math.max(0, due - process.uptime() * 1000)).unref();
}

/** @param {number} milliseconds @returns {Promise<void>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

/**
 * Says what happened and makes a new instance after a trap: the old one is not to be trusted. The
 * log entries in it are lost; the next entry tells how many.
 * @param {unknown} error
 */
function recover(error) {
  if (error instanceof Refusal) return;
  if (!(error instanceof Trap)) {
    report('event passed on unchanged', error);
  } else if (core?.isBroken) {
    report('wasm trapped, event passed on unchanged', error);
    core = instantiate(core.owed);
  }
}

/** @param {number} dropped log entries lost before @returns {Core | undefined} */
function instantiate(dropped = 0) {
  try {
    if (loaded) return new Core(loaded.module, loaded.configuration, write, dropped);
  } catch (error) {
    if (!(error instanceof Refusal)) report('wasm does not start: every event passes unchanged', error);
  }
  return undefined;
}

function load() {
  try {
    const module = new WebAssembly.Module(readFileSync(new URL('./netacea_edge.wasm', import.meta.url)));
    const configuration = readFileSync(new URL('./NetaceaConfig.json', import.meta.url));
    return { module, configuration };
  } catch (error) {
    report('function does not load: every event passes unchanged', error);
    return undefined;
  }
}

/**
 * @param {string} message
 * @param {unknown} error
 */
function report(message, error) {
  const problem = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
  write(JSON.stringify({ level: 'error', message, problem }));
}

/** One line, one entry: CloudWatch reads what is written here. @param {string} line */
function write(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * V8 compiles wasm and JavaScript when they first run, which takes milliseconds. A made-up visitor
 * is judged at load, so that no real one waits. They meet an instance of their own, which is thrown
 * away: nothing is called, logged or kept.
 * @param {WebAssembly.Module} module
 * @param {Buffer} configuration
 */
function warmUp(module, configuration) {
  const core = new Core(module, configuration, () => {});
  // The form of a session, and a wrong signature.
  const cookie = `_mitata=${['', '0', 'c', '', '000'].join('_/@#/')}`;
  const exchange = {
    config: { eventType: 'viewer-request', distributionId: 'E', distributionDomainName: 'd.cloudfront.net', requestId: 'r' },
    request: {
      clientIp: '192.0.2.1', method: 'GET', uri: '/', querystring: '',
      headers: { host: [{ key: 'Host', value: 'd.cloudfront.net' }], cookie: [{ key: 'Cookie', value: cookie }] },
    },
  };
  const step = core.begin(exchange);
  if (!('call' in step)) return;
  /** @type {[string, string][]} */
  const headers = ['match', 'mitigate', 'captcha'].map((name) => [PREFIX + name, '0']);
  core.resume(exchange, step.id, { kind: REPLY_ANSWERED, status: 200, headers, body: Buffer.alloc(0) });
}

try {
  if (loaded && core) warmUp(loaded.module, loaded.configuration);
} catch (error) {
  report('warm-up failed', error);
}
