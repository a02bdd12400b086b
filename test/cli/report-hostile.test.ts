import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/core/ledger/summary.ts';
import { costwatch, pinned, temporaryFolder } from './costwatch.ts';
import { readCsv } from './csv.ts';
import { logFolder } from './mixed-log.ts';

const RED = '\u001b[31m';
/** What someone who can write to a log may try to do to its reader. */
const HOSTILE = [
  `${RED}gemini\u001b]0;owned\u0007\u009b2J`,
  '=HYPERLINK("http://evil.example","x")',
  '+1+cmd|calc',
  '-2+3',
  '@SUM(A1)',
  '\t=1+1',
  '\r\n=1+1,"',
  '＝1+1',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '[click](javascript:alert(1)) | x',
  '</style></svg>&lt;',
  'gemini\u202ehsalf\u200b',
  'gemini-hsalf',
  'gemini\u200b-hsalf',
  '__proto__',
  'constructor',
  'toString',
  '한국어-모델-이름이-아주-길어요-한국어-모델-이름이-아주-길어요',
  '👩‍👩‍👧‍👦'.repeat(20),
  `gemini-${'a'.repeat(5000)}-1`,
  `gemini-${'a'.repeat(5000)}-2`,
  '',
  '\u0000',
];

const EVENTS = HOSTILE.map((text, index) => ({
  id: `hostile-${index}`,
  timestamp: '2026-11-02T10:00:00.000Z',
  service: 'gemini',
  operation: text || 'generate_content',
  responseModel: text,
  status: 'ok',
  voice: text,
  sessionId: text,
  errorCode: text,
  labels: JSON.parse(`{"__proto__":${JSON.stringify(text)},"constructor":"c","name":${JSON.stringify(text)}}`),
  usage: { inputTokens: 10, outputTokens: 1 },
}));

async function report(args: string[], env = pinned()) {
  const { stdout, stderr, code } = await costwatch(['report', 'calls.jsonl', ...args], { cwd: logFolder(EVENTS), env });
  expect(code).toBe(0);
  return { stdout, stderr };
}

const BY = ['--by', 'model,label:name,label:__proto__,session,operation,voice'];
// Everything that moves a cursor, changes a colour, hides or reorders text; line ends are checked apart.
const CONTROLS = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('hostile logs', () => {
  it.each([
    [[]],
    [BY],
    [['--json']],
    [['--json', ...BY]],
    [['--format', 'csv']],
    [['--format', 'csv', ...BY]],
    [['--format', 'md', ...BY]],
    [['--format', 'html', ...BY]],
    [['--calls']],
    [['--format', 'focus']],
  ])('no control character gets through: %j', async (args) => {
    const { stdout, stderr } = await report(args);
    expect(stdout).not.toMatch(CONTROLS);
    expect(stderr).not.toMatch(CONTROLS);
    const isCsv = ['csv', 'focus', '--calls'].some((word) => args.includes(word));
    expect(stdout.replaceAll('\r\n', '').includes('\r')).toBe(false);
    expect(stdout.includes('\r\n')).toBe(isCsv);
  });

  it('keeps its own colours apart from theirs', async () => {
    const { stdout } = await report(BY, { ...pinned({ FORCE_COLOR: '1' }), NO_COLOR: undefined });
    expect(stdout).toContain('\u001b[1m');
    expect(stdout.replace(/\u001b\[(1|22|2|39|33|36)m/g, '')).not.toMatch(CONTROLS);
  });

  it.each([[['--format', 'csv']], [['--format', 'csv', ...BY]], [['--calls']], [['--format', 'focus']]])(
    'no cell is a formula: %j',
    async (args) => {
      const rows = readCsv((await report(args)).stdout);
      expect(rows.length).toBeGreaterThan(HOSTILE.length - 5);
      for (const row of rows)
        for (const cell of Object.values(row)) expect(cell).not.toMatch(/^\s*[=+@＝＋－＠\t\r]|^\s*-(?!\d+(\.\d+)?$)/);
    },
  );

  it('HTML holds no tag, attribute or link of theirs', async () => {
    const { stdout } = await report(['--format', 'html', ...BY]);
    expect(stdout).not.toMatch(/<script|<img|onerror=[^&]*>|href=|src=[^x]|<\/style><\/svg>/i);
    expect(stdout).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    const tags = new Set([...stdout.matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag));
    expect(
      [...tags].filter((tag) => ['script', 'img', 'a', 'iframe', 'link', 'object', 'form'].includes(tag!)),
    ).toEqual([]);
    expect(stdout).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('Markdown holds no link, cell or tag of theirs', async () => {
    const { stdout } = await report(['--format', 'md', '--by', 'label:name']);
    expect(stdout).not.toMatch(/[^\\]\[click|<script|<img/);
    const [head, ...rows] = stdout.split('\n').filter((line) => line.startsWith('|'));
    const cells = (line: string) => line.split(/(?<!\\)\|/).length;
    for (const row of rows) expect(cells(row)).toBe(cells(head!));
  });

  it('names are data, whatever they are called', async () => {
    const { stdout } = await report(['--json', '--by', 'label:__proto__']);
    const { groups, totals } = JSON.parse(stdout) as Summary;
    const named = new Set(groups.map(({ key }) => key['label:__proto__']));
    expect(named).toContain('__proto__');
    expect(named).toContain('constructor');
    expect(groups.reduce((sum, { calls }) => sum + calls, 0)).toBe(totals.calls);
    expect(totals.calls).toBe(HOSTILE.length);
  });

  it.each([['60'], ['80'], ['120']])(
    'no line is wider than %s columns, and no two names read the same',
    async (columns) => {
      const { default: stringWidth } = await import('string-width');
      const { stdout } = await report(['--by', 'label:name'], pinned({ COLUMNS: columns }));
      const lines = stdout.split('\n');
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(Number(columns));
      const rules = lines.flatMap((line, index) => (line.startsWith('───') ? [index] : []));
      const names = lines.slice(rules[0]! + 1, rules[1]).map((line) => line.split(/ {2,}/)[0]);
      expect(new Set(names).size).toBe(names.length);
    },
  );
});

it('escapes what terminals obey in the JSON of other commands too', async () => {
  const cwd = temporaryFolder();
  const name = 'a\u009b31m\u202eb.txt';
  writeFileSync(join(cwd, name), 'Draw it.');
  const { stdout } = await costwatch(['estimate', name, '--model', 'gemini-3.8-flash', '--json'], { cwd });
  expect(JSON.parse(stdout).files[0].name).toBe(name);
  expect(stdout).not.toMatch(/[\u007f-\u009f\u202e]/);
});
