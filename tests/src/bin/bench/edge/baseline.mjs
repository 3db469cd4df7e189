// The same work for the same visitor, written by hand in JavaScript on node:crypto: what a careful
// author would ship who knows only this case. `compare.mjs` asserts that it gives what ours gives.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomFillSync, randomUUID, timingSafeEqual } from 'node:crypto';
import * as crypto from 'node:crypto';
import https from 'node:https';
import { decrypted } from './jwe.mjs';
import { API_KEY, SECRET_KEY, requestEvent, responseEvent, settings } from './visit.mjs';

const STATE = 'x-netacea-edge-state';
const DELIMITER = '_/@#/';
const LIFETIME_MS = 60_000;
const VERSION = process.env.NETACEA_EDGE_VERSION;
const key = Buffer.from(hkdfSync('sha256', SECRET_KEY, '', 'netacea-edge handover v1', 32));
const agent = new https.Agent({ keepAlive: true });
const instance = randomUUID();
const pool = Buffer.alloc(12 * 512);
let drawn = pool.length;
let isEncrypted = false;

const sha256 = crypto.hash ? (text) => crypto.hash('sha256', text) : (text) => createHash('sha256').update(text).digest('hex');
const sign = (text) => Buffer.from(createHmac('sha256', SECRET_KEY).update(text).digest('hex'), 'latin1').toString('base64');

function equal(one, other) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function nonce() {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  return pool.subarray(drawn, (drawn += 12));
}

function cookieValue(header, name) {
  for (const cookie of header.split(';')) {
    const text = cookie.trimStart();
    if (text.startsWith(name) && text[name.length] === '=') return text.slice(name.length + 1);
  }
  return undefined;
}

const received = (header, name) => {
  const value = cookieValue(header, name);
  return value !== undefined && isEncrypted ? decrypted(value) : value;
};

/**
 * Whether the session stands: signed by us, not expired, for this address, with a verdict that
 * lasts.
 */
function check(cookie, clientIp) {
  const [code, ipHash, userId, expiry, ...signature] = cookie.split(DELIMITER).reverse();
  if (signature.length === 0 || !/^[0-9A-Za-z]\d\d$/.test(code)) return false;
  const signed = `${expiry}${DELIMITER}${userId}${DELIMITER}${ipHash}${DELIMITER}${code}`;
  if (!equal(sign(signed), signature.reverse().join(DELIMITER))) return false;
  if (Number.parseInt(expiry, 10) < Math.floor(Date.now() / 1000) || code !== '000') return false;
  return equal(sign(`${clientIp}|${expiry}`), ipHash);
}

function headerFingerprint(headers) {
  const names = Object.keys(headers).filter((name) => name !== 'cookie' && name !== 'referer' && !/^(x-netacea|cloudfront)-/i.test(name));
  return names.length === 0 ? '' : `h_${names.length}_${sha256(names.join(',')).slice(0, 12)}`;
}

function cookieFingerprint(header) {
  const names = header === '' ? '' : header.split(/; ?/).map((cookie) => cookie.split('=', 1)[0]).join(',');
  return `c_${sha256(names).slice(1, 15)}`;
}

function seal(state, { distributionId, requestId }) {
  const iv = nonce();
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(`${distributionId}|${requestId}`));
  const sealed = Buffer.concat([iv, cipher.update(JSON.stringify(state)), cipher.final()]);
  return Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64url');
}

function open(value, { distributionId, requestId }) {
  const sealed = Buffer.from(value, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    .setAAD(Buffer.from(`${distributionId}|${requestId}`)).setAuthTag(sealed.subarray(-16));
  const state = JSON.parse(decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8'));
  return Math.abs(Date.now() - state.started) <= LIFETIME_MS ? state : undefined;
}

const first = (headers, name) => headers[name]?.[0]?.value;
const joined = (headers, name, separator) => (headers[name] ?? []).map(({ value }) => value).join(separator);

async function onRequest(event) {
  const { config, request } = event.Records[0].cf;
  const { headers } = request;
  const cookies = joined(headers, 'cookie', '; ');
  const cookie = received(cookies, '_mitata');
  received(cookies, '_mitatacaptcha');
  if (!cookie || !check(cookie, request.clientIp)) throw new Error('only the visitor with a valid session is known here');
  const state = {
    started: Date.now(), cookieStatus: 2, cookie, status: '', headerFingerprint: headerFingerprint(headers),
    cookieFingerprint: cookieFingerprint(cookies), host: first(headers, 'host').replace(/:\d+$/, ''),
    userAgent: first(headers, 'user-agent'), referer: first(headers, 'referer'),
  };
  for (const name in headers) if (/^x-netacea-/i.test(name)) delete headers[name];
  headers[STATE] = [{ key: 'X-Netacea-Edge-State', value: seal(state, config) }];
  return request;
}

async function onResponse(event) {
  const { config, request, response } = event.Records[0].cf;
  const { headers } = request;
  const state = open(first(headers, STATE), config);
  const entry = {
    Request: `${request.method} ${request.uri}${request.querystring && `?${request.querystring}`} HTTP/${first(headers, 'via')?.split(' ')[0] ?? '1.1'}`,
    TimeLocal: new Date().toUTCString(), RealIp: request.clientIp, UserAgent: first(headers, 'user-agent') ?? state.userAgent ?? '-',
    Status: response.status, RequestTime: '0', BytesSent: first(response.headers, 'content-length') || '0',
    Referer: first(headers, 'referer') ?? state.referer ?? '-', NetaceaUserIdCookie: state.cookie, NetaceaMitigationApplied: state.status,
    IntegrationType: 'cloudfront', IntegrationVersion: VERSION, ProtectionMode: 'MITIGATE', RequestHost: state.host,
    XForwardedFor: joined(headers, 'x-forwarded-for', ', '), WorkerInstanceId: instance, NetaceaUserIdCookieStatus: state.cookieStatus,
    optional: { headerFingerprint: state.headerFingerprint, cookieFingerprint: state.cookieFingerprint },
    HeaderHash: state.headerFingerprint,
  };
  post(Buffer.from(JSON.stringify(entry)));
  return response;
}

function post(body) {
  const request = https.request(settings(false).ingestServiceUrl, {
    method: 'POST', headers: { 'X-Netacea-API-Key': API_KEY, 'content-type': 'application/json' }, agent,
  });
  const timer = setTimeout(() => request.destroy(), 3000);
  request.on('error', () => clearTimeout(timer));
  request.on('response', (response) => {
    response.on('data', () => {});
    response.on('end', () => clearTimeout(timer));
  });
  request.end(body);
}

export async function load(encryption) {
  isEncrypted = encryption;
  return {
    visits: (count, cookie) => Array.from({ length: count }, (_, number) => requestEvent(cookie, number)),
    request: onRequest,
    answers: (visits, results) => visits.map((visit, index) => responseEvent(visit, results[index])),
    response: onResponse,
  };
}
