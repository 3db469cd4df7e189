/**
 * One instance of the wasm and its frames (src/boundary.rs).
 *
 * @typedef {import('./event.mjs').Exchange} Exchange
 * @typedef {import('./https.mjs').Sent} Sent
 * @typedef {import('./wire.mjs').Call} Call
 * @typedef {import('./wire.mjs').Reply} Reply
 * @typedef {{ call: Call, id: number } | { result: object }} Step
 * @typedef {'load' | 'begin' | 'resume' | 'next_post' | 'posted'} Question
 * @typedef {Record<'input' | 'panic_place' | 'panic_place_length' | Question, (length?: number) =>
 *   number> & { memory: WebAssembly.Memory }} Exports
 */
import { randomFillSync } from 'node:crypto';
import { Needed, applyEdits, readAnswer, readEdits, writeEvent } from './event.mjs';
import { Memory, Reader, Writer } from './frame.mjs';
import { ENTROPY_BYTES, FRAME_ANSWER, FRAME_CALL, FRAME_OK, FRAME_PASS, PREFIX, REPLY_ANSWERED, REPLY_CUT } from './wire.mjs';

const pool = Buffer.alloc(ENTROPY_BYTES * 64);
let drawn = pool.length;

/**
 * Writes random bytes that were never used before, drawn from the system in larger portions.
 * @param {Writer} frame
 */
function writeEntropy(frame) {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  frame.part(pool, drawn, (drawn += ENTROPY_BYTES));
}

/** Thrown when the wasm trapped: the instance is not to be used again. */
export class Trap extends Error {}

/** Thrown when the core refuses an event or a configuration. It has said why in its lines. */
export class Refusal extends Error {}

export class Core {
  /** @type {Exports} */
  #exports;
  /** The wasm's memory; growth detaches it. */
  #memory = new Memory(new ArrayBuffer(0));
  #frame;
  #write;
  /** @type {import('./event.mjs').Needs} */
  needs;
  /** Set by a trap. */
  isBroken = false;
  /**
   * When log entries go next by `process.uptime() * 1000`, should nothing happen before; 0 = none
   * waits.
   */
  due = 0;
  /**
   * Log entries that are not through, and lost ones that no entry has told of yet: what a trap
   * loses.
   */
  owed = 0;

  /**
   * @param {WebAssembly.Module} module
   * @param {Buffer} configuration content of NetaceaConfig.json
   * @param {(line: string) => void} write takes lines for CloudWatch
   * @param {number} dropped log entries that an earlier instance has lost
   */
  constructor(module, configuration, write, dropped = 0) {
    this.#write = write;
    this.#exports = /** @type {any} */ (new WebAssembly.Instance(module).exports);
    this.#frame = new Writer(this.#exports.input, () => this.#view());
    this.#frame.clear();
    this.#frame.binary(configuration);
    writeEntropy(this.#frame);
    this.#frame.number(dropped);
    const answer = this.#ask('load');
    if (answer.byte() !== FRAME_OK) {
      this.#finish(answer);
      throw new Refusal();
    }
    this.needs = {
      requestHeaders: new Needed(answer.texts()),
      responseHeaders: new Needed(answer.texts()),
      replyHeaders: new Set(answer.texts()),
      bodyPath: answer.text(),
      maxWait: answer.number(),
    };
    this.#finish(answer);
  }

  /** @param {Exchange} exchange @returns {Step} */
  begin(exchange) {
    this.#start();
    writeEvent(this.#frame, exchange, this.needs);
    return this.#step(this.#ask('begin'), exchange);
  }

  /** @param {Exchange} exchange @param {number} id @param {Reply} reply @returns {Step} */
  resume(exchange, id, reply) {
    this.#start();
    this.#frame.number(id);
    this.#writeReply(reply);
    return this.#step(this.#ask('resume'), exchange);
  }

  /**
   * The next call that sends log entries, if one may go now.
   * @returns {{ call: Call, id: number, isAwaited: boolean } | undefined}
   */
  nextPost() {
    this.#start();
    const answer = this.#ask('next_post');
    const post = answer.byte() === FRAME_CALL ? { ...readCall(answer), isAwaited: answer.byte() !== 0 } : undefined;
    this.#finish(answer);
    return post;
  }

  /** @param {number} id @param {Sent} sent */
  posted(id, sent) {
    this.#start();
    this.#frame.number(id);
    this.#frame.byte(sent.isRepeated ? 1 : 0);
    this.#writeReply(sent.reply);
    const answer = this.#ask('posted');
    answer.byte();
    this.#finish(answer);
  }

  #start() {
    this.#frame.clear();
    this.#frame.long(Date.now());
    // `performance` tells the same time, but costs a cold start most of a millisecond.
    this.#frame.long(Math.floor(process.uptime() * 1000));
    writeEntropy(this.#frame);
  }

  /** @param {Reader} answer @param {Exchange} exchange @returns {Step} */
  #step(answer, exchange) {
    switch (answer.byte()) {
      case FRAME_CALL: {
        const step = readCall(answer);
        this.#finish(answer);
        return step;
      }
      case FRAME_PASS: {
        const edits = readEdits(answer);
        this.#finish(answer);
        return { result: applyEdits(exchange, edits) };
      }
      case FRAME_ANSWER: {
        const result = readAnswer(answer);
        this.#finish(answer);
        return { result };
      }
      default:
        this.#finish(answer);
        throw new Refusal();
    }
  }

  /** @param {Reply} reply */
  #writeReply(reply) {
    this.#frame.byte(reply.kind);
    if (reply.kind === REPLY_CUT) this.#frame.byte(reply.cause);
    if (!('headers' in reply)) return;
    const { replyHeaders } = this.needs;
    this.#frame.number(reply.status);
    const place = this.#frame.reserveCount();
    let count = 0;
    for (const [name, value] of reply.headers) {
      if (!replyHeaders.has(name) && !name.startsWith(PREFIX)) continue;
      this.#frame.text(name);
      this.#frame.text(value);
      count++;
    }
    this.#frame.fillCount(place, count);
    if (reply.kind === REPLY_ANSWERED) this.#frame.binary(reply.body);
  }

  /**
   * Hands the frame over and gives the answer's. Valid until the next call.
   * @param {Question} question
   */
  #ask(question) {
    if (this.isBroken) throw new Trap('the instance is gone');
    try {
      const answer = this.#exports[question](this.#frame.length);
      return new Reader(this.#view(), answer);
    } catch (error) {
      this.isBroken = true;
      throw new Trap(this.#panicPlace() || (error instanceof Error ? error.message : 'unknown'));
    }
  }

  #view() {
    const { buffer } = this.#exports.memory;
    if (this.#memory.numbers.buffer !== buffer) this.#memory = new Memory(buffer);
    return this.#memory;
  }

  #panicPlace() {
    const length = this.#exports.panic_place_length();
    const start = this.#exports.panic_place();
    return this.#view().bytes.toString('utf8', start, start + length);
  }

  /**
   * Every answer ends with lines for CloudWatch and the state of log entries.
   * @param {Reader} answer
   */
  #finish(answer) {
    for (let count = answer.number(); count > 0; count--) this.#write(answer.text());
    this.due = answer.long();
    this.owed = answer.number();
  }
}

/** @param {Reader} frame @returns {{ call: Call, id: number }} */
function readCall(frame) {
  const id = frame.number();
  const method = frame.text();
  const url = frame.text();
  /** @type {Record<string, string>} */
  const headers = {};
  for (let count = frame.number(); count > 0; count--) headers[frame.text()] = frame.text();
  const hasBody = frame.byte() !== 0;
  const body = frame.binary();
  return { id, call: { method, url, headers, body: hasBody ? body : undefined, deadline: frame.long(), replyLimit: frame.number() } };
}
