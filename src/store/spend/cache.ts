import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Budget, bucketOf, scopeKey } from '../../core/budget/budget.ts';
import { SpendTally } from '../../core/budget/spend-tally.ts';
import { noSpend, type Spend } from '../../core/budget/state.ts';
import { isObject } from '../../core/json.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import type { SpendOptions } from './shares.ts';

/** Raise it where a figure changes its meaning: here, or in how calls are priced or metered. */
const FORMAT = 2;

interface CacheFile {
  key: string;
  /** What the figures were made for: those of other budgets are not in them. */
  scopes: string[];
  /** By session id: size and time of the log, and what it put into buckets. */
  logs: Record<string, { identity: string; spends: CachedSpend[] }>;
}

/** The number of the scope, the window, the value of the label if each has its own, and the figures. */
type CachedSpend = [scope: number, window: string, value: string | null, spent: string, ...counts: number[]];

/** What closed session logs put into buckets, kept in a file so that a month of them is not read for every run. */
export class SpendCache {
  private readonly file: string;
  private readonly budgets: readonly Budget[];
  private readonly key: string;
  private readonly before: CacheFile | undefined;
  private readonly after: CacheFile;
  private isChanged = false;

  /** A file that is not there, is broken, or is of other prices, days or budgets is as none. */
  constructor(file: string, { pricing, zone, budgets }: SpendOptions) {
    this.file = file;
    this.budgets = budgets;
    this.key = keyOf([FORMAT, zone, pricing.book]);
    const scopes = budgets.map(scopeKey);
    this.after = { key: this.key, scopes, logs: {} };
    const before = readCache(file);
    const isOfUse = before?.key === this.key && scopes.every((scope) => before.scopes.includes(scope));
    this.before = isOfUse ? before : undefined;
  }

  /** What a log put into buckets, if it is still the one that was read. */
  get(id: string, identity: string): SpendTally | undefined {
    const entry = this.before && Object.hasOwn(this.before.logs, id) ? this.before.logs[id] : undefined;
    if (!this.before || entry?.identity !== identity) return undefined;
    const tally = new SpendTally();
    for (const [scope, window, value, spent, ...counts] of entry.spends) {
      const budget = this.budgets.find((known) => scopeKey(known) === this.before!.scopes[scope]);
      if (budget) tally.add(bucketOf(budget, window, value ?? undefined), spendFrom(spent, counts));
    }
    this.keep(id, identity, tally);
    return tally;
  }

  put(id: string, identity: string, tally: SpendTally): void {
    this.isChanged = true;
    this.keep(id, identity, tally);
  }

  /** Writes what was put. Where that fails, the logs are read again the next time. */
  save(): void {
    if (!this.isChanged) return;
    this.isChanged = false;
    try {
      writeFileAtomic(this.file, JSON.stringify(this.after), { mode: 0o600 });
    } catch {
      return;
    }
  }

  private keep(id: string, identity: string, tally: SpendTally): void {
    const spends = tally.all().map(({ bucket, spend }): CachedSpend => {
      const { spent, calls, estimated, incomplete, unpriced, pendingOutcome } = spend;
      const scope = this.after.scopes.indexOf(scopeKey(bucket.budget));
      return [
        scope,
        bucket.window,
        bucket.value ?? null,
        String(spent),
        calls,
        estimated,
        incomplete,
        unpriced,
        pendingOutcome,
      ];
    });
    Object.defineProperty(this.after.logs, id, { value: { identity, spends }, enumerable: true, configurable: true });
  }
}

function spendFrom(spent: string, counts: number[]): Spend {
  const [calls = 0, estimated = 0, incomplete = 0, unpriced = 0, pendingOutcome = 0] = counts;
  return { ...noSpend(), spent: BigInt(spent), calls, estimated, incomplete, unpriced, pendingOutcome };
}

function keyOf(parts: unknown): string {
  const text = JSON.stringify(parts, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value instanceof Map ? [...value] : value,
  );
  return createHash('sha256').update(text).digest('base64');
}

function readCache(file: string): CacheFile | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const isCache = isObject(value) && Array.isArray(value.scopes) && isObject(value.logs);
    return isCache ? (value as unknown as CacheFile) : undefined;
  } catch {
    return undefined;
  }
}
