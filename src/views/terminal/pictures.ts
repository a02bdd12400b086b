const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `part / whole` of `cells`, to an eighth of a cell; anything above zero shows. */
export function bar(part: number, whole: number, cells: number): string {
  if (!(part > 0 && whole > 0)) return '';
  const eighths = Math.max(1, Math.round(Math.min(1, part / whole) * cells * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** One character a value, the highest filling its cell; a dot where there is nothing. */
export function sparkline(values: readonly number[]): string {
  const highest = Math.max(...values);
  return values.map((value) => (value > 0 ? LEVELS[Math.min(7, Math.floor((value / highest) * 8))]! : '·')).join('');
}

/** `43 %`, `<1 %`, `100 %` only for all of it. */
export function percent(part: number, whole: number): string {
  if (!(part > 0 && whole > 0)) return '0 %';
  const rounded = Math.round((part / whole) * 100);
  if (rounded === 0) return '<1 %';
  return rounded === 100 && part < whole ? '>99 %' : `${rounded} %`;
}
