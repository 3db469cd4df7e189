/** Connections stay open between events, but not for ever. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, it, mock } from 'node:test';
import { pathToFileURL } from 'node:url';
import { FOLDER } from './instance.mjs';
import { Service, stopServices, verdict } from './netacea.mjs';

const { send } = await import(pathToFileURL(join(FOLDER, 'zip/https.mjs')).href);

after(stopServices);

it('serves one call after the other, and gives up a connection that was idle for minutes', async () => {
  const service = await Service.start(verdict('000'));
  const ask = async () => {
    const call = { method: 'GET', url: `${service.url}/`, headers: {}, body: undefined, deadline: Date.now() + 5000, replyLimit: 1000 };
    assert.equal((await send(call)).reply.status, 200);
    // The connection becomes idle only after the answer has been read.
    await new Promise(setImmediate);
  };
  for (let call = 0; call < 3; call++) await ask();
  assert.equal(service.connections, 1);

  const now = Date.now();
  mock.method(Date, 'now', () => now + 3 * 60_000);
  await ask();
  mock.restoreAll();
  assert.equal(service.connections, 2);
});
