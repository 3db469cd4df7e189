/** HTTPS connections that are kept open between events. */
import https from 'node:https';

/**
 * Milliseconds for which an idle connection is trusted. While an instance is frozen no timer runs and nobody answers the other
 * side; what lies between may have forgotten the connection without a word, and a call on it would wait in vain.
 */
const TRUSTED = 60_000;

export class Connections extends https.Agent {
  /** When each connection became idle, by the wall clock: it goes on while the instance stands still. @type {WeakMap<object, number>} */
  #idleSince = new WeakMap();

  constructor() {
    super({ keepAlive: true, maxSockets: 16, maxFreeSockets: 4, scheduling: 'lifo' });
    this.on('free', (socket) => this.#idleSince.set(socket, Date.now()));
  }

  /** Gives up connections that have been idle for too long. */
  forgetOld() {
    for (const socket of Object.values(this.freeSockets).flat()) {
      if (socket && Date.now() - (this.#idleSince.get(socket) ?? 0) > TRUSTED) socket.destroy();
    }
  }
}
