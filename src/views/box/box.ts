import type { ChalkInstance } from 'chalk';
import type { MetricRow } from '../../core/ledger/metrics.ts';
import type { Summary } from '../../core/ledger/summary.ts';
import { formatUsdLine } from '../../core/pricing/money.ts';
import { plain } from '../../core/text.ts';
import { ELEVENLABS, GEMINI } from '../../core/usage/event.ts';
import { quotaChangeLine } from '../budget/quota.ts';
import { budgetLine } from '../budget/text.ts';
import { caveats, creditMark, elevenLabsRow, geminiRow, headlinesOfOthers, markedCost } from '../report/caveats.ts';
import { widest } from '../terminal/fitting.ts';
import { formatCost, formatCount, formatDuration, plural } from '../terminal/format.ts';
import { type DrawnColumn, tableLines } from '../terminal/table.ts';
import { hanging, wrap } from '../terminal/wrap.ts';
import { geminiBreakdown } from './breakdown.ts';

const WIDTH = 64;

/** The box at the end of a run. Data in, text out; every name in it is made safe for a terminal. */
export function summaryBox(summary: Summary, chalk: ChalkInstance): string {
  const rule = chalk.dim('━'.repeat(WIDTH));
  const title = 'API Usage Summary';
  const heading = chalk.bold(title.padStart((WIDTH + title.length) / 2));
  const sections = [
    geminiSection(summary, chalk),
    elevenLabsSection(summary, chalk),
    headlinesOfOthers(summary),
    callsSection(summary),
    budgetSection(summary, chalk),
    caveats(summary).flatMap((line) => hanging(`! ${line}`, WIDTH).map((part) => chalk.yellow(part))),
  ];
  const body = sections.filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `${[rule, heading, rule, body.join('\n\n'), rule].join('\n')}\n`;
}

function geminiSection(summary: Summary, chalk: ChalkInstance): string[] {
  const row = geminiRow(summary);
  if (!row) return [];
  const lines = geminiBreakdown(summary);
  const tree = lines.map(({ name, count, part, cost }, index) => {
    const branch = index === lines.length - 1 ? '└─' : '├─';
    const within = part ? ` incl. ${formatCount(part.count)} ${part.name}` : '';
    return `  ${branch} ${name}: ${formatCount(count)}${within} (${formatUsdLine(cost)})`;
  });
  const models = summary.byModel.filter((model) => model.service === GEMINI);
  return [
    chalk.bold(`Total Gemini Cost: ${chalk.green(markedCost(row))}`),
    ...tree,
    ...aligned(models.map((model) => [`  ${plain(model.model)}:`, markedCost(model), callsOf(model)])),
  ];
}

function elevenLabsSection(summary: Summary, chalk: ChalkInstance): string[] {
  const row = elevenLabsRow(summary);
  if (!row) return [];
  const voices = summary.byVoice.filter((voice) => voice.service === ELEVENLABS);
  const rest = withoutVoice(row, voices);
  return [
    `${chalk.bold(`ElevenLabs Characters: ${chalk.green(formatCount(row.characters))}`)} (${creditsOf(row)} of quota)`,
    ...aligned([
      ...voices.map((voice) => [
        `  Voice: ${plain(voice.voice)}`,
        charactersOf(voice),
        creditsOf(voice),
        callsOf(voice),
      ]),
      ...(rest && voices.length > 0 ? [['  Without a voice', charactersOf(rest), creditsOf(rest), callsOf(rest)]] : []),
    ]),
    ...quotaSection(summary),
  ];
}

function quotaSection({ quota, session }: Summary): string[] {
  if (!quota) return [];
  return hanging(quotaChangeLine(quota, new Date(session?.endedAt ?? session?.startedAt ?? 0)), WIDTH).map(
    (line) => `  ${line}`,
  );
}

function budgetSection({ budgets = [] }: Summary, chalk: ChalkInstance): string[] {
  if (budgets.length === 0) return [];
  const colors = { ok: (text: string) => text, warned: chalk.yellow, exceeded: chalk.red, stopped: chalk.red };
  return [
    chalk.bold('Budgets:'),
    ...budgets.flatMap((row) =>
      wrap(budgetLine(row), WIDTH - 4).map((line, index) => colors[row.status]((index === 0 ? '  ' : '    ') + line)),
    ),
  ];
}

/** What no voice accounts for, such as sound effects and transcription. */
function withoutVoice(row: MetricRow, voices: MetricRow[]): MetricRow | undefined {
  const rest = (metric: 'calls' | 'characters' | 'credits' | 'unpriced' | 'estimated') =>
    voices.reduce((left, voice) => left - voice[metric], row[metric]);
  if (rest('calls') === 0) return undefined;
  const [calls, characters, credits] = [rest('calls'), rest('characters'), rest('credits')];
  return { ...row, calls, characters, credits, unpriced: rest('unpriced'), estimated: rest('estimated') };
}

function callsSection(summary: Summary): string[] {
  const { totals, session, budgets = [] } = summary;
  const isStopped = budgets.some(({ refused }) => refused > 0);
  if (totals.calls === 0) return [`No Gemini or ElevenLabs call was ${isStopped ? 'sent' : 'seen'}.`];
  const gemini = geminiRow(summary);
  const parts = [
    plural(totals.calls, 'call'),
    totals.failed > 0 ? `${formatCount(totals.failed)} failed (not charged)` : '',
    totals.retries > 0 ? plural(totals.retries, 'retry', 'retries') : '',
    session?.endedAt ? formatDuration(Date.parse(session.endedAt) - Date.parse(session.startedAt)) : '',
  ];
  const lines = hanging(parts.filter((part) => part !== '').join(', '), WIDTH);
  return gemini?.averageCostUsd ? [...lines, `Average per Gemini call: ${formatCost(gemini.averageCostUsd)}`] : lines;
}

function callsOf(row: MetricRow): string {
  return plural(row.calls, 'call');
}

function charactersOf(row: MetricRow): string {
  return plural(row.characters, 'character');
}

/** `2,500 credits`, with `~` where a part of them is estimated. */
function creditsOf(row: MetricRow): string {
  return `${creditMark(row)}${plural(row.credits, 'credit')}`;
}

/** The first cell of each row to the left, the others to the right, each as wide as the widest of its column. */
function aligned(rows: string[][]): string[] {
  const columns = (rows[0] ?? []).map((_, index): DrawnColumn => {
    return { width: widest(rows.map((row) => row[index]!)), align: index === 0 ? 'left' : 'right' };
  });
  return tableLines(columns, rows, 3);
}
