// Times a visitor with a valid session, request and response, after the code is warm. One line of
// JSON: microseconds of CPU for each request and response, and how long a request takes. usage:
// node hot_path.mjs CONTESTANT plain|encrypted COOKIE
import { writeSync } from 'node:fs';
import { posted, unplug } from './network.mjs';

const VISITS = 500;
/**
 * Rounds until V8 has compiled what runs often for good: Node 24 takes some ten thousand visits.
 */
const WARM_UP = 24;
const ROUNDS = 12;

process.stdout.write = process.stderr.write.bind(process.stderr);
unplug();
const [name, encryption, cookie] = process.argv.slice(2);
const { load } = await import(`./${name}.mjs`);
const contestant = await load(encryption === 'encrypted');

const cpu = (since) => { const { user, system } = process.cpuUsage(since); return user + system; };
const median = (samples) => samples.sort((one, other) => one - other)[samples.length >> 1];
const spent = { request: [], response: [] };
const times = [];

for (let round = -WARM_UP; round < ROUNDS; round += 1) {
  const visits = contestant.visits(VISITS, cookie);
  const results = new Array(VISITS);
  let start = process.cpuUsage();
  for (let index = 0; index < VISITS; index += 1) {
    const began = process.hrtime.bigint();
    results[index] = await contestant.request(visits[index]);
    if (round >= 0) times.push(Number(process.hrtime.bigint() - began) / 1000);
  }
  const request = cpu(start) / VISITS;
  const answers = contestant.answers(visits, results);
  start = process.cpuUsage();
  for (let index = 0; index < VISITS; index += 1) await contestant.response(answers[index]);
  const response = cpu(start) / VISITS;
  await new Promise(setImmediate);
  if (posted.length !== VISITS) throw new Error(`${posted.length} log entries for ${VISITS} visits, or other calls`);
  posted.length = 0;
  if (round >= 0) {
    spent.request.push(request);
    spent.response.push(response);
  }
}
times.sort((one, other) => one - other);
writeSync(1, JSON.stringify({
  request_us: median(spent.request), response_us: median(spent.response),
  p50_us: times[times.length >> 1], p99_us: times[Math.floor(times.length * 0.99)],
}));
process.exit(0);
