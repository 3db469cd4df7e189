// Asserts that ours and the hand-written baseline give the same for the same visitor: request,
// response and log entry. The sealed header differs in its random bytes; that it carries the same
// shows in the log entry. usage: node compare.mjs plain|encrypted COOKIE
import assert from 'node:assert/strict';
import { posted, unplug } from './network.mjs';

process.stdout.write = process.stderr.write.bind(process.stderr);
unplug();
const now = Date.now();
Date.now = () => now;
const [encryption, cookie] = process.argv.slice(2);
const given = [];
for (const name of ['ours', 'baseline']) {
  const { load } = await import(`./${name}.mjs`);
  const contestant = await load(encryption === 'encrypted');
  const visits = contestant.visits(1, cookie);
  const request = structuredClone(await contestant.request(visits[0]));
  const [answer] = contestant.answers(visits, [request]);
  const response = await contestant.response(answer);
  await new Promise(setImmediate);
  assert.equal(posted.length, 1, `${name}: one log entry`);
  const entry = JSON.parse(posted.pop());
  const sealed = structuredClone(request.headers['x-netacea-edge-state']);
  assert.match(sealed[0].value, /^[\w-]{100,}$/);
  request.headers['x-netacea-edge-state'][0].value = '';
  given.push(JSON.stringify({ request, response, entry: { ...entry, TimeLocal: '', WorkerInstanceId: '' }, keys: Object.keys(entry) }));
  assert.ok(Math.abs(Date.parse(entry.TimeLocal) - now) < 60_000);
}
assert.equal(given[0], given[1]);
process.exit(0);
