/**
 * The compact framing in which host and core exchange values (src/frame.rs): texts and bytes behind
 * a 32-bit little-endian length, numbers as they are.
 */

/**
 * Longest text that is written character by character: for a longer one the call into Node's own
 * code pays.
 */
const SHORT = 32;

/** Room for a usual event. */
const CAPACITY = 16_384;

/**
 * The core's memory: for bytes and texts, and for numbers, which V8 reads and writes with one
 * instruction there.
 */
export class Memory {
  bytes;
  numbers;

  /** @param {ArrayBuffer} buffer */
  constructor(buffer) {
    this.bytes = Buffer.from(buffer);
    this.numbers = new DataView(buffer);
  }
}

/** Writes frames straight into the core's memory. */
export class Writer {
  #allocate;
  #view;
  #memory = new Memory(new ArrayBuffer(0));
  #start = 0;
  #end = 0;
  #position = 0;

  /**
   * @param {(bytes: number) => number} allocate gives the address of so much room, and keeps what
   *   is written in less of it
   * @param {() => Memory} view the core's memory as it is now: growth detaches what was there
   *   before
   */
  constructor(allocate, view) {
    this.#allocate = allocate;
    this.#view = view;
  }

  /** Starts an empty frame. */
  clear() {
    this.#memory = this.#view();
    this.#position = this.#start;
  }

  /** Bytes of the frame so far. */
  get length() {
    return this.#position - this.#start;
  }

  /** @param {number} value */
  byte(value) {
    this.#reserve(1);
    this.#memory.bytes[this.#position++] = value;
  }

  /** @param {number} value */
  number(value) {
    this.#reserve(4);
    this.#memory.numbers.setUint32(this.#position, value, true);
    this.#position += 4;
  }

  /** @param {number} value a whole number below 2^53 */
  long(value) {
    this.number(value % 0x100000000);
    this.number(Math.floor(value / 0x100000000));
  }

  /**
   * A part of some bytes, without length.
   * @param {Uint8Array} source
   * @param {number} from
   * @param {number} to
   */
  part(source, from, to) {
    this.#reserve(to - from);
    const { bytes } = this.#memory;
    for (let index = from; index < to; index++) bytes[this.#position++] = source[index];
  }

  /** @param {Uint8Array} value */
  binary(value) {
    this.number(value.length);
    this.#reserve(value.length);
    this.#memory.bytes.set(value, this.#position);
    this.#position += value.length;
  }

  /**
   * Throws when it is none: an event that looks different is not ours to judge.
   * @param {string} value
   */
  text(value) {
    if (typeof value !== 'string') throw new TypeError('not a text');
    // No text needs more than three bytes for a UTF-16 unit.
    this.#reserve(4 + 3 * value.length);
    const start = this.#position + 4;
    let written = value.length <= SHORT ? this.#ascii(value, start) : -1;
    if (written < 0) written = this.#memory.bytes.write(value, start, 'utf8');
    this.number(written);
    this.#position = start + written;
  }

  /** Leaves room for a count that is known later. @returns {number} where it is */
  reserveCount() {
    this.number(0);
    return this.length - 4;
  }

  /** @param {number} place @param {number} count */
  fillCount(place, count) {
    this.#memory.numbers.setUint32(this.#start + place, count, true);
  }

  /**
   * @param {string} value
   * @param {number} start
   * @returns {number} bytes written, or -1: there is more than ASCII in it
   */
  #ascii(value, start) {
    const { bytes } = this.#memory;
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) return -1;
      bytes[start + index] = unit;
    }
    return value.length;
  }

  /** @param {number} bytes */
  #reserve(bytes) {
    if (this.#position + bytes <= this.#end) return;
    const used = this.length;
    const capacity = Math.max(used + bytes, 2 * (this.#end - this.#start), CAPACITY);
    this.#start = this.#allocate(capacity);
    this.#end = this.#start + capacity;
    this.#position = this.#start + used;
    this.#memory = this.#view();
  }
}

/** Reads values in the order in which they were written. */
export class Reader {
  #memory;
  #position;

  /** @param {Memory} memory @param {number} position where the frame begins */
  constructor(memory, position) {
    this.#memory = memory;
    this.#position = position;
  }

  byte() {
    return this.#memory.bytes[this.#position++];
  }

  number() {
    const value = this.#memory.numbers.getUint32(this.#position, true);
    this.#position += 4;
    return value;
  }

  long() {
    const low = this.number();
    return low + this.number() * 0x100000000;
  }

  text() {
    const length = this.number();
    const start = this.#position;
    this.#position += length;
    return this.#memory.bytes.toString('utf8', start, this.#position);
  }

  /** A copy: the core's memory may move. */
  binary() {
    const length = this.number();
    const start = this.#position;
    this.#position += length;
    return Buffer.from(this.#memory.bytes.subarray(start, this.#position));
  }

  /** @template T @param {() => T} item @returns {T[]} */
  list(item) {
    const count = this.number();
    const items = [];
    for (let index = 0; index < count; index++) items.push(item());
    return items;
  }

  texts() {
    return this.list(() => this.text());
  }
}
