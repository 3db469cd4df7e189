// One Lambda execution environment: loads the handler once, then answers one event after the other.
// JSON lines on standard input: {event, context}; on standard output: {result} or {error}.
// usage: node runner.mjs FILE EXPORT   (the deployed `Handler`, taken apart)
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [file, exported] = process.argv.slice(2);
const answer = (message) => writeSync(1, `${JSON.stringify(message)}\n`);

// What the function prints is its log, never its answer.
process.stdout.write = process.stderr.write.bind(process.stderr);

const describe = (error) => String(error?.stack ?? error);
process.on('uncaughtException', (error) => { answer({ error: describe(error) }); process.exit(1); });
process.on('unhandledRejection', (error) => { answer({ error: describe(error) }); process.exit(1); });

const handler = (await import(pathToFileURL(file)))[exported];
answer({ result: 'loaded' });

for await (const line of createInterface({ input: process.stdin, terminal: false })) {
  const { event, context } = JSON.parse(line);
  const deadline = Date.now() + context.timeoutMs;
  context.getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
  try {
    answer({ result: (await handler(event, context)) ?? null });
  } catch (error) {
    answer({ error: describe(error) });
  }
}
process.exit(0);
