// One visitor with a valid session, as every contestant gets to see him. Imports nothing: what a
// contestant loads is his to pay.
export const API_KEY = 'bench-api-key';
export const SECRET_KEY = 'bench-secret-key';
export const ENCRYPTION_KEY = 'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc';
export const CLIENT_IP = '203.0.113.10';
export const URL = 'https://shop.example/products/42?color=red';

/** What `NetaceaConfig.json` holds for a run. */
export const settings = (isEncrypted) => ({
  apiKey: API_KEY, secretKey: SECRET_KEY, mitigationType: 'MITIGATE', ingestType: 'HTTP',
  mitigationServiceUrl: 'https://mitigations.invalid', ingestServiceUrl: 'https://ingest.invalid',
  ...(isEncrypted && { cookieEncryptionKey: ENCRYPTION_KEY }),
});

const fifty = (entry) => Array.from({ length: 50 }, (_, number) => entry(number));

/** Lists that do not match the visitor: prefixes, suffixes, and networks of both families. */
export const bypass = {
  paths: fifty((number) => (number % 2 ? `/products/${1000 + number}/images/*` : `*.${number}.css`)),
  ipRanges: fifty((number) => (number % 2 ? `203.0.${number}.0/24` : `2001:db8:${number}::/48`)),
};

/** Names and values that a browser sends. */
export const headers = (cookie) => [
  ['Host', 'shop.example'],
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
  ['Accept-Language', 'en-GB,en;q=0.9'], ['Accept-Encoding', 'gzip, deflate, br'], ['Referer', 'https://shop.example/'],
  ['Sec-Fetch-Site', 'same-origin'], ['Sec-Fetch-Mode', 'navigate'], ['Sec-Fetch-Dest', 'document'],
  ['X-Forwarded-For', CLIENT_IP], ['Cookie', `basket=1234567890; _mitata=${cookie}; theme=dark`],
];

const values = (list) => Object.fromEntries(list.map(([key, value]) => [key.toLowerCase(), [{ key, value }]]));
const event = (config, rest) => ({ Records: [{ cf: {
  config: { distributionDomainName: 'd111111abcdef8.cloudfront.net', distributionId: 'EDFDVBD6EXAMPLE', ...config }, ...rest,
} }] });

/** His request at the viewer, as a fresh event. */
export const requestEvent = (cookie, number) => event({ eventType: 'viewer-request', requestId: `request-${number}` }, {
  request: { clientIp: CLIENT_IP, method: 'GET', uri: '/products/42', querystring: 'color=red', headers: values(headers(cookie)) },
});

/** The origin's answer to it, with the request as the function left it. */
export const responseEvent = (asked, request) => event({ ...asked.Records[0].cf.config, eventType: 'viewer-response' }, {
  request,
  response: { status: '200', statusDescription: 'OK', headers: values([['Content-Type', 'text/html'], ['Content-Length', '5123']]) },
});
