/**
 * HTTPS to Netacea: connections kept open, certificates verified, one deadline that really ends a
 * call.
 *
 * @typedef {import('./wire.mjs').Call} Call
 * @typedef {import('./wire.mjs').Reply} Reply
 * @typedef {{ reply: Reply, isRepeated: boolean }} Sent whether the call was made twice because its
 *   connection broke
 */
import https from 'node:https';
import { FROZEN_MS, REPLY_ANSWERED, REPLY_BROKEN, REPLY_TIMED_OUT, REPLY_TOO_LARGE, REPLY_UNREACHABLE, THAW_MS } from './wire.mjs';

/**
 * Milliseconds for which an idle connection is trusted. While an instance is frozen no timer runs
 * and nobody answers the other side; what lies between may have forgotten the connection without a
 * word, and a call on it would wait in vain.
 */
const TRUSTED = 60_000;

class Connections extends https.Agent {
  /**
   * When each connection became idle, by the wall clock: it goes on while the instance stands
   * still.
   * @type {WeakMap<object, number>}
   */
  #idleSince = new WeakMap();

  constructor() {
    super({ keepAlive: true, maxSockets: 16, maxFreeSockets: 4, scheduling: 'lifo' });
    this.on('free', (socket) => this.#idleSince.set(socket, Date.now()));
  }

  /** Gives up connections that have been idle for too long. */
  forgetOld() {
    for (const host in this.freeSockets) {
      for (const socket of this.freeSockets[host] ?? []) {
        if (Date.now() - (this.#idleSince.get(socket) ?? 0) > TRUSTED) socket.destroy();
      }
    }
  }
}

const agent = new Connections();

/**
 * Makes a call. Never rejects.
 * @param {Call} call
 * @returns {Promise<Sent>}
 */
export function send(call) {
  agent.forgetOld();
  return new Promise((resolve) => attempt(call, resolve, false));
}

/**
 * @param {Call} call
 * @param {(sent: Sent) => void} resolve
 * @param {boolean} isRepeated
 */
function attempt(call, resolve, isRepeated) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let isConnected = false;
  let isThawing = false;
  let isSettled = false;
  let isAnswering = false;
  /** @type {import('node:http').ClientRequest | undefined} */
  let request;

  /** @param {Reply} reply */
  const settle = (reply) => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(timer);
    resolve({ reply, isRepeated });
    if (reply.kind !== REPLY_ANSWERED) request?.destroy();
  };
  const expire = () => {
    if (!isThawing && Date.now() - call.deadline > FROZEN_MS) {
      isThawing = true;
      timer = setTimeout(expire, THAW_MS);
    } else {
      settle({ kind: REPLY_TIMED_OUT });
    }
  };

  try {
    request = https.request(call.url, { method: call.method, headers: call.headers, agent });
  } catch {
    settle({ kind: REPLY_UNREACHABLE });
    return;
  }
  const current = request;
  timer = setTimeout(expire, Math.max(0, call.deadline - Date.now()));
  current.on('socket', (socket) => {
    if (current.reusedSocket) isConnected = true;
    else socket.once('secureConnect', () => (isConnected = true));
  });
  current.on('error', () => {
    // The other side may close an idle connection just when it is used, or have closed it while the
    // instance was frozen.
    if (current.reusedSocket && !isRepeated && !isSettled && !isAnswering) {
      isSettled = true;
      clearTimeout(timer);
      attempt(call, resolve, true);
    } else {
      settle({ kind: isConnected ? REPLY_BROKEN : REPLY_UNREACHABLE });
    }
  });
  current.on('response', (response) => {
    isAnswering = true;
    receive(response, call, settle);
  });
  current.end(call.body);
}

/**
 * @param {import('node:http').IncomingMessage} response
 * @param {Call} call
 * @param {(reply: Reply) => void} settle
 */
function receive(response, call, settle) {
  /** @type {Buffer[]} */
  const chunks = [];
  let length = 0;
  response.on('data', (chunk) => {
    length += chunk.length;
    if (length > call.replyLimit) settle({ kind: REPLY_TOO_LARGE });
    else chunks.push(chunk);
  });
  response.on('error', () => settle({ kind: REPLY_BROKEN }));
  response.on('close', () => {
    if (!response.complete) settle({ kind: REPLY_BROKEN });
  });
  response.on('end', () => {
    if (!response.complete) return;
    settle({ kind: REPLY_ANSWERED, status: response.statusCode ?? 0, headers: pairs(response.rawHeaders), body: Buffer.concat(chunks) });
  });
}

/**
 * Names in lower case, values side by side.
 * @param {string[]} raw
 * @returns {[string, string][]}
 */
function pairs(raw) {
  /** @type {[string, string][]} */
  const headers = [];
  for (let index = 0; index + 1 < raw.length; index += 2) headers.push([raw[index].toLowerCase(), raw[index + 1]]);
  return headers;
}
