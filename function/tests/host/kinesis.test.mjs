/**
 * Log entries into a stream: in batches, again when a record fails, and without an event when they
 * are old.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { eventually, responseTo, viewerRequest } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, stopServices } from './netacea.mjs';

const HOST = 'kinesis.eu-west-1.amazonaws.com';

after(async () => {
  await stopInstances();
  await stopServices();
});

/** What AWS answers when all records, or none, arrive. */
const answer = (failed) => ({ body }, response) => {
  const records = JSON.parse(body).Records.map(() => (failed ? { ErrorCode: 'ProvisionedThroughputExceededException' } : { ShardId: 's' }));
  response.end(JSON.stringify({ FailedRecordCount: failed ? records.length : 0, Records: records }));
};

const entriesOf = ({ body }) => JSON.parse(body).Records.map(({ Data }) => JSON.parse(Buffer.from(Data, 'base64').toString()));

const start = (stream, changes = {}) =>
  Instance.start(
    {
      ...SECRETS,
      kinesis: { kinesisStreamName: 'netacea', kinesisAccessKey: 'AKIAEXAMPLE', kinesisSecretKey: 'hush', logBatchSize: 2, maxLogAgeSeconds: 1, ...changes },
    },
    undefined,
    { REDIRECT: `${HOST}=${stream.port}` },
  );

async function visit(instance, uri) {
  const request = viewerRequest({ uri });
  const { result } = await instance.invoke(request);
  await instance.invoke(responseTo(request, result));
}

describe('KINESIS', () => {
  it('ramps up, fills batches, and sends what is old without another event', async () => {
    const stream = await Service.start(answer(false));
    const instance = await start(stream);
    await visit(instance, '/0');
    await eventually(() => stream.requests.length === 1, 'a batch of one');
    const [{ headers, body }] = stream.requests;
    assert.equal(headers.host, HOST);
    assert.match(headers.authorization, /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/kinesis\/aws4_request, SignedHeaders=/);
    assert.equal(JSON.parse(body).StreamName, 'netacea');
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const uri of ['/1', '/2', '/3']) await visit(instance, uri);
    await eventually(() => stream.requests.length === 3, 'a batch of two, and an old one');
    const paths = stream.requests.map((request) => entriesOf(request).map((record) => record.map(({ Request }) => Request.split(/[ ?]/)[1])));
    assert.deepEqual(paths, [[['/0']], [['/1', '/2']], [['/3']]]);
    const [[[entry]]] = stream.requests.map(entriesOf);
    assert.deepEqual([Object.keys(entry).at(-1), entry.apiKey], ['apiKey', SECRETS.apiKey]);
    await instance.stop();
    await stream.stop();
  });

  it('sends again what did not arrive, and says nothing secret about it', async () => {
    const stream = await Service.start(answer(true));
    const instance = await start(stream, { rampUpBatchSize: false });
    await visit(instance, '/0');
    await visit(instance, '/1');
    await eventually(() => stream.requests.length === 1, 'a call');
    stream.answer = answer(false);
    await eventually(() => stream.requests.length === 2, 'the same once more');
    assert.deepEqual(entriesOf(stream.requests[1]), entriesOf(stream.requests[0]));
    const [line] = instance.lines;
    assert.deepEqual([line.level, line.message, line.entries], ['warn', 'ingest failed, entries kept', 2]);
    assert.ok(!JSON.stringify(instance.lines).includes('hush'));
    await instance.stop();
    await stream.stop();
  });
});
