/**
 * CloudFront's event: the needed fields into a frame (src/event.rs), and edits or an answer back.
 *
 * @typedef {{ key?: string, value: string }[]} HeaderValues
 * @typedef {Record<string, HeaderValues>} Headers
 * @typedef {{ data: string, encoding?: string, inputTruncated?: boolean }} Body
 * @typedef {{ clientIp?: string, method: string, uri: string, querystring?: string, headers:
 *   Headers, body?: Body }} Request
 * @typedef {{ status: string, headers?: Headers }} Response
 * @typedef {{ eventType: string, distributionId?: string, distributionDomainName?: string,
 *   requestId?: string }} Config
 * @typedef {{ config: Config, request: Request, response?: Response }} Exchange
 * @typedef {{ Records: { cf: Exchange }[] }} Event
 * @typedef {{ status: string, statusDescription: string, headers: Headers, body: string,
 *   bodyEncoding: 'text' | 'base64' }} Answer
 * @typedef {{ requestHeaders: Needed, responseHeaders: Needed, replyHeaders: Set<string>,
 *   bodyPath: string, maxWait: number }} Needs
 */

import { EDIT_APPEND, EDIT_REMOVE, PREFIX, STATE } from './wire.mjs';

/** How many names are remembered. Visitors send names of their own. */
const NAMES = 256;

/** What stands around name and value of a header: `: ` and the end of the line. */
const OVERHEAD = 4;

/**
 * Header names that are needed, in any case. What was asked once is remembered: it is the same few
 * names all the time.
 */
export class Needed {
  /** @type {Map<string, boolean>} */
  #names = new Map();

  /** @param {string[]} names in lower case */
  constructor(names) {
    for (const name of names) this.#names.set(name, true);
  }

  /** @param {string} name */
  has(name) {
    let isNeeded = this.#names.get(name);
    if (isNeeded === undefined) {
      isNeeded = this.#names.get(name.toLowerCase()) ?? false;
      if (this.#names.size < NAMES) this.#names.set(name, isNeeded);
    }
    return isNeeded;
  }
}

/**
 * What goes on when the event is passed on as it came, less what no viewer may claim.
 * @param {Event} event
 */
export function original(event) {
  const { request, response } = event?.Records?.[0]?.cf ?? {};
  if (response) {
    if (response.headers) delete response.headers[STATE];
    return response;
  }
  // The same rule as `is_netaceas` in src/headers.rs.
  for (const name of Object.keys(request?.headers ?? {})) {
    if (name.toLowerCase().replace(/[_.]/g, '-').startsWith(PREFIX)) delete request.headers[name];
  }
  return request;
}

/**
 * @param {import('./frame.mjs').Writer} frame
 * @param {Exchange} exchange
 * @param {Needs} needs
 */
export function writeEvent(frame, { config, request, response }, needs) {
  frame.text(config.eventType);
  frame.text(textOf(config.distributionId));
  frame.text(textOf(config.distributionDomainName));
  frame.text(textOf(config.requestId));
  frame.text(textOf(request.clientIp));
  frame.text(request.method);
  frame.text(request.uri);
  frame.text(textOf(request.querystring));
  frame.number(writeHeaders(frame, request.headers, needs.requestHeaders, !response));
  writeBody(frame, response ? undefined : request, needs.bodyPath);
  if (response) {
    frame.byte(1);
    frame.text(textOf(response.status));
    writeHeaders(frame, response.headers ?? {}, needs.responseHeaders, false);
  } else {
    frame.byte(0);
  }
}

/**
 * Values are told only of needed headers. Names of others are told in request events, where all are
 * fingerprinted, searched for forged ones and measured.
 * @param {import('./frame.mjs').Writer} frame
 * @param {Headers} headers
 * @param {Needed} needed
 * @param {boolean} areNamesNeeded
 * @returns {number} length of all lines, of values that are told and others
 */
function writeHeaders(frame, headers, needed, areNamesNeeded) {
  const position = frame.reserveCount();
  let count = 0;
  let length = 0;
  for (const name in headers) {
    const isNeeded = needed.has(name);
    if (!isNeeded && !areNamesNeeded) continue;
    const values = headers[name];
    count++;
    frame.text(name);
    frame.number(isNeeded ? values.length : 0);
    for (const { value } of values) {
      length += name.length + value.length + OVERHEAD;
      if (isNeeded) frame.text(value);
    }
  }
  frame.fillCount(position, count);
  return length;
}

/**
 * A body is handed over only where the protocol reads one.
 * @param {import('./frame.mjs').Writer} frame
 * @param {Request | undefined} request
 * @param {string} path
 */
function writeBody(frame, request, path) {
  const body = request?.uri === path ? request.body : undefined;
  if (!body) {
    frame.byte(0);
    return;
  }
  frame.byte(1);
  frame.byte(body.encoding === 'text' ? 0 : 1);
  frame.byte(body.inputTruncated ? 1 : 0);
  frame.text(textOf(body.data));
}

/** @typedef {{ kind: number, name: string, value: string }} Edit */

/**
 * @param {import('./frame.mjs').Reader} frame
 * @returns {Edit[]}
 */
export function readEdits(frame) {
  return frame.list(() => ({ kind: frame.byte(), name: frame.text(), value: frame.text() }));
}

/**
 * @param {Exchange} exchange
 * @param {Edit[]} edits
 * @returns {Request | Response} the one the event is about, with its headers edited
 */
export function applyEdits(exchange, edits) {
  const subject = exchange.response ?? exchange.request;
  if (edits.length === 0) return subject;
  const headers = (subject.headers ??= {});
  for (const { kind, name, value } of edits) {
    if (kind === EDIT_REMOVE) {
      delete headers[name];
    } else if (kind === EDIT_APPEND && headers[name]) {
      headers[name].push({ key: wireName(name), value });
    } else {
      headers[name] = [{ key: wireName(name), value }];
    }
  }
  return subject;
}

/**
 * @param {import('./frame.mjs').Reader} frame
 * @returns {Answer}
 */
export function readAnswer(frame) {
  const status = String(frame.number());
  const statusDescription = frame.text();
  /** @type {Headers} */
  const headers = {};
  for (let count = frame.number(); count > 0; count--) {
    const key = frame.text();
    (headers[key.toLowerCase()] ??= []).push({ key, value: frame.text() });
  }
  const bodyEncoding = frame.byte() !== 0 ? 'text' : 'base64';
  const body = bodyEncoding === 'text' ? frame.text() : frame.binary().toString('base64');
  return { status, statusDescription, headers, body, bodyEncoding };
}

/**
 * Names that the core sets, as they appear on the wire. There are about a dozen.
 * @type {Map<string, string>}
 */
const wireNames = new Map();

/** `set-cookie` → `Set-Cookie`. @param {string} name */
function wireName(name) {
  let wire = wireNames.get(name);
  if (wire === undefined) {
    wire = name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
    wireNames.set(name, wire);
  }
  return wire;
}

/** @param {unknown} value @returns {string} */
function textOf(value) {
  return typeof value === 'string' ? value : '';
}
