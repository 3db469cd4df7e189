/**
 * Runs one instance of the function in a process of its own, as Lambda does. The parent sends
 * events and gets results.
 */
import https from 'node:https';
import { pathToFileURL } from 'node:url';

/**
 * `REDIRECT=host=port,...`: connections to these hosts go to loopback, as name service and routing
 * would do it elsewhere.
 */
const redirects = new Map((process.env.REDIRECT ?? '').split(',').filter(Boolean).map((pair) => pair.split('=')));
const { createConnection } = https.Agent.prototype;
https.Agent.prototype.createConnection = function (options, ...rest) {
  const port = redirects.get(options.host);
  const target = port ? { ...options, servername: options.host, host: '127.0.0.1', port: Number(port) } : options;
  return createConnection.call(this, target, ...rest);
};

const { handler } = await import(pathToFileURL(process.argv[2]).href);

/** Milliseconds by which somebody has set the wall clock. */
let offset = 0;
const { now } = Date;
Date.now = () => now() + offset;

process.on('message', async ({ id, event, remaining, step }) => {
  if (step) {
    offset += step;
    return;
  }
  const start = process.hrtime.bigint();
  const end = performance.now() + remaining;
  const result = await handler(event, { getRemainingTimeInMillis: () => end - performance.now() });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  process.send({ id, result, milliseconds });
});
process.send({ ready: true });
