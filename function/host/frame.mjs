/**
 * The compact framing in which host and core exchange values (src/frame.rs): texts and bytes behind a 32-bit little-endian
 * length, numbers as they are.
 */

/** Writes values into one buffer that is used again for every frame. */
export class Writer {
  #buffer = Buffer.allocUnsafe(16384);
  #length = 0;

  /** Starts an empty frame. */
  clear() {
    this.#length = 0;
  }

  /** The frame so far; valid until the next `clear`. */
  get bytes() {
    return this.#buffer.subarray(0, this.#length);
  }

  /** @param {number} value */
  byte(value) {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  /** @param {number} value */
  number(value) {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32LE(value, this.#length);
  }

  /** @param {number} value a whole number below 2^53 */
  long(value) {
    this.number(value % 0x100000000);
    this.number(Math.floor(value / 0x100000000));
  }

  /** Bytes without length. @param {Uint8Array} value */
  raw(value) {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** @param {Uint8Array} value */
  binary(value) {
    this.number(value.length);
    this.raw(value);
  }

  /** Throws when it is none: an event that looks different is not ours to judge. @param {string} value */
  text(value) {
    // No text needs more than three bytes for a UTF-16 unit.
    this.#reserve(4 + 3 * value.length);
    const written = this.#buffer.write(value, this.#length + 4, 'utf8');
    this.#buffer.writeUInt32LE(written, this.#length);
    this.#length += 4 + written;
  }

  /** Leaves room for a count that is known later. @returns {number} */
  reserveCount() {
    this.number(0);
    return this.#length - 4;
  }

  /** @param {number} position @param {number} count */
  fillCount(position, count) {
    this.#buffer.writeUInt32LE(count, position);
  }

  /** @param {number} bytes */
  #reserve(bytes) {
    const needed = this.#length + bytes;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
  }
}

/** Reads values in the order in which they were written. */
export class Reader {
  #buffer;
  #position;

  /** @param {Buffer} buffer @param {number} position where the frame begins */
  constructor(buffer, position) {
    this.#buffer = buffer;
    this.#position = position;
  }

  byte() {
    return this.#buffer[this.#position++];
  }

  number() {
    const value = this.#buffer.readUInt32LE(this.#position);
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
    return this.#buffer.toString('utf8', start, this.#position);
  }

  /** A copy: the core's memory may move. */
  binary() {
    const length = this.number();
    const start = this.#position;
    this.#position += length;
    return Buffer.from(this.#buffer.subarray(start, this.#position));
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

  /** @returns {[string, string][]} */
  pairs() {
    return this.list(() => [this.text(), this.text()]);
  }
}
