import { readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type CommandIo, utcDay } from '../../commands/command-io.ts';
import { IdTable } from '../../core/id-table.ts';
import { Ledger } from '../../core/ledger/ledger.ts';
import type { MetricRow } from '../../core/ledger/metrics.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { addDays } from '../../core/time/day.ts';
import { GEMINI } from '../../core/usage/event.ts';
import { RECORDED } from '../files/layout.ts';
import { randomHex } from '../files/random.ts';
import { hasRun } from '../sessions/run-dirs.ts';
import { type Block, blockSums, everyBlock, logBlocks, ownLogs } from './blocks.ts';
import { dropSummary, logName, type SummedLog, writeRollupLine } from './log-sums.ts';
import { replayer } from './read.ts';
import { readRollup, writeRollup } from './rollup.ts';
import { type IsApart, sumLog } from './sum-log.ts';

/** What is to be compacted, month by month. */
export interface CompactPlan {
  months: { month: string; blocks: Block[]; row: MetricRow; bytes: number }[];
  /** Old logs that stay as they are, with the reason. */
  kept: { file: string; reason: string }[];
  /** Logs that are compacted already, but were not removed: an earlier compaction was ended. */
  leftovers: string[];
}

const OWN_LOG = /^(?:\d{8}-\d{6}-[\w-]+|recorded(?:\.[\w-]+)?)\.jsonl$/;

/** Finds the logs of the days (UTC) before one, and what is in them. Changes nothing. */
export async function planCompaction(before: string, io: CommandIo, context: PricingContext): Promise<CompactPlan> {
  const { open, leftovers } = ownLogs(io.env, () => {});
  const old = open.filter((file) => dayOf(file) < before && OWN_LOG.test(basename(file)));
  const kept: CompactPlan['kept'] = [];
  const months = new Map<string, Block[]>();
  for (const block of (await logBlocks(old, io, context)) ?? []) {
    const reason = whyKept(block, io);
    const month = dayOf(block.file!).slice(0, 7);
    if (reason) kept.push({ file: block.file!, reason });
    else months.set(month, [...(months.get(month) ?? []), block]);
  }
  const sizeOf = (blocks: readonly Block[]) => blocks.reduce((sum, { file }) => sum + statSync(file!).size, 0);
  return {
    months: [...months].map(([month, blocks]) => ({
      month,
      blocks,
      row: rowOf(blocks, io, context),
      bytes: sizeOf(blocks),
    })),
    kept,
    leftovers,
  };
}

function rowOf(blocks: readonly Block[], io: CommandIo, context: PricingContext): MetricRow {
  const ledger = new Ledger();
  const replay = replayer(context, {
    sum: (sum) => ledger.addSum(sum),
    call: (priced) => ledger.add(priced),
    duplicate: () => {},
    skip: () => {},
    note: () => {},
  });
  for (const block of blocks) replay(block, io);
  return ledger.totals.toRow(GEMINI);
}

function whyKept(block: Block, io: CommandIo): string | undefined {
  const { session, skipped } = blockSums(block);
  // A day earlier for zones that are ahead.
  const month = addDays(`${utcDay(io.now).slice(0, 7)}-01`, -1);
  if ((session?.endedAt ?? dayOf(block.file!)) >= month) return 'budgets of this month still count its calls';
  if (session && hasRun(io.env, session.id)) return 'it has processes that go on, or was not recovered yet';
  if (skipped > 0) return `${skipped} of its lines cannot be read, and would be lost`;
  return undefined;
}

/**
 * Puts the logs of a plan into the rollups of their months, then removes them. A rollup is written whole or not at all and
 * names its logs, so that wherever this is ended no call is lost or counted twice.
 */
export async function compact(plan: CompactPlan, io: CommandIo, context: PricingContext): Promise<void> {
  for (const file of plan.leftovers) remove(file, io);
  const { compacted, logs } = await everyBlock(io, context, () => {});
  const apart = callsElsewhere([...compacted, ...logs]);
  for (const { month, blocks } of plan.months) {
    const lines = readRollup(io.env, month).lines;
    const files: string[] = [];
    for (const { file } of blocks) {
      if (file === undefined) continue;
      const closed = setAside(file);
      const { size } = statSync(closed);
      const summed = await sumsOf(closed, apart, io, context);
      // Something was written at the last moment: it is for the next time.
      if (!summed || statSync(closed).size !== size || blockSums(summed).skipped > 0) continue;
      lines.push(writeRollupLine(summed));
      files.push(closed);
    }
    writeRollup(io.env, month, lines);
    for (const file of files) remove(file, io);
  }
}

/** The sums of a log without the calls that other logs have too. */
async function sumsOf(
  file: string,
  apart: IdTable,
  io: CommandIo,
  context: PricingContext,
): Promise<SummedLog | undefined> {
  const [block] = (await logBlocks([file], io, context)) ?? [];
  if (!block) return undefined;
  const { ids } = block;
  let shares = false;
  for (let at = 0; at < ids.length && !shares; at += 2) shares = apart.findByHash(ids[at]!, ids[at + 1]!) !== undefined;
  if (!shares) return block;
  const isApart: IsApart = (service, id) => apart.find(service, id) !== undefined;
  return sumLog(file, logName(io.env, file), context, isApart);
}

/** The calls of which more than one log has a record. */
function callsElsewhere(blocks: readonly Block[]): IdTable {
  const hasher = new IdTable();
  const whole = blocks.map((block) =>
    block.hasWhole ? blockSums(block).whole.flatMap(({ event }) => hasher.hashOf(event.service, event.id)) : [],
  );
  const first = new IdTable(blocks.reduce((sum, { ids }) => sum + ids.length / 2, 0));
  const several = new IdTable();
  for (const [index, { ids }] of blocks.entries()) {
    for (const hashes of [ids, whole[index]!])
      for (let at = 0; at < hashes.length; at += 2) {
        const [hash, check] = [hashes[at]!, hashes[at + 1]!];
        if (first.claim(hash, check, index) !== index) several.claim(hash, check, index);
      }
  }
  return several;
}

/** Recorded calls may come for any day: under another name the log grows no more. */
function setAside(file: string): string {
  if (basename(file) !== RECORDED) return file;
  const closed = join(dirname(file), `recorded.${randomHex(8)}.jsonl`);
  renameSync(file, closed);
  return closed;
}

function remove(file: string, io: CommandIo): void {
  rmSync(file, { force: true });
  dropSummary(io.env, logName(io.env, file));
  try {
    if (readdirSync(dirname(file)).length === 0) rmdirSync(dirname(file));
  } catch {
    // A log has come into it just now, or it is gone; an empty folder harms nobody.
  }
}

function dayOf(file: string): string {
  return basename(dirname(file));
}
