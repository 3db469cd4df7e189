/** Headers that only Netacea may send, and the visitor's address behind other proxies. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { eventually, headersOf, responseTo, viewerRequest } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, accept, stopServices, verdict } from './netacea.mjs';

let protector, ingest;
const start = (settings = {}, change) =>
  Instance.start({ ...SECRETS, mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url, mitigationType: 'MITIGATE', ...settings }, change);

before(async () => {
  protector = await Service.start(verdict('000'));
  ingest = await Service.start(accept);
});
beforeEach(() => (protector.requests.length = ingest.requests.length = 0));
after(async () => {
  await stopInstances();
  await stopServices();
});

describe('headers that an origin could take for Netacea\'s word', () => {
  const SPOOFED = ['x-netacea-match', 'X-Netacea-Mitigate', 'x_netacea_match', 'X_NETACEA_CAPTCHA', 'x.netacea.match', 'x-netacea_event-id', 'x_netacea-edge-state'];
  const OTHERS = ['x-netacea', 'x-netaceax-match', 'y-x-netacea-match', 'xnetacea-match'];
  const spoofed = (eventType) => {
    const event = viewerRequest({}, eventType);
    event.Records[0].cf.request.headers = headersOf(Object.fromEntries([...SPOOFED, ...OTHERS].map((name) => [name, '2'])));
    return event;
  };
  const kept = ({ result }) => Object.keys(result.headers).filter((name) => name !== 'x-netacea-edge-state').sort();

  it('are removed from what is judged', async () => {
    const instance = await start();
    for (const eventType of ['viewer-request', 'VIEWER-REQUEST', 'origin-request']) {
      assert.deepEqual(kept(await instance.invoke(spoofed(eventType))), [...OTHERS].sort(), eventType);
    }
  });

  it('are removed from every request that passes unjudged', async () => {
    const refused = await start();
    const broken = await start({ apiKey: '' });
    for (const eventType of ['viewer-request', 'Viewer-Request', 'origin-request', ' viewer-request', 'nonsense', undefined, 7]) {
      const event = spoofed(eventType);
      event.Records[0].cf.config.eventType = eventType;
      // A method that is none: the core refuses the event.
      event.Records[0].cf.request.method = null;
      for (const instance of [refused, broken]) assert.deepEqual(kept(await instance.invoke(event)), [...OTHERS].sort(), String(eventType));
    }
  });
});

describe('the visitor\'s address', () => {
  const asked = async (instance, headers, eventType) => {
    protector.requests.length = 0;
    await instance.invoke(viewerRequest({ headers }, eventType));
    return protector.requests[0].headers['x-netacea-client-ip'];
  };

  it('is cleaned of port, brackets, quotes, blanks and zone', async () => {
    const instance = await start({ clientIp: { header: 'X-Forwarded-For' } });
    for (const [entry, expected] of [
      ['203.0.113.9:51234', '203.0.113.9'], ['[2001:db8::7]:443', '2001:db8::7'], ['[2001:db8::7]', '2001:db8::7'],
      ['"203.0.113.9"', '203.0.113.9'], ['  203.0.113.9\t', '203.0.113.9'], ['fe80::1%eth0', 'fe80::1'],
      ['unknown', '203.0.113.178'], ['', '203.0.113.178'],
    ]) {
      assert.equal(await asked(instance, { 'X-Forwarded-For': `6.6.6.6, ${entry}` }), expected, entry);
    }
    assert.equal(instance.lines.filter(({ message }) => message.includes('client_ip')).length, 1, 'said once');
  });

  it('is found in Forwarded, whatever the visitor put before it', async () => {
    const instance = await start({ clientIp: { header: 'Forwarded', trustedProxyHops: 1 } });
    for (const [value, expected] of [
      ['for=203.0.113.9', '203.0.113.9'],
      ['for="x", for=6.6.6.6;a=", For="[2001:db8::7]:443";proto=https', '2001:db8::7'],
      ['for=_hidden', '203.0.113.178'],
    ]) {
      assert.equal(await asked(instance, { Forwarded: value }), expected, value);
    }
  });

  it('is the visitor\'s in origin events too, where CloudFront has added its peer', async () => {
    const instance = await start({ clientIp: { header: 'X-Forwarded-For' } });
    const headers = { 'X-Forwarded-For': '203.0.113.9, 10.0.0.1' };
    assert.equal(await asked(instance, headers, 'origin-request'), '203.0.113.9');

    const request = viewerRequest({ uri: '/asked', headers: { 'X-Forwarded-For': '203.0.113.9' } });
    const { result } = await instance.invoke(request);
    const state = result.headers['x-netacea-edge-state'][0].value;
    for (const more of [{ 'x-netacea-edge-state': state }, {}]) {
      ingest.requests.length = 0;
      const sent = { ...result, uri: '/rewritten', headers: headersOf({ ...headers, ...more }) };
      await instance.invoke(responseTo(request, sent, '404'));
      await eventually(() => ingest.requests.length === 1, 'a log entry');
      const { RealIp, Request } = JSON.parse(ingest.requests[0].body);
      assert.deepEqual([RealIp, Request], ['203.0.113.9', `GET ${more['x-netacea-edge-state'] ? '/asked' : '/rewritten'}?id=1 HTTP/1.1`]);
    }
  });
});
