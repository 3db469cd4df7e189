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
import { FROZEN_MS, REPLY_ANSWERED, REPLY_BROKEN, REPLY_CUT, REPLY_OUT_OF_TIME, REPLY_TIMED_OUT, REPLY_TOO_LARGE, REPLY_UNREACHABLE, THAW_MS } from './wire.mjs';

/**
 * Milliseconds for which an idle connection is trusted. While an instance is frozen no timer runs
 * and nobody answers the other side; what lies between may have forgotten the connection without a
 * word, and a call on it would wait in vain.
 */
const TRUSTED = 60_000;

class Connections extends https.Agent {
  /**
   * When each connection became idle, by the wall clock: it goes on while the instance stands
   * still. A clock that was set back tells nothing, so the connection is given up.
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
        const idle = Date.now() - (this.#idleSince.get(socket) ?? 0);
        if (idle > TRUSTED || idle < 0) socket.destroy();
      }
    }
  }
}

const agent = new Connections();

/**
 * Makes a call. Never rejects.
 * @param {Call} call
 * @param {{ end?: number, isOnce?: boolean }} [limits] `end`: when the function's own time is over,
 *   by `process.uptime() * 1000`; `isOnce`: the call must not be made twice
 * @returns {Promise<Sent>}
 */
export function send(call, { end = Infinity, isOnce = false } = {}) {
  agent.forgetOld();
  return new Promise((resolve) => attempt(call, end, isOnce, resolve, false));
}

/**
 * @param {Call} call
 * @param {number} end
 * @param {boolean} isOnce
 * @param {(sent: Sent) => void} resolve
 * @param {boolean} isRepeated
 */
function attempt(call, end, isOnce, resolve, isRepeated) {
  const deadline = Math.min(call.deadline, end);
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let isConnected = false;
  let isThawing = false;
  let isSettled = false;
  /** @type {import('./wire.mjs').Head | undefined} */
  let head;
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
  /** @param {import('./wire.mjs').Failure} cause */
  const fail = (cause) => settle(head ? { kind: REPLY_CUT, cause, ...head } : { kind: cause });
  const expire = () => {
    if (!isThawing && process.uptime() * 1000 - deadline > FROZEN_MS) {
      isThawing = true;
      timer = setTimeout(expire, THAW_MS);
    } else {
      fail(deadline < call.deadline ? REPLY_OUT_OF_TIME : REPLY_TIMED_OUT);
    }
  };

  try {
    // Only a used connection can be closed just when it is used again, and only then is a call
    // repeated. What must not be made twice gets a connection of its own.
    request = https.request(call.url, { method: call.method, headers: call.headers, agent: isOnce ? false : agent });
  } catch {
    fail(REPLY_UNREACHABLE);
    return;
  }
  const current = request;
  timer = setTimeout(expire, Math.max(0, deadline - process.uptime() * 1000));
  let isReused = false;
  current.on('socket', (socket) => {
    // Node does not mark a request that has waited for the socket of another one.
    isReused = current.reusedSocket || /** @type {import('node:tls').TLSSocket & { secureConnecting?: boolean }} */ (socket).secureConnecting === false;
    if (isReused) isConnected = true;
    else socket.once('secureConnect', () => (isConnected = true));
  });
  current.on('error', () => {
    // The other side may close an idle connection just when it is used, or have closed it while the
    // instance was frozen.
    if (isReused && !isRepeated && !isSettled && !head) {
      isSettled = true;
      clearTimeout(timer);
      attempt(call, end, isOnce, resolve, true);
    } else {
      fail(isConnected ? REPLY_BROKEN : REPLY_UNREACHABLE);
    }
  });
  current.on('response', (response) => {
    head = { status: response.statusCode ?? 0, headers: pairs(response.rawHeaders) };
    receive(response, call.replyLimit, fail, (body) => head && settle({ kind: REPLY_ANSWERED, ...head, body }));
  });
  current.end(call.body);
}

/**
 * @param {import('node:http').IncomingMessage} response
 * @param {number} limit
 * @param {(cause: import('./wire.mjs').Failure) => void} fail
 * @param {(body: Buffer) => void} finish
 */
function receive(response, limit, fail, finish) {
  /** @type {Buffer[]} */
  const chunks = [];
  let length = 0;
  response.on('data', (chunk) => {
    length += chunk.length;
    if (length > limit) fail(REPLY_TOO_LARGE);
    else chunks.push(chunk);
  });
  response.on('error', () => fail(REPLY_BROKEN));
  response.on('close', () => {
    if (!response.complete) fail(REPLY_BROKEN);
  });
  response.on('end', () => {
    if (response.complete) finish(Buffer.concat(chunks));
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
