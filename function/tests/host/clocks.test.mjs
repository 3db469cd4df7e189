/** The wall clock is set back while something waits, and Lambda's own time runs out. */
import assert from 'node:assert/strict';
import { after, beforeEach, it } from 'node:test';
import { captchaPost, eventually, viewerRequest } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, accept, stopServices, verdict } from './netacea.mjs';

const HOUR = 3_600_000;
const LONG_TIMEOUT = 10_000;
const protector = await Service.start(verdict('000'));
const ingest = await Service.start(accept);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const start = (configuration) => Instance.start({
  ...SECRETS, mitigationType: 'MITIGATE', mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url, timeout: LONG_TIMEOUT,
  breaker: { consecutiveFailures: 1, openSeconds: 1 }, ...configuration,
});

beforeEach(() => {
  protector.answer = verdict('210');
  ingest.answer = accept;
  protector.requests.length = ingest.requests.length = 0;
});
after(async () => {
  await stopInstances();
  await stopServices();
});

it('the breaker closes again after its own time', async () => {
  const instance = await start();
  protector.answer = (_, response) => response.writeHead(500).end();
  await instance.invoke(viewerRequest());
  instance.setClock(-HOUR);
  protector.answer = verdict('210');
  assert.equal((await instance.invoke(viewerRequest())).result.uri, '/product', 'the breaker is open');
  await pause(1050);
  assert.equal((await instance.invoke(viewerRequest())).result.status, '403');
});

it('log entries go after the pause', async () => {
  const instance = await start();
  let failures = 0;
  ingest.answer = (request, response) => (failures++ < 3 ? response.writeHead(500).end() : accept(request, response));
  await instance.invoke(viewerRequest());
  await eventually(() => failures === 3, 'the third failure, after which there is a pause');
  instance.setClock(-HOUR);
  await eventually(() => ingest.requests.length === 4, 'the entry after the pause');
});

it('no call outlives the function, and who is cut short does not make Protector look dead', async () => {
  const instance = await start();
  protector.answer = () => {};
  const asked = instance.invoke(viewerRequest(), 1000);
  await eventually(() => protector.requests.length === 1, 'a call');
  instance.setClock(-HOUR);
  const { result, milliseconds } = await asked;
  assert.equal(result.uri, '/product');
  assert.ok(milliseconds < 1000 + LONG_TIMEOUT / 2, `${milliseconds} ms`);
  protector.answer = verdict('210');
  assert.equal((await instance.invoke(viewerRequest())).result.status, '403', 'the breaker is closed');
});

it('a verification is sent once, however its connection ends, and never on a used one', async () => {
  const instance = await start();
  await instance.invoke(viewerRequest());
  protector.answer = ({ method }, response) => (method === 'POST' ? response.socket.destroy() : response.end());
  assert.equal((await instance.invoke(captchaPost())).result.status, '500');
  assert.equal(protector.requests.filter(({ method }) => method === 'POST').length, 1);

  protector.answer = verdict('210');
  await instance.invoke(viewerRequest());
  protector.hangUp();
  protector.answer = verdict('212', 'thanks');
  assert.equal((await instance.invoke(captchaPost())).result.body, 'thanks');
});
