// The package from the zip, in the folder that holds this file.
import { requestEvent, responseEvent } from './visit.mjs';

export async function load() {
  const { handler } = await import('./zip/index.mjs');
  return {
    visits: (count, cookie) => Array.from({ length: count }, (_, number) => requestEvent(cookie, number)),
    request: handler,
    answers: (visits, results) => visits.map((visit, index) => responseEvent(visit, results[index])),
    response: handler,
  };
}
