const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const MAX_DEPTH = 10_000;
const LITERAL = /^(?:true|false|null|NaN|-?Infinity|-?\d[\d.eE+-]*)$/;
const LONGEST_LITERAL = 400;

/** What may come next in a document. */
type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

/**
 * Finds where a JSON object ends that may span lines and arrive in pieces. It keeps to the grammar, so that a line that
 * was cut off is not continued by the line below it; strings cost a byte search. Offsets count from the object's start.
 */
export class Extent {
  /** The first byte not yet understood: where the object ends once `advance` says so, or where it breaks. */
  offset = 0;
  /** Line breaks passed so far. */
  lines = 0;
  private expected: Expected = 'value';
  /** One entry for each open bracket: whether it is an object's. */
  private readonly open: boolean[] = [];
  private inString = false;

  /** Reads on in `bytes`, which hold the object from its first byte. With `last`, no more bytes will come. */
  advance(bytes: Uint8Array, last: boolean): 'complete' | 'broken' | 'more' {
    while (this.offset < bytes.length) {
      if (this.inString) {
        const ended = this.endString(bytes);
        if (ended !== 'complete') return ended;
      } else if (!this.passWhiteSpace(bytes[this.offset]!)) {
        const step = this.token(bytes, last);
        if (step !== 'more') return step;
        if (this.open.length === 0) return 'complete';
        if (this.waiting) break;
      }
    }
    this.waiting = false;
    return 'more';
  }

  /** Set where a literal may go on in bytes that are still to come. */
  private waiting = false;

  private passWhiteSpace(byte: number): boolean {
    if (byte !== 0x20 && byte !== NEWLINE && byte !== 0x0d && byte !== 0x09) return false;
    if (byte === NEWLINE) this.lines++;
    this.offset++;
    return true;
  }

  private token(bytes: Uint8Array, last: boolean): 'broken' | 'more' {
    const byte = bytes[this.offset]!;
    const wantsValue = this.expected === 'value' || this.expected === 'value or end';
    if (byte === QUOTE) return this.startString(wantsValue);
    if (byte === 0x7b || byte === 0x5b) return wantsValue ? this.openBracket(byte === 0x7b) : 'broken';
    if (byte === 0x7d || byte === 0x5d) return this.closeBracket(byte === 0x7d);
    if (byte === 0x3a) return this.expected === 'colon' ? this.pass('value') : 'broken';
    if (byte === 0x2c)
      return this.expected === 'comma or end' ? this.pass(this.open.at(-1) ? 'key' : 'value') : 'broken';
    return wantsValue ? this.literal(bytes, last) : 'broken';
  }

  private pass(expected: Expected): 'more' {
    this.offset++;
    this.expected = expected;
    return 'more';
  }

  private startString(wantsValue: boolean): 'broken' | 'more' {
    if (!wantsValue && this.expected !== 'key' && this.expected !== 'key or end') return 'broken';
    this.inString = true;
    return this.pass(wantsValue ? 'comma or end' : 'colon');
  }

  private endString(bytes: Uint8Array): 'complete' | 'broken' | 'more' {
    for (;;) {
      const quote = bytes.indexOf(QUOTE, this.offset);
      const end = quote === -1 ? bytes.length : quote;
      // A string with a raw line break is a line that was cut off inside it.
      const newline = bytes.subarray(this.offset, end).indexOf(NEWLINE);
      if (newline !== -1) {
        this.offset += newline;
        return 'broken';
      }
      this.offset = end;
      if (quote === -1) return 'more';
      this.offset++;
      let slashes = 0;
      while (bytes[quote - 1 - slashes] === BACKSLASH) slashes++;
      if (slashes % 2 === 0) {
        this.inString = false;
        return 'complete';
      }
    }
  }

  private openBracket(isObject: boolean): 'broken' | 'more' {
    if (this.open.length === MAX_DEPTH) return 'broken';
    this.open.push(isObject);
    return this.pass(isObject ? 'key or end' : 'value or end');
  }

  private closeBracket(isObject: boolean): 'broken' | 'more' {
    const mayEnd = this.expected === 'comma or end' || this.expected === (isObject ? 'key or end' : 'value or end');
    if (!mayEnd || this.open.at(-1) !== isObject) return 'broken';
    this.open.pop();
    return this.pass('comma or end');
  }

  private literal(bytes: Uint8Array, last: boolean): 'broken' | 'more' {
    let end = this.offset;
    while (end < bytes.length && /[\w.+-]/.test(String.fromCharCode(bytes[end]!))) end++;
    if (end - this.offset > LONGEST_LITERAL) return 'broken';
    if (end === bytes.length && !last) {
      this.waiting = true;
      return 'more';
    }
    if (!LITERAL.test(String.fromCharCode(...bytes.subarray(this.offset, end)))) return 'broken';
    this.offset = end;
    this.expected = 'comma or end';
    return 'more';
  }
}
