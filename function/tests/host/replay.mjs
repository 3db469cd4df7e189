/**
 * Runs instances with a clock and random bytes as told, many one after the other: the parent sends
 * what to load and to invoke.
 */
import crypto from 'node:crypto';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Bytes of entropy that one step gets (`ENTROPY_BYTES` of host/wire.mjs). */
const STEP = 72;
let random = Buffer.alloc(STEP);
let now = 0;
/** Milliseconds that the next answer takes by this clock. */
let latency = 0;
let handler;

Date.now = () => now;
crypto.randomFillSync = (buffer) => {
  for (let index = 0; index < buffer.length; index++) buffer[index] = random[index % STEP];
  return buffer;
};
syncBuiltinESMExports();
const { request } = https;
https.request = (url, options) => {
  if (new URL(url).hostname !== '127.0.0.1') throw new Error('nothing leaves this machine');
  const call = request.call(https, url, options);
  call.once('response', () => {
    now += latency;
    latency = 0;
  });
  return call;
};

process.on('message', async ({ load, entropy, clock, event, ...more }) => {
  now = clock;
  latency = more.latency ?? 0;
  if (load) {
    // The user id takes the first fifteen bytes.
    const bytes = Buffer.from(entropy, 'hex');
    random = Buffer.from(Array.from({ length: STEP }, (_, index) => (index < 15 ? bytes[index % bytes.length] : index)));
    ({ handler } = await import(pathToFileURL(load).href));
    process.send({});
  } else {
    process.send({ result: await handler(event) });
  }
});
process.send({});
