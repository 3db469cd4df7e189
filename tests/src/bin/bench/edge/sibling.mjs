// The vendor's published plugin for Cloudflare: its whole request path with a request of the Fetch
// API. NETACEA_SIBLING names the folder in which npm has installed it.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CLIENT_IP, URL, headers, settings } from './visit.mjs';

/** @param {boolean} isEncrypted */
export async function load(isEncrypted) {
  const Cloudflare = createRequire(join(process.env.NETACEA_SIBLING, 'package.json'))('@netacea/cloudflare');
  const worker = new Cloudflare(settings(isEncrypted));
  const waitUntil = () => {};
  return {
    visits: (count, cookie) => {
      const list = [...headers(cookie), ['CF-Connecting-IP', CLIENT_IP]];
      return Array.from({ length: count }, () => ({
        event: { request: new Request(URL, { headers: list }), waitUntil },
        origin: new Response('', { headers: { 'Content-Type': 'text/html', 'Content-Length': '5123' } }),
      }));
    },
    request: ({ event, origin }) => worker.run(event, async () => origin),
    answers: (visits, results) => visits.map(({ event: { request } }, index) => ({ request, result: results[index] })),
    response: ({ request, result }) => worker.ingest(request, result),
  };
}
