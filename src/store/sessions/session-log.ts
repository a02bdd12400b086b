import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type JsonObject, jsonOf } from '../../core/json.ts';
import type { SessionInfo } from '../../core/ledger/summary.ts';
import { pinPrices } from '../../core/pricing/pinned.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { writeFileAtomic } from '../files/atomic.ts';
import { sessionLogIn, sessionsIn } from '../files/layout.ts';
import { dataDir } from '../files/paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of all session logs. */
export function sessionsDir(env: Environment): string {
  return sessionsIn(dataDir(env));
}

/** `20261122-101502-a1b2c3`: sorts by time, and is unique enough for one machine. */
export function newSessionId(now: Date, random: string): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${random}`;
}

/**
 * Writes a session log, readable by its owner only: a header line, the prices that its calls are priced at, one
 * `UsageEvent` a line, a closing line. It is a public format that `report` reads like any other log. A log that is there
 * already keeps its prices for its calls. Returns the path.
 */
export function writeSessionLog(
  env: Environment,
  session: SessionInfo,
  events: readonly UsageEvent[],
  prices?: Prices,
): string {
  const { endedAt, exitCode, signal, unwatched, ...opening } = session;
  const path = sessionLogFile(env, session);
  const priced = pricedBefore(path);
  const isLater = ({ id }: UsageEvent) => !priced.ids.has(id);
  const later = events.filter(isLater);
  const lines = [
    { costwatch: 1, session: opening },
    ...priced.prices,
    ...events.filter((event) => !isLater(event)),
    ...(prices ? pricesLine(pinPrices(later, prices)) : []),
    ...later,
    { costwatch: 1, closed: { id: session.id, endedAt, exitCode, signal, unwatched, calls: events.length } },
  ];
  writeFileAtomic(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`, { mode: 0o600 });
  return path;
}

/** Where the log of a session is, or will be. */
export function sessionLogFile(env: Environment, { id, startedAt }: Pick<SessionInfo, 'id' | 'startedAt'>): string {
  return sessionLogIn(dataDir(env), { id, startedAt });
}

/** The price book of the moment, and the day that stands in for a missing time. */
export type Prices = Pick<PricingContext, 'book' | 'today'>;

/** The line that holds prices, where there are any. */
export function pricesLine(prices: JsonObject | undefined): object[] {
  return prices === undefined ? [] : [{ costwatch: 1, prices }];
}

/** The ids of the calls of a log, and the first prices in it; both empty where there is no log. */
function pricedBefore(path: string): { ids: Set<string>; prices: object[] } {
  if (!existsSync(path)) return { ids: new Set(), prices: [] };
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    // A line that was damaged is written anew.
    .flatMap((line) => (jsonOf(line) as (Partial<UsageEvent> & { prices?: object }) | null | undefined) ?? []);
  return {
    ids: new Set(lines.flatMap(({ id }) => id ?? [])),
    prices: lines.filter((line) => line.prices !== undefined).slice(0, 1),
  };
}

/** Programs whose first word names what they run, and the words that stand before that name. */
const LAUNCHERS = /^(?:node|nodejs|bun|deno|python[\d.]*|tsx|ts-node|npm|npx|pnpm|yarn|bunx)(?:\.exe|\.cmd)?$/;
const SUBCOMMANDS = new Set(['run', 'exec', 'x', 'dlx', 'start', 'test', 'run-script']);
const NAME = /^[\w@./][\w@./:-]{0,99}$/;
const LIKE_A_KEY = /^(?=.*\d)[\w-]{20,}$/;
/** Code in place of a file. */
const EVALUATES = new Set(['-e', '-p', '-pe', '-c', '--eval', '--print']);

/**
 * The command as it may be kept: the program, what it runs, the names of options, and small numbers. All other words may
 * be a key or a prompt, and become `…`: `node gen.js --chapters 3 --key …`.
 */
export function recordableCommand(command: readonly string[]): string[] {
  const [program = '', ...words] = command;
  let names = LAUNCHERS.test(basename(program)) ? 1 : 0;
  return [
    program,
    ...words.map((word, index) => {
      const option = /^--?[A-Za-z][\w-]{0,39}(?==|$)/.exec(word)?.[0];
      if (EVALUATES.has(word)) names = 0;
      if (option !== undefined) return option === word ? word : `${option}=…`;
      if (word === '--' || /^\d{1,6}(?:\.\d{1,3})?$/.test(word)) return word;
      const follows = words[index - 1];
      const isValue = follows !== undefined && follows !== '--' && follows.startsWith('-');
      if (names === 0 || isValue || !NAME.test(word) || LIKE_A_KEY.test(word)) return '…';
      if (!SUBCOMMANDS.has(word) && !LAUNCHERS.test(word)) names--;
      return word;
    }),
  ];
}

/** The logs of this machine's own sessions, oldest first. */
export function ownSessionFiles(env: Environment): string[] {
  const folder = sessionsDir(env);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name));
}
