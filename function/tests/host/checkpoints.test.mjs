/** Checkpoints and flagged visitors (protocol section 8.3) through the packaged function. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { captchaPost, eventually, responseTo, setCookies, viewerRequest } from './events.mjs';
import { Instance, SECRETS, stopInstances } from './instance.mjs';
import { Service, accept, stopServices, verdict } from './netacea.mjs';

after(async () => {
  await stopInstances();
  await stopServices();
});

describe('a checkpoint', () => {
  let protector, ingest, instance;

  before(async () => {
    protector = await Service.start(verdict('000'));
    ingest = await Service.start(accept);
    const urls = { mitigationServiceUrl: protector.url, ingestServiceUrl: ingest.url };
    instance = await Instance.start({ ...SECRETS, ...urls, mitigationType: 'MITIGATE', checkpointSignalPath: '/signal' });
  });
  beforeEach(() => {
    protector.requests.length = ingest.requests.length = 0;
  });
  const entry = async () => {
    await eventually(() => ingest.requests.length > 0, 'a log entry');
    const [{ body }] = ingest.requests.splice(0);
    return JSON.parse(body);
  };
  const cookieOf = (answer) => setCookies(answer)[0].split(';')[0];

  it('is served, signals, is posted and passed, and then nobody is asked', async () => {
    protector.answer = verdict('21a', '<p>checkpoint</p>');
    const { result: page } = await instance.invoke(viewerRequest());
    assert.deepEqual([page.status, page.body], ['403', '<p>checkpoint</p>']);
    assert.equal(page.headers['content-type'][0].value, 'text/html; charset=UTF-8');
    assert.equal(page.headers['cache-control'][0].value, 'max-age=0, no-cache, no-store, must-revalidate');
    assert.equal((await entry()).NetaceaMitigationApplied, 'ip_blocked,checkpoint_serve');
    const headers = { Cookie: cookieOf(page) };

    const { result: signal } = await instance.invoke(viewerRequest({ method: 'POST', uri: '/signal', querystring: '', headers }));
    assert.deepEqual([signal.status, signal.body, signal.headers['set-cookie']], ['200', '', undefined]);
    assert.equal((await entry()).NetaceaMitigationApplied, 'ip_blocked,checkpoint_serve,checkpoint_signal');
    assert.equal(protector.requests.length, 1, 'nobody is asked about a signal');

    protector.answer = verdict('217', '{"next":1}');
    const { result: step } = await instance.invoke(captchaPost());
    assert.deepEqual([step.status, step.body, step.headers['set-cookie']], ['200', '{"next":1}', undefined]);
    assert.equal((await entry()).NetaceaMitigationApplied, 'ip_blocked,checkpoint_post');

    protector.answer = verdict('21b', 'done', { 'x-netacea-mitatacaptcha-value': 'token', 'x-netacea-mitatacaptcha-expiry': '60' });
    const { result: passed } = await instance.invoke(captchaPost());
    assert.deepEqual([passed.status, passed.body, setCookies(passed).length], ['200', 'done', 2]);
    assert.equal((await entry()).NetaceaMitigationApplied, 'ip_blocked,checkpoint_pass');

    protector.requests.length = 0;
    const later = viewerRequest({ headers: { Cookie: cookieOf(passed) } });
    const { result: request } = await instance.invoke(later);
    assert.equal(request.uri, '/product', 'people who passed are let through');
    await instance.invoke(responseTo(later, request));
    assert.equal((await entry()).NetaceaMitigationApplied, 'ip_blocked,checkpoint_cookiepass');
    assert.equal(protector.requests.length, 0);
  });

  it('that failed is shown again', async () => {
    protector.answer = verdict('21c');
    const { result: failed } = await instance.invoke(captchaPost());
    assert.deepEqual([failed.status, failed.body], ['403', 'Forbidden']);
    assert.equal((await entry()).NetaceaMitigationApplied, 'ip_blocked,checkpoint_fail');
    protector.answer = verdict('21e', 'again');
    const { result: again } = await instance.invoke(viewerRequest({ headers: { Cookie: cookieOf(failed) } }));
    assert.deepEqual([again.status, again.body], ['403', 'again'], 'the session is born expired');
    assert.equal((await entry()).NetaceaMitigationApplied, 'ip_blocked,checkpoint_cookiefail');
  });

  it('stops nobody who would not be blocked', async () => {
    for (const code of ['20a', '22c', '200', '24e', '2qa']) {
      protector.answer = verdict(code, 'page');
      const { result } = await instance.invoke(viewerRequest());
      assert.equal(result.uri, '/product', code);
    }
  });

  it('flagged visitors pass, and the origin is told, also by the cookie', async () => {
    protector.answer = verdict('240');
    const told = ({ headers }) => ['match', 'mitigate', 'captcha'].map((name) => headers[`x-netacea-${name}`]?.[0].value).join('');
    const first = viewerRequest({ headers: { 'x-netacea-mitigate': '0' } });
    const { result: passed } = await instance.invoke(first);
    assert.equal(told(passed), '240');
    const { result: response } = await instance.invoke(responseTo(first, passed));
    const { result: known } = await instance.invoke(viewerRequest({ headers: { Cookie: cookieOf(response) } }));
    assert.equal(told(known), '240');
    assert.equal(protector.requests.length, 1);
  });
});
