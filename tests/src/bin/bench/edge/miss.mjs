// Times a visitor without a cookie: one call to Protector on loopback, over one connection that is
// kept open. Prints microseconds. usage: node miss.mjs
import diagnostics from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { requestEvent } from './visit.mjs';

const VISITS = 400;
const WARM_UP = 50;

process.stdout.write = process.stderr.write.bind(process.stderr);
const connections = new Set();
diagnostics.subscribe('http.client.response.finish', ({ request }) => connections.add(request.socket));
const { handler } = await import('./zip/index.mjs');
const times = [];
let start = process.cpuUsage();
for (let visit = -WARM_UP; visit < VISITS; visit += 1) {
  if (visit === 0) start = process.cpuUsage();
  const event = requestEvent('', visit);
  const began = process.hrtime.bigint();
  const request = await handler(event);
  if (visit >= 0) times.push(Number(process.hrtime.bigint() - began) / 1000);
  if (!request.headers?.['x-netacea-edge-state']) throw new Error(`not passed: ${JSON.stringify(request)}`);
}
const { user, system } = process.cpuUsage(start);
times.sort((one, other) => one - other);
writeSync(1, JSON.stringify({
  p50_us: times[VISITS >> 1], p99_us: times[Math.floor(VISITS * 0.99)], cpu_us: (user + system) / VISITS,
  connections: connections.size,
}));
process.exit(0);
