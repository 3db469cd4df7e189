// One Lambda execution environment: loads the handler once, then answers one event after the other.
// JSON lines on standard input: {event, context, ahead} or {vitals}; on standard output: {result,
// milliseconds, calls} or {error}. `ahead` is by how many milliseconds the function's clocks are
// fast. The milliseconds are what the handler took, by a clock in this process: what an event costs
// a visitor. The calls are those that it began meanwhile.
// usage: node runner.mjs FILE EXPORT   (the deployed `Handler`, taken apart)
import diagnostics from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import https from 'node:https';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [file, exported] = process.argv.slice(2);
const answer = (message) => writeSync(1, `${JSON.stringify(message)}\n`);

// What the function prints is its log, never its answer.
process.stdout.write = process.stderr.write.bind(process.stderr);

// `REDIRECT=host=port,...`: these hosts stand on loopback, as name service and routing would have
// it elsewhere.
const redirects = new Map((process.env.REDIRECT ?? '').split(',').filter(Boolean).map((pair) => pair.split('=')));
const { createConnection } = https.Agent.prototype;
https.Agent.prototype.createConnection = function (options, ...rest) {
  const port = redirects.get(options.host);
  const target = port ? { ...options, servername: options.host, host: '127.0.0.1', port: Number(port) } : options;
  return createConnection.call(this, target, ...rest);
};

// The calls that the event at hand began.
let calls = [];
let started = process.hrtime.bigint();
const since = (beginning) => Number(process.hrtime.bigint() - beginning) / 1e6;
diagnostics.subscribe('http.client.request.start', ({ request }) => {
  const began = process.hrtime.bigint();
  const call = { method: request.method, host: request.getHeader('host') ?? '', path: request.path, began: since(started), took: 0, headers: {} };
  calls.push(call);
  request.prependOnceListener('response', (response) => {
    const ours = Object.entries(response.headers).filter(([name]) => name.startsWith('x-netacea-'));
    Object.assign(call, { took: since(began), status: response.statusCode, headers: Object.fromEntries(ours) });
  });
  request.prependOnceListener('error', (error) => Object.assign(call, { took: since(began), failure: String(error.code ?? error.message) }));
});

// The memories of wasm instances, as long as somebody else holds them.
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    if (this.exports.memory) memories.push(new WeakRef(this.exports.memory));
  }
};

// All clocks, as far ahead as the simulator's.
let aheadBy = 0;
for (const [clock, name, unit] of [[Date, 'now', 1], [performance, 'now', 1], [process, 'uptime', 1000]]) {
  const read = clock[name].bind(clock);
  clock[name] = () => read() + aheadBy / unit;
}

const count = (list) => list.reduce((counts, name) => ({ ...counts, [name]: (counts[name] ?? 0) + 1 }), {});
const vitals = () => ({
  wasm: memories.reduce((bytes, memory) => bytes + (memory.deref()?.buffer.byteLength ?? 0), 0),
  heap: process.memoryUsage().heapUsed,
  resources: count(process.getActiveResourcesInfo()),
});

const describe = (error) => String(error?.stack ?? error);
process.on('uncaughtException', (error) => { answer({ error: describe(error) }); process.exit(1); });
process.on('unhandledRejection', (error) => { answer({ error: describe(error) }); process.exit(1); });

const handler = (await import(pathToFileURL(file)))[exported];
answer({ result: 'loaded' });

for await (const line of createInterface({ input: process.stdin, terminal: false })) {
  const { event, context, ahead, vitals: asked } = JSON.parse(line);
  if (asked) {
    answer({ result: vitals() });
    continue;
  }
  aheadBy = ahead;
  const deadline = Date.now() + context.timeoutMs;
  context.getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
  calls = [];
  started = process.hrtime.bigint();
  try {
    const result = (await handler(event, context)) ?? null;
    answer({ result, milliseconds: since(started), calls });
  } catch (error) {
    answer({ error: describe(error) });
  }
}
process.exit(0);
