// Compares records with layouts, byte by byte, many at once. Compiled to WebAssembly by AssemblyScript
// (https://www.assemblyscript.org): this is most of the work in a large log, and it is as fast on the first record as on the last.
// `src/ingest/matcher.ts` is its other side and says what its memory holds.

/** Of `codes` in src/core/layout.ts: what is done with the value in a blank. */
const SKIP_TEXT = 0;
const ANY_TEXT = 1;
const KEY_TEXT = 2;
const ID_TEXT = 3;
const TIME_TEXT = 4;
const KEY_NUMBER = 10;
const COUNT = 13;
const ASIDE_NUMBER = 14;

const MOST_DIGITS = 9;
/** Longer texts that matter are rare. */
const LONGEST_TEXT = 200;
const LONGEST_NUMBER = 64;
const LONGEST_KEY = 1000;

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const NEWLINE: u8 = 0x0a;

export const MOST_LAYOUTS: i32 = 8;
export const LAYOUT_SIZE: i32 = 16384;
export const MOST_ROWS: i32 = 1024;
/** In numbers of 32 bits. */
export const ROW_LENGTH: i32 = 30;
export const INPUT_SIZE: i32 = 1 << 20;

/** The bytes to read. After the last come line breaks, so that nothing has to look where they end. */
export const input = memory.data(INPUT_SIZE + 64, 16);
/** For each layout its numbers, see `Words`, and its text. */
export const layouts = memory.data(MOST_LAYOUTS * LAYOUT_SIZE, 16);
/** What was found, see `Row`. */
export const rows = memory.data(MOST_ROWS * ROW_LENGTH * 4, 16);
/** A day has so many stretches of time. */
let stretchMs: i32 = 86_400_000;

/** Where in the numbers of a layout each thing is. Lists are told by where they start in the layout. */
namespace Words {
  export const IN_USE = 0;
  export const BLANKS = 4;
  export const CODES = 8;
  /** How much of the text stands before each blank, and all of it. */
  export const ENDS = 12;
  export const TEXT = 16;
  export const COUNTS = 20;
  export const MOST = 24;
  export const SUMS = 28;
  export const SUM_LIST = 32;
  export const PARTS = 36;
  export const PART_LIST = 40;
}

/** Where in a row each thing is. Places are counted from the start of the input. */
namespace Row {
  export const START = 0;
  export const END = 4;
  export const LAYOUT = 8;
  export const CLASS = 12;
  export const FLAGS = 16;
  export const STRETCH = 20;
  export const TIME = 24;
  export const TIME_START = 32;
  export const TIME_END = 36;
  export const ID_START = 40;
  export const ID_END = 44;
  export const ID_ONE = 48;
  export const ID_TWO = 52;
  export const COUNTS = 56;
}

/** The counts keep to the rules. */
const PLAIN = 1;
/** The id is that of the record that matched before. */
const SAME_ID = 2;

// What the record at hand was found to have.
let idStart: usize = 0;
let idEnd: usize = 0;
let timeStart: usize = 0;
let timeEnd: usize = 0;
let day: i32 = 0;
let timeOfDay: i32 = 0;
let keyLength: i32 = 0;
let hash: i32 = 0;
const key = memory.data(LONGEST_KEY + LONGEST_TEXT + 16, 16);

const lastId = memory.data(LONGEST_TEXT, 16);
let lastIdLength: usize = 0;

/** Begins with another file. */
export function reset(stretch: i32): void {
  stretchMs = stretch;
  lastIdLength = 0;
  classes = 0;
  keysEnd = keys;
  memory.fill(slots, 0, SLOTS * 4);
  for (let layout = 0; layout < MOST_LAYOUTS; layout++) store<i32>(layouts + layout * LAYOUT_SIZE, 0);
}

/**
 * Reads records in `input[from, end)`, one a line, as long as they are of known layouts, into `rows`. Returns their number.
 */
export function scan(from: i32, end: i32): i32 {
  let at: usize = input + from;
  const last: usize = input + end;
  let found = 0;
  while (found < MOST_ROWS && at < last && load<u8>(at) === 0x7b) {
    const row: usize = rows + found * ROW_LENGTH * 4;
    let next: usize = 0;
    for (let layout = 0; layout < MOST_LAYOUTS; layout++) {
      const words: usize = layouts + layout * LAYOUT_SIZE;
      if (load<i32>(words, Words.IN_USE) === 0) continue;
      next = lineEnd(match(words, at, row), last);
      if (next === 0) continue;
      describe(row, layout, words, at, next);
      break;
    }
    if (next === 0) break;
    at = next;
    found++;
  }
  return found;
}

/** Where the next line starts, if a line ends at a place. */
function lineEnd(at: usize, last: usize): usize {
  if (at === 0) return 0;
  if (load<u8>(at) === 0x0d) at++;
  return at < last && load<u8>(at) === NEWLINE ? at + 1 : 0;
}

function describe(row: usize, layout: i32, words: usize, start: usize, next: usize): void {
  let flags = keepsTo(words, row + Row.COUNTS) ? PLAIN : 0;
  if (isLastId()) flags |= SAME_ID;
  store<i32>(row, <i32>(start - input), Row.START);
  store<i32>(row, <i32>(next - input), Row.END);
  store<i32>(row, layout, Row.LAYOUT);
  store<i32>(row, classOf(layout), Row.CLASS);
  store<i32>(row, flags, Row.FLAGS);
  store<i32>(row, day * (86_400_000 / stretchMs) + timeOfDay / stretchMs, Row.STRETCH);
  store<f64>(row, <f64>day * 86_400_000.0 + <f64>timeOfDay, Row.TIME);
  store<i32>(row, <i32>(timeStart - input), Row.TIME_START);
  store<i32>(row, <i32>(timeEnd - input), Row.TIME_END);
  store<i32>(row, <i32>(idStart - input), Row.ID_START);
  store<i32>(row, <i32>(idEnd - input), Row.ID_END);
  hashId(row);
}

/** Where the record of a layout ends that starts at a place; 0 where another does. */
function match(words: usize, at: usize, row: usize): usize {
  const blanks = load<i32>(words, Words.BLANKS);
  let code: usize = words + load<i32>(words, Words.CODES);
  let end: usize = words + load<i32>(words, Words.ENDS);
  let text: usize = words + load<i32>(words, Words.TEXT);
  const begin = text;
  let count: usize = row + Row.COUNTS;
  let zeros = 0;
  let counted = 0;
  keyLength = 0;
  hash = 0;
  idStart = idEnd = timeStart = timeEnd = input;
  day = timeOfDay = 0;
  for (let blank = 0; ; blank++, code += 4, end += 4) {
    const to: usize = begin + load<i32>(end);
    for (; text + 8 <= to; text += 8, at += 8) if (load<u64>(text) !== load<u64>(at)) return 0;
    for (; text < to; text++, at++) if (load<u8>(text) !== load<u8>(at)) return 0;
    if (blank === blanks) break;
    switch (load<i32>(code)) {
      case COUNT: {
        const first = at;
        let number = 0;
        for (let digit = load<u8>(at) - 0x30; digit <= 9; digit = load<u8>(++at) - 0x30) {
          number = number * 10 + digit;
          if (at - first === MOST_DIGITS) return 0;
        }
        if (at === first || (at > first + 1 && load<u8>(first) === 0x30)) return 0;
        if (number === 0) zeros |= 1 << counted;
        store<i32>(count, number);
        count += 4;
        counted++;
        break;
      }
      case SKIP_TEXT:
        at = skipText(at);
        break;
      case ANY_TEXT:
        at = plainEnd(at);
        break;
      case KEY_TEXT:
        at = keyText(at);
        break;
      case ID_TEXT:
        at = idText(at);
        break;
      case TIME_TEXT:
        at = timeText(at);
        break;
      case KEY_NUMBER:
        at = keyNumber(at);
        break;
      case ASIDE_NUMBER:
        at = asideEnd(at);
        break;
      default:
        at = scalarEnd(at, LONGEST_TEXT);
    }
    if (at === 0) return 0;
  }
  addToKey(zeros & 0xff);
  addToKey((zeros >> 8) & 0xff);
  return at;
}

function addToKey(byte: i32): void {
  store<u8>(key + keyLength++, <u8>byte);
  hash = (hash ^ byte) * 0x01000193;
}

/** The end of a text that is not read, at its closing quote. */
function skipText(at: usize): usize {
  const start = at;
  const quotes = i8x16.splat(QUOTE);
  const breaks = i8x16.splat(NEWLINE);
  while (true) {
    let bytes = v128.load(at);
    while (!v128.any_true(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, breaks)))) {
      at += 16;
      bytes = v128.load(at);
    }
    at += ctz(i8x16.bitmask(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, breaks))));
    if (load<u8>(at) === NEWLINE) return 0;
    let slashes: usize = 0;
    while (at - slashes > start && load<u8>(at - slashes - 1) === BACKSLASH) slashes++;
    if ((slashes & 1) === 0) return at;
    at++;
  }
}

/** The end of a text without escapes and controls, which is not empty. */
function plainEnd(at: usize): usize {
  const start = at;
  for (; at < start + LONGEST_TEXT; at++) {
    const byte = load<u8>(at);
    if (byte === QUOTE) return at === start ? 0 : at;
    if (byte === BACKSLASH || byte < 0x20) return 0;
  }
  return 0;
}

/** The same bytes in a text are the same text, so it need not be made. */
function keyText(at: usize): usize {
  if (keyLength > LONGEST_KEY) return 0;
  const start = at;
  let to: usize = key + keyLength;
  let mixed = hash;
  for (; at < start + LONGEST_TEXT; at++) {
    const byte = load<u8>(at);
    if (byte === QUOTE) {
      keyLength += <i32>(at - start);
      hash = mixed;
      addToKey(0);
      return at;
    }
    if (byte === BACKSLASH || byte < 0x20) return 0;
    store<u8>(to++, byte);
    mixed = (mixed ^ byte) * 0x01000193;
  }
  return 0;
}

function keyNumber(at: usize): usize {
  const end = scalarEnd(at, LONGEST_NUMBER);
  if (end === 0 || keyLength > LONGEST_KEY) return 0;
  for (; at < end; at++) addToKey(load<u8>(at));
  addToKey(0);
  return end;
}

function idText(at: usize): usize {
  const start = at;
  for (; at < start + LONGEST_TEXT; at++) {
    const byte = load<u8>(at);
    if (byte === QUOTE) {
      idStart = start;
      idEnd = at;
      return at === start ? 0 : at;
    }
    if (byte === BACKSLASH || byte < 0x20 || byte >= 0x7f) return 0;
  }
  return 0;
}

/** Whether the id is that of the last record; remembers it. */
function isLastId(): bool {
  const length = idEnd - idStart;
  const isSame = length > 0 && length === lastIdLength && memory.compare(idStart, lastId, length) === 0;
  memory.copy(lastId, idStart, length);
  lastIdLength = length;
  return isSame;
}

/** As `IdTable` in src/core/id-table.ts, before it is finished. */
function hashId(row: usize): void {
  let one: i32 = 0xdeadbeef;
  let two: i32 = 0x41c6ce57;
  for (let at = idStart; at < idEnd; at++) {
    const byte: i32 = load<u8>(at);
    one = (one ^ byte) * 0x9e3779b1;
    two = (two ^ byte) * 0x5f356495;
  }
  store<i32>(row, one, Row.ID_ONE);
  store<i32>(row, two, Row.ID_TWO);
}

/** `2026-11-22T10:30:00.123Z`, also with a space, other decimals, no zone or `+00:00`: all of them times in UTC. */
function timeText(start: usize): usize {
  const year = two(start) * 100 + two(start + 2);
  const month = two(start + 5);
  const date = two(start + 8);
  const hour = two(start + 11);
  const minute = two(start + 14);
  const second = two(start + 17);
  if (year < FIRST_YEAR || month < 1 || month > 12 || date < 1 || date > lastDate(month)) return 0;
  if (<u32>hour >= 24 || <u32>minute >= 60 || <u32>second >= 60) return 0;
  if (load<u8>(start + 4) !== 0x2d || load<u8>(start + 7) !== 0x2d) return 0;
  const divider = load<u8>(start + 10);
  if (divider !== 0x54 && divider !== 0x20) return 0;
  if (load<u8>(start + 13) !== 0x3a || load<u8>(start + 16) !== 0x3a) return 0;
  let at = start + 19;
  let milliseconds = 0;
  if (load<u8>(at) === 0x2e) {
    const first = ++at;
    for (let digit = load<u8>(at) - 0x30; digit <= 9; digit = load<u8>(++at) - 0x30)
      if (at < first + 3) milliseconds = milliseconds * 10 + digit;
    if (at === first || at > first + 9) return 0;
    for (let digits = at - first; digits < 3; digits++) milliseconds *= 10;
  }
  if (load<u8>(at) === 0x5a) at++;
  else if (load<u8>(at) === 0x2b) {
    if (two(at + 1) !== 0 || load<u8>(at + 3) !== 0x3a || two(at + 4) !== 0) return 0;
    at += 6;
  }
  if (load<u8>(at) !== QUOTE) return 0;
  timeStart = start;
  timeEnd = at;
  day = (year * 13 + month) * 32 + date;
  timeOfDay = ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  return at;
}

/**
 * Since then all zones are whole quarters of an hour apart; the last that was not is Africa/Monrovia's
 * (https://data.iana.org/time-zones/tzdb/africa).
 */
const FIRST_YEAR = 1973;

/** 29 February is for the calendar to decide. */
function lastDate(month: i32): i32 {
  if (month === 2) return 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** A number of two digits; below 0 for anything else, also as part of a sum with the hundredfold of another. */
function two(at: usize): i32 {
  const tens = <i32>load<u8>(at) - 0x30;
  const ones = <i32>load<u8>(at + 1) - 0x30;
  return <u32>tens <= 9 && <u32>ones <= 9 ? tens * 10 + ones : -10_000;
}

/** The end of a number such as `12.5`, of no more than six digits before the point. */
function asideEnd(start: usize): usize {
  const point = digitsEnd(start);
  const whole = point - start;
  if (whole === 0 || whole > 6 || (whole > 1 && load<u8>(start) === 0x30)) return 0;
  if (load<u8>(point) !== 0x2e) return point;
  const end = digitsEnd(point + 1);
  return end > point + 1 && end < point + LONGEST_NUMBER ? end : 0;
}

function digitsEnd(at: usize): usize {
  while (isDigit(load<u8>(at))) at++;
  return at;
}

function isDigit(byte: u8): bool {
  return byte - 0x30 <= 9;
}

/** The end of a number of any form. */
function scalarEnd(start: usize, longest: usize): usize {
  const first = load<u8>(start);
  if (!isDigit(first) && first !== 0x2d) return 0;
  for (let at = start; at < start + longest; at++) {
    const byte = load<u8>(at);
    if (byte === 0x2c || byte === 0x7d || byte === 0x5d) return at;
    if (!isDigit(byte) && byte !== 0x2d && byte !== 0x2b && byte !== 0x2e && (byte | 0x20) !== 0x65) return 0;
  }
  return 0;
}

/** Whether counts are no more than their most, sums are those of their parts, and parts less than their wholes or 0. */
function keepsTo(words: usize, counts: usize): bool {
  const length = load<i32>(words, Words.COUNTS);
  const most: usize = words + load<i32>(words, Words.MOST);
  for (let index = 0; index < length; index++)
    if (load<i32>(counts + index * 4) > load<i32>(most + index * 4)) return false;
  let list: usize = words + load<i32>(words, Words.SUM_LIST);
  for (let index = load<i32>(words, Words.SUMS); index > 0; index--) {
    const total = load<i32>(counts + load<i32>(list) * 4);
    const parts = load<i32>(list, 4);
    list += 8;
    let sum = 0;
    for (let part = 0; part < parts; part++, list += 4) sum += load<i32>(counts + load<i32>(list) * 4);
    if (sum !== total) return false;
  }
  list = words + load<i32>(words, Words.PART_LIST);
  for (let index = load<i32>(words, Words.PARTS); index > 0; index--, list += 8) {
    const part = load<i32>(counts + load<i32>(list) * 4);
    if (part !== 0 && part >= load<i32>(counts + load<i32>(list, 4) * 4)) return false;
  }
  return true;
}

// Classes: records of one layout whose keys are the same. They are found by hash.
const SLOTS = 32_768;
const MOST_CLASSES = 16_384;
const KEYS_SIZE = 1 << 20;
/** Of each slot, where its key is: 0 where it is free. Before a key stand its class, layout, hash and length. */
const slots = memory.data(SLOTS * 4, 16);
const keys = memory.data(KEYS_SIZE, 16);
let keysEnd: usize = keys;
let classes = 0;

/** The number of the class of the record at hand; -1 where there are too many. */
function classOf(layout: i32): i32 {
  let slot = (hash ^ (hash >> 15)) & (SLOTS - 1);
  for (;;) {
    const known: usize = load<i32>(slots + slot * 4);
    if (known === 0) break;
    if (
      load<i32>(known, 8) === hash &&
      load<i32>(known, 4) === layout &&
      load<i32>(known, 12) === keyLength &&
      memory.compare(known + 16, key, keyLength) === 0
    )
      return load<i32>(known);
    slot = (slot + 1) & (SLOTS - 1);
  }
  const size = (16 + keyLength + 7) & ~7;
  if (classes === MOST_CLASSES || keysEnd + size > keys + KEYS_SIZE) return -1;
  store<i32>(slots + slot * 4, <i32>keysEnd);
  store<i32>(keysEnd, classes);
  store<i32>(keysEnd, layout, 4);
  store<i32>(keysEnd, hash, 8);
  store<i32>(keysEnd, keyLength, 12);
  memory.copy(keysEnd + 16, key, keyLength);
  keysEnd += size;
  return classes++;
}
