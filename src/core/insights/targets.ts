import { UsageError } from '../errors.ts';
import { type Money, parseMoney, toDecimal } from '../pricing/money.ts';
import type { Share } from './rates.ts';
import type { UnitInsight } from './units.ts';

/** Rates that can have a target, and whether it is a least or a most. */
export const RATE_TARGETS = {
  cacheHitRate: 'least',
  cheapShare: 'least',
  retryRate: 'most',
  failureRate: 'most',
  thinkingShare: 'most',
} as const;

export type RateName = keyof typeof RATE_TARGETS;

/** Targets as they were set. A rate without one has no verdict: none is set unless the user sets it. */
export interface Targets {
  /** As exact decimals of 1, in pico. */
  rates: Partial<Record<RateName, Money>>;
  /** Dollars that one unit of a grouping may cost in the mean. */
  units: Record<string, Money>;
}

export interface Verdict {
  target: Money;
  kind: 'least' | 'most';
  /** Undefined where calls are missing from the figure, so that it cannot be told. */
  met: boolean | undefined;
}

/**
 * Reads `retryRate=0.05`, `retryRate=5%` and, for what a unit may cost in dollars, `label:panel=0.05`.
 * Throws a `UsageError` for anything else.
 */
export function parseTargets(texts: readonly string[], units: readonly string[]): Targets {
  const targets: Targets = { rates: {}, units: {} };
  for (const text of texts) {
    const equals = text.lastIndexOf('=');
    const name = text.slice(0, Math.max(0, equals));
    const value = text.slice(equals + 1);
    if (isRate(name)) targets.rates[name] = shareOf(value, name);
    else if (units.includes(name)) targets.units[name] = dollarsOf(value, name);
    else throw unknownTarget(text, units);
  }
  return targets;
}

function isRate(name: string): name is RateName {
  return Object.hasOwn(RATE_TARGETS, name);
}

function shareOf(text: string, name: string): Money {
  const percent = /^(.+?)\s*%$/.exec(text)?.[1];
  const value = parseMoney(percent ?? text);
  const share = value === undefined || percent === undefined ? value : value / 100n;
  if (share !== undefined && share <= ONE) return share;
  throw new UsageError(`The target ${name}=${text} is no share.`, {
    hint: `Write --target ${name}=0.3 or --target ${name}=30%.`,
  });
}

function dollarsOf(text: string, name: string): Money {
  const dollars = parseMoney(text.replace(/^\$/, ''));
  if (dollars !== undefined) return dollars;
  throw new UsageError(`The target ${name}=${text} is no amount in dollars.`, {
    hint: `Write what one may cost, such as --target ${name}=0.05.`,
  });
}

function unknownTarget(text: string, units: readonly string[]): UsageError {
  const names = [...Object.keys(RATE_TARGETS), ...units].join(', ');
  return new UsageError(`--target '${text}' sets nothing that is known.`, {
    hint: `Write name=value with one of ${names}${units.length === 0 ? '; costs of a unit need --unit' : ''}.`,
  });
}

const ONE = 10n ** 12n;

/** Whether a share meets its target, by whole numbers; undefined where there is no target or nothing to measure. */
export function rateVerdict(name: RateName, { part, whole }: Share, targets: Targets): Verdict | undefined {
  const target = targets.rates[name];
  if (target === undefined || whole === 0) return undefined;
  const kind = RATE_TARGETS[name];
  const difference = BigInt(Math.round(part)) * ONE - target * BigInt(Math.round(whole));
  return { target, kind, met: kind === 'least' ? difference >= 0n : difference <= 0n };
}

/** Whether the mean cost of a unit meets its target. A lower bound can miss a target, but not be known to meet it. */
export function unitVerdict({ by, cost, accuracy }: UnitInsight, targets: Targets): Verdict | undefined {
  const target = Object.hasOwn(targets.units, by) ? targets.units[by] : undefined;
  if (target === undefined || !cost) return undefined;
  const isWithin = cost.mean <= target;
  return { target, kind: 'most', met: isWithin && accuracy === 'lower-bound' ? undefined : isWithin };
}

/** A target as a percentage: `30`, `2.5`. */
export function percentOf(target: Money): string {
  return toDecimal(target * 100n);
}
