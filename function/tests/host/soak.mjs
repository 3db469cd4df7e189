/**
 * Sends events of all kinds through one instance, over a network that answers at once, and prints
 * what became of its memory. usage: node --expose-gc --max-semi-space-size=2 soak.mjs FOLDER COUNT
 */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import https from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { captchaPost, responseTo, setCookies, viewerRequest } from './events.mjs';

const [folder, count] = [process.argv[2], Number(process.argv[3])];
/**
 * Part of the run after which memory has its working size: V8 has compiled what is hot, and its
 * heap has grown.
 */
const SETTLED = 0.4;

/** What is said to a path or to every check; log entries by the user agent that they are about. */
const VERDICTS = ['000', '210', '211', '020'];
let asked = 0;
let logged = 0;
let current;

https.request = (url, { method }) => {
  const request = new EventEmitter();
  request.destroy = () => {};
  request.end = (body) => {
    if (url.includes('ingest')) {
      logged += 1;
      const entry = JSON.parse(body);
      assert.equal(entry.UserAgent, current, 'an entry of another visitor');
    }
    const code = method === 'GET' ? VERDICTS[asked++ % VERDICTS.length] : '002';
    const rawHeaders = ['match', 'mitigate', 'captcha'].flatMap((name, index) => [`x-netacea-${name}`, code[index]]);
    const response = Object.assign(new EventEmitter(), { complete: true, statusCode: asked % 97 === 0 ? 503 : 200, rawHeaders: url.includes('ingest') ? [] : rawHeaders });
    if (url.includes('ingest')) response.statusCode = 200;
    queueMicrotask(() => {
      request.emit('response', response);
      response.emit('data', Buffer.from('page'));
      response.emit('end');
    });
  };
  return request;
};

const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(module, imports) {
    super(module, imports);
    memories.push(this.exports.memory);
  }
};
const { handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href);

// The first instance is the one that lives, the second is the warm-up's.
const wasm = () => memories[0].buffer.byteLength;
const resident = () => {
  globalThis.gc();
  return process.memoryUsage.rss();
};

let events = 0;
let cookie = '';
let settled;
for (let visit = 0; events < count; visit += 1) {
  current = `agent-${visit}${visit % 50 === 0 ? 'x'.repeat(400) : ''}`;
  const headers = { 'User-Agent': current, Cookie: visit % 3 === 0 ? '' : `${cookie}; a=${'b'.repeat(visit * 7919 % 3000)}` };
  const event = visit % 11 === 0 ? captchaPost('a'.repeat(visit * 7919 % 20_000)) : viewerRequest({ headers, uri: `/${visit}` });
  if (visit % 11 === 0) event.Records[0].cf.request.headers['user-agent'] = [{ key: 'User-Agent', value: current }];
  const expected = logged + 1;
  const request = await handler(event);
  events += 1;
  if (!request.status) {
    const response = await handler(responseTo(event, request, visit % 13 === 0 ? '404' : '200'));
    events += 1;
    const [line] = setCookies(response);
    if (line) cookie = line.split(';')[0];
  }
  await null;
  if (visit % 1000 === 0) await new Promise(setImmediate);
  assert.equal(logged, expected, `one entry for each visit, visit ${visit}`);
  if (!settled && events > count * SETTLED) settled = { wasm: wasm(), rss: resident() };
}
process.send({ events, instances: memories.length, wasm: wasm(), wasmGrowth: wasm() - settled.wasm, rssGrowth: resident() - settled.rss });
process.exit(0);
