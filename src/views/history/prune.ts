import type { MetricRow } from '../../core/ledger/metrics.ts';
import { plain } from '../../core/text.ts';
import { markedCost } from '../report/caveats.ts';
import { formatCount, plural } from '../terminal/format.ts';

/** What a compaction does, or did. */
export interface ShownCompaction {
  /** The first day (UTC) that stays as it is. */
  before: string;
  months: { month: string; sessions: number; row: MetricRow; bytes: number }[];
  kept: { file: string; reason: string }[];
  leftovers: number;
}

/** The preview: what would be compacted, what stays, and the command that does it. */
export function renderPlan(shown: ShownCompaction, command: string): string {
  const { before, months, leftovers } = shown;
  const lines = [`Sessions before ${before} (UTC): ${months.length === 0 ? 'none to compact' : counted(months)}`];
  for (const one of months) lines.push(monthLine(one));
  if (leftovers > 0) lines.push(`${plural(leftovers, 'log')} compacted before and not removed yet`);
  lines.push(...keptLines(shown));
  if (months.length + leftovers > 0) {
    lines.push(
      'What stays: every total, group and charge, at the prices of the day.',
      'What goes: single calls. Those that no report can tell apart become one with a count.',
      `Nothing was changed. To do it: ${command}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

export function renderCompaction(shown: ShownCompaction): string {
  const { months, before } = shown;
  const lines = [
    months.length === 0
      ? `No session before ${before} (UTC) to compact.`
      : `Compacted ${counted(months)}; no total has changed.`,
  ];
  for (const one of months) lines.push(monthLine(one));
  return `${[...lines, ...keptLines(shown)].join('\n')}\n`;
}

function counted(months: ShownCompaction['months']): string {
  const sum = (of: (month: ShownCompaction['months'][number]) => number) =>
    months.reduce((all, one) => all + of(one), 0);
  const megabytes = sum(({ bytes }) => bytes) / 1e6;
  const size = megabytes < 0.1 ? 'less than 0.1 MB' : `${formatCount(megabytes)} MB`;
  return `${plural(
    sum(({ sessions }) => sessions),
    'log',
  )} with ${plural(
    sum(({ row }) => row.calls),
    'call',
  )}, ${size}`;
}

function monthLine({ month, sessions, row }: ShownCompaction['months'][number]): string {
  const characters = row.characters > 0 ? `, ${plural(row.characters, 'character')}` : '';
  const cost = row.costUsd === null ? '' : `, ${markedCost(row)}`;
  return `  ${month}: ${plural(sessions, 'log')}, ${plural(row.calls, 'call')}${cost}${characters}`;
}

function keptLines({ kept }: ShownCompaction): string[] {
  return kept.map(({ file, reason }) => `  kept: ${plain(file, 400)}: ${reason}`);
}
