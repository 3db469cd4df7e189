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
    const call = { method: 'GET', url: `${service.url}/`, headers: {}, body: undefined, deadline: process.uptime() * 1000 + 5000, replyLimit: 1000 };
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

  mock.method(Date, 'now', () => now - 3 * 60_000);
  await ask();
  mock.restoreAll();
  assert.equal(service.connections, 3, 'a clock that was set back does not make it younger');
});

it('makes a call that must not be made twice on a connection of its own, and never again', async () => {
  const service = await Service.start((_, response) => response.socket.destroy());
  const call = { method: 'POST', url: `${service.url}/`, headers: {}, body: Buffer.from('x'), deadline: process.uptime() * 1000 + 5000, replyLimit: 1000 };
  for (const [options, times] of [[{ isOnce: true }, 1], [{}, 2]]) {
    service.answer = (_, response) => response.end();
    await send({ ...call, method: 'GET', body: undefined });
    await new Promise(setImmediate);
    service.requests.length = 0;
    service.answer = (_, response) => response.socket.destroy();
    const { isRepeated } = await send(call, options);
    assert.deepEqual([service.requests.length, isRepeated], [times, times > 1]);
  }
});
