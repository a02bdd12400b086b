import { Chalk } from 'chalk';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { tableLines } from '../../../src/views/terminal/table.ts';

const COLUMNS = [
  { width: 10, align: 'left' },
  { width: 6, align: 'right' },
] as const;

describe('a table', () => {
  it('has no borders, two spaces between columns and none at the end of a line', () => {
    expect(
      tableLines(COLUMNS, [
        ['name', 'cost'],
        ['a', '$1.00'],
        ['only', ''],
      ]),
    ).toEqual(['name          cost', 'a            $1.00', 'only']);
  });

  it.each(['नमस्ते', 'ภาษาไทยน้ำ', '日本語', '👨‍👩‍👧‍👦', 'שָׁלוֹם', 'é', new Chalk({ level: 1 }).red('red'), 'a–b…'])(
    'keeps its columns beside %s',
    (text) => {
      const [line = ''] = tableLines(COLUMNS, [[text, '1']]);
      expect(line.startsWith(text)).toBe(true);
      expect(stringWidth(line)).toBe(18);
    },
  );

  it('puts the lines of a cell below one another', () => {
    expect(tableLines(COLUMNS, [['one\nनमस्ते', '1\n…\n3']])).toEqual([
      'one              1',
      'नमस्ते              …',
      '                 3',
    ]);
  });

  it('takes any number of rows', () => {
    const rows = Array.from({ length: 150 }, (_, index) => [`row ${index} –`, String(index)]);
    const lines = tableLines(COLUMNS, rows);
    expect(lines).toHaveLength(150);
    expect(lines[149]).toBe('row 149 –      149');
    expect(tableLines(COLUMNS, [])).toEqual([]);
  });

  it('cuts what is too wide', () => {
    expect(tableLines(COLUMNS, [['more than ten', '–']])).toEqual(['more than…       –']);
  });
});
