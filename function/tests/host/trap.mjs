/** Makes one exported function of a wasm file trap, by replacing its code with `unreachable`. */
const EXPORTS = 7;
const IMPORTS = 2;
const CODE = 10;
const UNREACHABLE = 0x00;
const NOP = 0x01;
const END = 0x0b;

/** @param {Buffer} wasm @param {string} name */
export function trapIn(wasm, name) {
  const changed = Buffer.from(wasm);
  let position = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = changed[position++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const text = () => {
    const length = number();
    return changed.toString('utf8', position, (position += length));
  };
  let index = -1;
  while (position < changed.length) {
    const section = changed[position++];
    const size = number();
    const next = position + size;
    if (section === IMPORTS) throw new Error('a function with imports');
    if (section === EXPORTS) {
      for (let count = number(); count > 0; count--) {
        const exported = text();
        const kind = changed[position++];
        const target = number();
        if (exported === name && kind === 0) index = target;
      }
    }
    if (section === CODE) {
      const count = number();
      for (let body = 0; body < count; body++) {
        const length = number();
        if (body === index) {
          changed.fill(NOP, position, position + length);
          // No locals; everything after `unreachable` is dead.
          changed[position] = 0;
          changed[position + 1] = UNREACHABLE;
          changed[position + length - 1] = END;
          return changed;
        }
        position += length;
      }
    }
    position = next;
  }
  throw new Error(`no function ${name}`);
}
