import type { ChalkInstance } from 'chalk';
import type { MetricRow } from '../core/metrics.ts';
import { formatUsdLine } from '../core/money.ts';
import type { Summary } from '../core/summary.ts';
import { plain } from '../core/text.ts';
import { geminiBreakdown } from './breakdown.ts';
import { formatCost, formatCount, formatDuration, plural } from './format.ts';
import { boundMark, caveats, creditMark, elevenLabsRow, geminiRow } from './honesty.ts';

const WIDTH = 64;

/** The box at the end of a run. Data in, text out; every name in it is made safe for a terminal. */
export function summaryBox(summary: Summary, chalk: ChalkInstance): string {
  const rule = chalk.dim('━'.repeat(WIDTH));
  const title = 'API Usage Summary';
  const heading = chalk.bold(title.padStart((WIDTH + title.length) / 2));
  const sections = [
    geminiSection(summary, chalk),
    elevenLabsSection(summary, chalk),
    otherSection(summary),
    callsSection(summary),
  ];
  const notes = caveats(summary).map((line) => chalk.yellow(`! ${line}`));
  const body = [...sections, notes].filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `${[rule, heading, rule, body.join('\n\n'), rule].join('\n')}\n`;
}

function geminiSection(summary: Summary, chalk: ChalkInstance): string[] {
  const row = geminiRow(summary);
  if (!row) return [];
  const total = `${boundMark(row)}${formatCost(row.costUsd)}`;
  const lines = geminiBreakdown(summary);
  const tree = lines.map(({ name, count, part, cost }, index) => {
    const branch = index === lines.length - 1 ? '└─' : '├─';
    const ofThem = part ? `, ${formatCount(part.count)} of them ${part.name}` : '';
    return `  ${branch} ${name}: ${formatCount(count)}${ofThem} (${formatUsdLine(cost)})`;
  });
  const models = summary.byModel.filter((model) => model.service === 'gemini');
  return [
    `${chalk.bold(`Total Gemini Cost: ${chalk.green(total)}`)}`,
    ...tree,
    ...columns(
      models.map((model) => [
        `  ${plain(model.model)}: ${boundMark(model)}${formatCost(model.costUsd)}`,
        callsOf(model),
      ]),
    ),
  ];
}

function elevenLabsSection(summary: Summary, chalk: ChalkInstance): string[] {
  const row = elevenLabsRow(summary);
  if (!row) return [];
  const voices = summary.byVoice.filter((voice) => voice.service === 'elevenlabs');
  return [
    `${chalk.bold(`ElevenLabs Characters: ${chalk.green(formatCount(row.characters))}`)}${creditsOf(row)}`,
    ...columns(
      voices.map((voice) => [
        `  Voice: ${plain(voice.voice)}`,
        `${formatCount(voice.characters)} characters`,
        callsOf(voice),
      ]),
    ),
  ];
}

/** Vendors that costwatch only lists, with what their own log says. */
function otherSection(summary: Summary): string[] {
  const others = summary.byService.filter((row) => row.service !== 'gemini' && row.service !== 'elevenlabs');
  return others.map((row) => `${plain(row.service)}: ${formatCost(row.costUsd)} as recorded, ${callsOf(row)}`);
}

function callsSection(summary: Summary): string[] {
  const { totals, session } = summary;
  if (totals.calls === 0) return ['No Gemini or ElevenLabs call was seen.'];
  const parts = [
    plural(totals.calls, 'call'),
    totals.failed > 0 ? `${formatCount(totals.failed)} failed (not charged)` : '',
    totals.retries > 0 ? plural(totals.retries, 'retry', 'retries') : '',
    session?.endedAt ? formatDuration(Date.parse(session.endedAt) - Date.parse(session.startedAt)) : '',
    totals.costUsd ? `${formatCost(geminiRow(summary)?.averageCostUsd)} per Gemini call` : '',
  ];
  return [parts.filter((part) => part !== '').join(', ')];
}

function callsOf(row: MetricRow): string {
  return plural(row.calls, 'call');
}

/** ` (2,500 credits)`, with `~` where a part of them is estimated. */
function creditsOf(row: MetricRow): string {
  return ` (${creditMark(row)}${plural(row.credits, 'credit')} of quota)`;
}

/** Pads all but the last cell of each row to the widest of its column; the cells beyond the first align right. */
function columns(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('   '),
  );
}
