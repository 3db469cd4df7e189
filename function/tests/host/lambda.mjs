/** Runs one instance of the function in a process of its own, as Lambda does. The parent sends events and gets results. */
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(process.argv[2]).href);

process.on('message', async ({ id, event }) => {
  const start = process.hrtime.bigint();
  const result = await handler(event);
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  process.send({ id, result, milliseconds });
});
process.send({ ready: true });
