/** CloudFront's events. */
const CONFIG = { distributionDomainName: 'd111111abcdef8.cloudfront.net', distributionId: 'EDFDVBD6EXAMPLE' };
let requests = 0;

/** @param {Record<string, string>} headers */
export function headersOf(headers) {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), [{ key, value }]]));
}

/** A visitor's request at the viewer. */
export function viewerRequest({ headers = {}, ...request } = {}, eventType = 'viewer-request') {
  const all = headersOf({ Host: 'shop.example.com', 'User-Agent': 'Mozilla/5.0', Accept: 'text/html', ...headers });
  return event({ eventType, requestId: `request-${requests++}` }, {
    request: { clientIp: '203.0.113.178', method: 'GET', uri: '/product', querystring: 'id=1', headers: all, ...request },
  });
}

/** A captcha solution. */
export function captchaPost(data = 'solution=1', body = {}) {
  const encoded = Buffer.from(data).toString('base64');
  return viewerRequest({
    method: 'POST',
    uri: '/AtaVerifyCaptcha',
    querystring: '',
    body: { action: 'read-only', encoding: 'base64', inputTruncated: false, data: encoded, ...body },
  });
}

/** The origin's answer to a request that passed. */
export function responseTo(requestEvent, request, status = '200', headers = {}, eventType) {
  const { config } = requestEvent.Records[0].cf;
  const type = eventType ?? (Number(status) < 400 ? 'viewer-response' : 'origin-response');
  return event({ ...config, eventType: type }, { request, response: { status, statusDescription: 'X', headers: headersOf(headers) } });
}

function event(config, rest) {
  return { Records: [{ cf: { config: { ...CONFIG, ...config }, ...rest } }] };
}

/** `Set-Cookie` lines of a response or answer. */
export function setCookies({ headers }) {
  return (headers['set-cookie'] ?? []).map(({ value }) => value);
}

/** Polls until `condition` holds, for at most two seconds. */
export async function eventually(condition, what) {
  for (let waited = 0; waited < 2000; waited += 10) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never happened: ${what}`);
}
