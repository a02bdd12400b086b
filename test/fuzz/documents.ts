/** Numbers from 0 to 1 that are the same for one seed (https://en.wikipedia.org/wiki/Linear_congruential_generator). */
export function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const SEEDS = [
  '{"timestamp":"2026-11-21T10:00:00.000Z","model":"gemini-2.5-flash","usage":{"a":12,"b":[{"a":"TEXT","n":12}]}}',
  '{"a":{"b":1,"ab":[1,2.5e-3,-0,true,false,null,"x"]},"list":[{"a":{"c":1}},{"a":"\\u0041"},7],"c":{}}',
  '{"usage":{"a":0,"ab":"ключ 😀","b":123456789012345678},"list":[],"c":"\\"\\\\\\/\\b\\f\\n\\r\\t"}',
  `{"data":"${'QUJD'.repeat(40)}","a":"${'x'.repeat(63)}","b":"${'y'.repeat(64)}","usage":{"a":"${'z'.repeat(65)}"}}`,
  '{"\\u0061":1,"\\u0075sage":{"\\u0061":2},"__proto__":{"a":1},"usage":{"__proto__":3,"constructor":4},"a":5}',
  '[{"a":1},{"a":[{"a":[{"a":{}}]}]},"a",3]',
];
const LONGEST = 4000;
const POOL = 200;
const TOKENS = ['{', '}', '[', ']', ',', ':', '"', '\\', '"a":', '"usage":{', '"list":[', '"c":1', '1', '-', '0', '00'];
const WORDS = [
  '1e5',
  '1E400',
  '0.',
  '.5',
  '+1',
  'true',
  'tru',
  'null',
  'NaN',
  '-Infinity',
  '"\\u00',
  '"\\ud83d"',
  '\ufeff',
];
const SPACES = [' ', '\n', '\r\n', '\t', '\u00a0', '\u2028', '\0', '\x1f', '\x7f'];
const BYTES = [0x00, 0x0a, 0x22, 0x5c, 0x7b, 0x7d, 0x80, 0xbf, 0xc3, 0xe2, 0xf0, 0xff];

/** Texts that are JSON, nearly JSON, or were. The next one is made of an earlier one. */
export class Mutations {
  private readonly random: () => number;
  private readonly pool: Buffer[] = SEEDS.map((seed) => Buffer.from(seed));

  constructor(seed: number) {
    this.random = sequence(seed);
  }

  next(): Buffer {
    const isKept = this.below(2) === 0;
    let text = isKept ? Buffer.from(this.pick(SEEDS)) : this.pick(this.pool);
    for (let changes = this.below(4); changes >= 0; changes--) text = isKept ? this.kept(text) : this.changed(text);
    if (text.length > LONGEST) text = text.subarray(0, LONGEST);
    if (this.below(4) === 0) this.pool[this.below(POOL)] = text;
    return text;
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private changed(text: Buffer): Buffer {
    const at = this.below(text.length + 1);
    const [before, after] = [text.subarray(0, at), text.subarray(at)];
    const end = this.below(after.length + 1);
    switch (this.below(12)) {
      case 0:
        return before;
      case 1:
        return Buffer.concat([before, after.subarray(end)]);
      case 2:
        return Buffer.concat([before, after.subarray(0, end), after]);
      case 3:
        return Buffer.concat([before, Buffer.from([this.pick(BYTES)]), after.subarray(1)]);
      case 4:
        return Buffer.concat([before, Buffer.from(this.pick(TOKENS)), after]);
      case 5:
        return Buffer.concat([before, Buffer.from(this.pick(WORDS)), after]);
      case 6:
        return Buffer.concat([before, Buffer.from(this.pick(SPACES)), after]);
      case 7:
        return this.nested(text);
      case 8:
        return Buffer.concat([text, Buffer.from(this.pick(SPACES)), this.pick(this.pool)]);
      default:
        return this.kept(text);
    }
  }

  /** Deeper than is read in place, at times. */
  private nested(text: Buffer): Buffer {
    const depth = this.below(8) === 0 ? 60 : 1 + this.below(3);
    const [open, close] = this.below(2) === 0 ? ['{"a":', '}'] : ['[', ']'];
    return Buffer.concat([Buffer.from(open.repeat(depth)), text, Buffer.from(close.repeat(depth))]);
  }

  /** Mostly stays JSON: members twice, spaces, escapes in keys, depth. */
  private kept(text: Buffer): Buffer {
    if (this.below(6) === 0) return this.nested(text);
    const source = text.toString('latin1');
    const comma = source.indexOf(',', this.below(source.length + 1));
    if (comma === -1) return text;
    const choice = this.below(3);
    const inserted =
      choice === 0 ? `${this.pick([' ', '\r\n', '\t'])},` : choice === 1 ? ',"a":{"a":"b"},' : ',"\\u0063":0,';
    return Buffer.from(source.slice(0, comma) + inserted + source.slice(comma + 1), 'latin1');
  }

  private pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)] ?? options[0]!;
  }
}
