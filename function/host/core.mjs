/**
 * One instance of the wasm and its frames (src/boundary.rs).
 */
import { randomFillSync } from 'node:crypto';
import { ANSWERED } from './https.mjs';
import { applyEdits, readAnswer, readEdits, writeEvent } from './event.mjs';
import { Reader, Writer } from './frame.mjs';

const CALL = 1;
const PASS = 2;
const ANSWER = 3;
const OK = 4;

/** Bytes of entropy that one step may use. */
const ENTROPY = 72;

/**
 * @typedef {import('./event.mjs').Exchange} Exchange
 * @typedef {import('./https.mjs').Call} Call
 * @typedef {import('./https.mjs').Reply} Reply
 * @typedef {import('./https.mjs').Sent} Sent
 * @typedef {{ call: Call, id: number } | { result: object }} Step
 * @typedef {Record<'input' | 'output' | 'load' | 'begin' | 'resume' | 'next_post' | 'posted' | 'panic_place' |
 *   'panic_place_length', (length?: number) => number> & { memory: WebAssembly.Memory }} Exports
 */

const frame = new Writer();
const pool = Buffer.alloc(ENTROPY * 64);
let drawn = pool.length;

/** Fresh random bytes, drawn from the system in larger portions. */
function entropy() {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  return pool.subarray(drawn, (drawn += ENTROPY));
}

/** Thrown when the wasm trapped: the instance is not to be used again. */
export class Trap extends Error {}

/** Thrown when the core refuses an event or a configuration. It has said why in its lines. */
export class Refusal extends Error {}

export class Core {
  /** @type {Exports} */
  #exports;
  /** View of the wasm's memory; growth detaches it. */
  #memory = Buffer.alloc(0);
  #write;
  /** @type {import('./event.mjs').Needs} */
  needs;
  /** Set by a trap. */
  isBroken = false;

  /**
   * @param {WebAssembly.Module} module
   * @param {Buffer} configuration content of NetaceaConfig.json
   * @param {(line: string) => void} write takes lines for CloudWatch
   */
  constructor(module, configuration, write) {
    this.#write = write;
    this.#exports = /** @type {any} */ (new WebAssembly.Instance(module).exports);
    frame.clear();
    frame.binary(configuration);
    frame.raw(entropy());
    const answer = this.#ask('load');
    if (answer.byte() !== OK) {
      this.#writeLines(answer);
      throw new Refusal();
    }
    this.needs = {
      requestHeaders: new Set(answer.texts()),
      responseHeaders: new Set(answer.texts()),
      replyHeaders: new Set(answer.texts()),
      replyPrefix: answer.text(),
      bodyPath: answer.text(),
      maxWait: answer.number(),
    };
    this.#writeLines(answer);
  }

  /** @param {Exchange} exchange @returns {Step} */
  begin(exchange) {
    this.#start();
    writeEvent(frame, exchange, this.needs);
    return this.#step(this.#ask('begin'), exchange);
  }

  /** @param {Exchange} exchange @param {number} id @param {Reply} reply @returns {Step} */
  resume(exchange, id, reply) {
    this.#start();
    frame.number(id);
    this.#writeReply(reply);
    return this.#step(this.#ask('resume'), exchange);
  }

  /**
   * The next call that sends log entries, or the time in Unix milliseconds at which there will be one; 0 = nothing waits.
   * @returns {{ call: Call, id: number } | { due: number }}
   */
  nextPost() {
    this.#start();
    const answer = this.#ask('next_post');
    const post = answer.byte() === CALL ? readCall(answer) : { due: answer.long() };
    this.#writeLines(answer);
    return post;
  }

  /** @param {number} id @param {Sent} sent */
  posted(id, sent) {
    this.#start();
    frame.number(id);
    frame.byte(sent.isRepeated ? 1 : 0);
    this.#writeReply(sent);
    const answer = this.#ask('posted');
    answer.byte();
    this.#writeLines(answer);
  }

  #start() {
    frame.clear();
    frame.long(Date.now());
    frame.raw(entropy());
  }

  /** @param {Reader} answer @param {Exchange} exchange @returns {Step} */
  #step(answer, exchange) {
    switch (answer.byte()) {
      case CALL: {
        const step = readCall(answer);
        this.#writeLines(answer);
        return step;
      }
      case PASS: {
        const edits = readEdits(answer);
        this.#writeLines(answer);
        return { result: applyEdits(exchange, edits) };
      }
      case ANSWER: {
        const result = readAnswer(answer);
        this.#writeLines(answer);
        return { result };
      }
      default:
        this.#writeLines(answer);
        throw new Refusal();
    }
  }

  /** @param {Reply} reply */
  #writeReply(reply) {
    frame.byte(reply.kind);
    if (reply.kind !== ANSWERED) return;
    const { replyHeaders, replyPrefix } = this.needs;
    frame.number(reply.status);
    const position = frame.reserveCount();
    let count = 0;
    for (const [name, value] of reply.headers) {
      if (!replyHeaders.has(name) && !name.startsWith(replyPrefix)) continue;
      frame.text(name);
      frame.text(value);
      count++;
    }
    frame.fillCount(position, count);
    frame.binary(reply.body);
  }

  /**
   * Hands the frame over and gives the answer's. Valid until the next call.
   * @param {'load' | 'begin' | 'resume' | 'next_post' | 'posted'} question
   */
  #ask(question) {
    if (this.isBroken) throw new Trap('the instance is gone');
    try {
      const bytes = frame.bytes;
      const position = this.#exports.input(bytes.length);
      this.#view().set(bytes, position);
      this.#exports[question]();
      return new Reader(this.#view(), this.#exports.output());
    } catch (error) {
      this.isBroken = true;
      throw new Trap(this.#panicPlace() || (error instanceof Error ? error.message : 'unknown'));
    }
  }

  #view() {
    const { buffer } = this.#exports.memory;
    if (this.#memory.buffer !== buffer) this.#memory = Buffer.from(buffer);
    return this.#memory;
  }

  #panicPlace() {
    const length = this.#exports.panic_place_length();
    const start = this.#exports.panic_place();
    return this.#view().toString('utf8', start, start + length);
  }

  /** @param {Reader} answer */
  #writeLines(answer) {
    for (const line of answer.texts()) this.#write(line);
  }
}

/** @param {Reader} frame @returns {{ call: Call, id: number }} */
function readCall(frame) {
  const id = frame.number();
  const method = frame.text();
  const url = frame.text();
  const headers = frame.pairs();
  const hasBody = frame.byte() !== 0;
  const body = frame.binary();
  return { id, call: { method, url, headers, body: hasBody ? body : undefined, deadline: frame.long(), replyLimit: frame.number() } };
}
