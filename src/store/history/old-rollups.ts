import { existsSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CostwatchError, type Diagnostic } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { CallIds } from '../../core/ledger/call-ids.ts';
import { Ledger } from '../../core/ledger/ledger.ts';
import { COUNT_NAMES, type Counts } from '../../core/ledger/metrics.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { QUARTER_MS } from '../../core/time/day.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { historyLock } from '../files/layout.ts';
import { withLock } from '../files/lock.ts';
import { dataDir } from '../files/paths.ts';
import { pricesLine } from '../sessions/session-log.ts';
import { LogReader } from './log-reader.ts';
import { type NewSection, syncFolder, writeBeside } from './new-log.ts';
import { MadePrices, type OldSum, partsOf } from './old-sums.ts';
import { compactedLog, logFile, openingLine, readSections } from './own-logs.ts';
import type { HistorySource } from './source.ts';

// Until the history became logs throughout, a compacted month was `<data dir>/rollups/<YYYY-MM>.jsonl`: a line of sums for
// each log. This rewrites them as compacted logs, once; with `old-sums.ts` it can go when none is left anywhere.

/** A line of a rollup. */
interface OldLine {
  log: string;
  session?: SessionInfo;
  sums: {
    counts: string[];
    kept: string[];
    texts: string[];
    labels: Record<string, string>[];
    prices: [sku: string, meter: string, unit: string, unitPrice: string][];
    rows: OldRow[];
  };
  whole: { event: UsageEvent; at?: number }[];
  prices: JsonObject[];
  versions: string[];
  skipped: number;
  /** Two 32-bit hashes for each call in `sums`, as base64. */
  ids: string;
}

type OldRow = [
  quarter: number,
  first: number,
  last: number,
  texts: number[],
  labels: number,
  counts: number[],
  timed: number,
  usd: [cost: string | number, costed: number, missing: number, estimated: number] | 0,
  charges: (number | string)[],
  estimates: number[],
  notes: number[],
];

/**
 * Rewrites rollups of earlier versions, where there are any. One that cannot be rewritten exactly stays as it is, and goes
 * to `problem`. Returns how many stay.
 */
export async function rewriteOldRollups(
  source: HistorySource,
  context: PricingContext,
  problem: (problem: Diagnostic) => void,
): Promise<number> {
  const folder = join(dataDir(source.env), 'rollups');
  // Made of the logs, for a reader that there is no more.
  rmSync(join(dataDir(source.env), 'summaries'), { recursive: true, force: true });
  const files = rollupsIn(folder);
  if (files.length === 0) return 0;
  const left = (file: string, reason: string) => problem({ file, reason: `${NOT_COUNTED}: ${reason}` });
  try {
    return await withLock(historyLock(dataDir(source.env)), source.me, source.isGone, async () => {
      const reasons = await rewriteAll(rollupsIn(folder), source, context);
      for (const [file, reason] of reasons) left(file, reason);
      if (reasons.size === 0) removeFolder(folder);
      return reasons.size;
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!(error instanceof CostwatchError) && code === undefined) throw error;
    for (const file of files) left(file, (error as Error).message);
    return files.length;
  }
}

const NOT_COUNTED = 'compacted by an earlier version, and its calls are not in the figures';
const INEXACT = 'it cannot be rewritten exactly; keep it, and report this as a bug of costwatch';

function rollupsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d{4}-\d{2}\.jsonl$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function removeFolder(folder: string): void {
  try {
    rmSync(join(folder, 'lock'), { force: true });
    for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name), { force: true });
    rmdirSync(folder);
  } catch {
    // Something else is in it.
  }
}

/** Rewrites each rollup that can be. Returns those that cannot, with the reason. */
async function rewriteAll(
  files: readonly string[],
  { env }: HistorySource,
  context: PricingContext,
): Promise<Map<string, string>> {
  const reasons = new Map<string, string>();
  const rollups = files.flatMap((file) => {
    const lines = readRollup(file);
    if (typeof lines === 'object') return [{ file, lines }];
    reasons.set(file, lines);
    return [];
  });
  const isLate = lateRecords(rollups.flatMap(({ lines }) => lines));
  for (const { file, lines } of rollups) {
    const month = file.slice(-'2026-11.jsonl'.length, -'.jsonl'.length);
    const reason = lines.some(isLate) ? INEXACT : await rewrite(lines, compactedLog(env, month), env, context);
    if (reason === undefined) rmSync(file);
    else reasons.set(file, reason);
  }
  return reasons;
}

/** The lines of a rollup, or why they cannot be had. */
function readRollup(file: string): OldLine[] | string {
  const lines: OldLine[] = [];
  for (const [index, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (text === '' || text.startsWith('{"costwatch":1,"rollup":')) continue;
    try {
      const line = JSON.parse(text) as OldLine;
      if (!line.sums.rows || !line.whole || line.ids === undefined || !line.log) throw new Error('not a line of sums');
      lines.push(line);
    } catch {
      return `line ${index + 1} is damaged; move the file away to go on without it`;
    }
  }
  return lines;
}

/** Whether a line has a record of its own of a call in the sums of a later log, which would not be known as such. */
function lateRecords(lines: readonly OldLine[]): (line: OldLine) => boolean {
  const inOrder = [...lines].sort((one, other) => (one.log < other.log ? -1 : 1));
  const known = new CallIds();
  for (const [index, line] of inOrder.entries()) for (const id of idsOf(line)) known.claim('', id, index);
  return (line) => {
    const own = inOrder.indexOf(line);
    return line.whole.some(({ event }) => known.find(event.service, event.id) > own);
  };
}

function idsOf({ ids }: OldLine): string[] {
  const bytes = Buffer.from(ids, 'base64');
  const word = (at: number) => bytes.readUInt32LE(at).toString(16).padStart(8, '0');
  return Array.from({ length: bytes.length / 8 }, (_, index) => `#${word(index * 8)}${word(index * 8 + 4)}`);
}

/** Puts the lines of a rollup into a compacted log. Returns why it could not be done. */
async function rewrite(
  lines: readonly OldLine[],
  file: string,
  env: HistorySource['env'],
  context: PricingContext,
): Promise<string | undefined> {
  const former = existsSync(file) ? readSections(env, file) : [];
  const there = new Set(former.map(({ log }) => log));
  const missing = lines.filter(({ log }) => !there.has(logFile(env, log)));
  if (missing.length === 0) return undefined;
  const made: Rewritten[] = [];
  for (const line of missing) {
    const rewritten = rewriteLine(line, env, context);
    if (!rewritten) return INEXACT;
    made.push(rewritten);
  }
  const written = writeBeside(file, former, made);
  try {
    const sections = readSections(env, written);
    for (const one of made) {
      const section = sections.find(({ log }) => log === one.file);
      const ledger = new Ledger([{ name: 'row', valueOf: ({ event }) => `${one.rowOf.get(event.id)}` }]);
      if (!section) return INEXACT;
      await new LogReader(context, {
        call: (priced) => {
          if (one.rowOf.has(priced.event.id)) ledger.add(priced);
        },
        skip: (problem) => ledger.skip(problem),
        note: (problem) => ledger.skip(problem),
      }).readSection(section);
      if (!isAsBefore(ledger, one.sums)) return INEXACT;
    }
    renameSync(written, file);
    syncFolder(dirname(file));
    return undefined;
  } finally {
    rmSync(written, { force: true });
  }
}

interface Rewritten extends NewSection {
  sums: readonly OldSum[];
  /** The sum that each event is a part of. */
  rowOf: ReadonlyMap<string, number>;
}

function rewriteLine(line: OldLine, env: HistorySource['env'], context: PricingContext): Rewritten | undefined {
  if (line.skipped > 0) return undefined;
  const sums = readSums(line);
  const ids = idsOf(line);
  const rowOf = new Map<string, number>();
  const made = new MadePrices(context.book, line.versions);
  const events: { event: UsageEvent; prices: number }[] = [];
  let taken = 0;
  for (const [row, sum] of sums.entries()) {
    const parts = partsOf(sum, made);
    if (!parts) return undefined;
    for (const { event, prices } of parts) {
      const own = ids.slice(taken, taken + (event.calls ?? 1));
      taken += own.length;
      const id = own[0] ?? `${line.log}:${row}:${rowOf.size}`;
      rowOf.set(id, row);
      events.push({ event: { ...event, id, ids: own }, prices });
    }
  }
  const last = events.at(-1);
  // Every id is known, whatever part its call is in.
  if (last) last.event = { ...last.event, ids: [...(last.event.ids ?? []), ...ids.slice(taken)] };

  const { endedAt, exitCode, signal, unwatched, ...opening } = line.session ?? {};
  const lines: object[] = line.whole.flatMap(({ event, at }) => (at === undefined ? [event] : []));
  for (const [index, prices] of made.all.entries()) {
    const priced = events.filter((one) => one.prices === index);
    if (priced.length > 0) lines.push(...pricesLine(prices), ...priced.map(({ event }) => event));
  }
  for (const { event, at } of line.whole) if (at !== undefined) lines.push(...pricesLine(line.prices[at]), event);
  if (line.session && endedAt !== undefined)
    lines.push({ costwatch: 1, closed: { id: line.session.id, endedAt, exitCode, signal, unwatched } });
  const first = openingLine(line.log, undefined, line.session ? opening : undefined);
  const text = first + lines.map((one) => `${JSON.stringify(one)}\n`).join('');
  return { file: logFile(env, line.log), text, isSession: line.session !== undefined, sums, rowOf };
}

function readSums({ sums: { counts: names, kept, texts, labels, prices, rows } }: OldLine): OldSum[] {
  const pairs = (numbers: readonly number[]) =>
    Array.from({ length: numbers.length / 2 }, (_, at): [string, number] => [
      texts[numbers[at * 2]!]!,
      numbers[at * 2 + 1]!,
    ]);
  return rows.map(([quarter, first, last, words, label, counted, timed, usd, charged, estimates, notes]) => {
    const start = quarter * QUARTER_MS;
    const counts = Object.fromEntries(COUNT_NAMES.map((name) => [name, 0])) as unknown as Counts;
    for (let at = 0; at < counted.length; at += 2) counts[names[counted[at]!] as keyof Counts] = counted[at + 1]!;
    const facts = kept.flatMap((name, at) =>
      texts[words[at + 1]!] === undefined ? [] : [[name, texts[words[at + 1]!]]],
    );
    const charges: OldSum['charges'] = [];
    for (let at = 0; at < charged.length; at += 3) {
      const [sku, meter, , unitPrice] = prices[charged[at] as number]!;
      charges.push({
        sku,
        meter,
        unitPrice: BigInt(unitPrice),
        quantity: Number(charged[at + 1]),
        cost: BigInt(charged[at + 2]!),
      });
    }
    return {
      facts: { ...Object.fromEntries(facts), ...(label === -1 ? {} : { labels: labels[label] }) } as OldSum['facts'],
      model: texts[words[0]!],
      first: new Date(start + first).toISOString(),
      last: new Date(start + last).toISOString(),
      counts,
      timed,
      cost: usd ? BigInt(usd[0]) : undefined,
      charges,
      estimates: pairs(estimates),
      notes: pairs(notes),
    };
  });
}

/** Whether events come to what the sums were, in each count and charge. */
function isAsBefore(ledger: Ledger, sums: readonly OldSum[]): boolean {
  const rows = new Map([...ledger.groups.values()].map(({ key, metrics }) => [key.row, metrics]));
  if (ledger.skipped > 0 || ledger.duplicates > 0 || rows.size !== sums.length) return false;
  const lines = new Map<string, { quantity: number; cost: bigint }>();
  const estimates = new Map<string, number>();
  const notes = new Map<string, number>();
  for (const [index, sum] of sums.entries()) {
    const metrics = rows.get(`${index}`);
    const { service } = sum.facts;
    if (!metrics || (metrics.cost(service) ?? 0n) !== (sum.cost ?? 0n)) return false;
    if (COUNT_NAMES.some((name) => Math.abs(metrics.counts[name] - sum.counts[name]) > NOISE)) return false;
    const average = sum.timed === 0 ? null : Math.round(sum.counts.durationMs / sum.timed);
    if (metrics.toRow(service).averageDurationMs !== average) return false;
    for (const { sku, unitPrice, quantity, cost } of sum.charges) {
      const line = lines.get(`${sku} ${unitPrice}`) ?? { quantity: 0, cost: 0n };
      lines.set(`${sku} ${unitPrice}`, { quantity: line.quantity + quantity, cost: line.cost + cost });
    }
    for (const [reason, calls] of sum.estimates) estimates.set(reason, (estimates.get(reason) ?? 0) + calls);
    for (const [note, calls] of sum.notes) notes.set(note, (notes.get(note) ?? 0) + calls);
  }
  const charges = [...ledger.charges].filter(([, { quantity }]) => quantity > 0);
  const isCharged = ([key, { quantity, cost }]: (typeof charges)[number]) => {
    const line = lines.get(key);
    return line?.cost === cost && Math.abs(line.quantity - quantity) <= NOISE;
  };
  return (
    charges.length === lines.size &&
    charges.every(isCharged) &&
    isEqual(ledger.estimates, estimates) &&
    isEqual(ledger.notes, notes)
  );
}

/** Of sums of binary fractions. */
const NOISE = 1e-6;

function isEqual(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  const said = [...one].filter(([, calls]) => calls > 0);
  return said.length === other.size && said.every(([reason, calls]) => other.get(reason) === calls);
}
