// Loads the package beside it as Lambda does, then times viewer-request events of a visitor whose session cookie is valid.
// usage: node hot_path.mjs COOKIE
const EVENTS = 20_000;
const WARM_UP = 2_000;

const cpuSince = (start) => { const { user, system } = process.cpuUsage(start); return (user + system) / 1000; };
process.stdout.write = process.stderr.write.bind(process.stderr);

const header = (key, value) => ({ [key.toLowerCase()]: [{ key, value }] });
const event = () => ({ Records: [{ cf: {
  config: { distributionDomainName: 'd111111abcdef8.cloudfront.net', distributionId: 'EDFDVBD6EXAMPLE', eventType: 'viewer-request', requestId: 'bench-request' },
  request: {
    clientIp: '203.0.113.10', method: 'GET', uri: '/products/42', querystring: 'colour=red',
    headers: {
      ...header('Host', 'shop.example'), ...header('User-Agent', 'Mozilla/5.0 (bench)'), ...header('Accept', 'text/html,application/xhtml+xml'),
      ...header('Accept-Language', 'en-GB,en;q=0.9'), ...header('Accept-Encoding', 'gzip, deflate, br'), ...header('Referer', 'https://shop.example/'),
      ...header('Cookie', `basket=1234567890; ${process.argv[2]}; theme=dark`),
    },
  },
} }] });

let start = process.cpuUsage();
const { handler } = await import('./index.mjs');
const load = cpuSince(start);

start = process.cpuUsage();
const first = await handler(event(), {});
const firstCpu = cpuSince(start);
if (!first?.headers || first.status) throw new Error(`the visitor did not pass: ${JSON.stringify(first)}`);

for (let i = 0; i < WARM_UP; i += 1) await handler(event(), {});
const times = new Float64Array(EVENTS);
start = process.cpuUsage();
for (let i = 0; i < EVENTS; i += 1) {
  const began = process.hrtime.bigint();
  await handler(event(), {});
  times[i] = Number(process.hrtime.bigint() - began) / 1000;
}
const cpu = cpuSince(start);
times.sort();
const { writeSync } = await import('node:fs');
writeSync(1, JSON.stringify({
  load_cpu_ms: load, first_cpu_ms: firstCpu, p50_us: times[EVENTS / 2], p99_us: times[Math.floor(EVENTS * 0.99)], cpu_us: cpu * 1000 / EVENTS,
}));
process.exit(0);
