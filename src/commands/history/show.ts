import { UsageError } from '../../core/errors.ts';
import { Ledger } from '../../core/ledger/ledger.ts';
import { summarize } from '../../core/ledger/summary.ts';
import { meter } from '../../providers/index.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { countHistory } from '../../store/history/count.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { summaryBox } from '../../views/box/box.ts';
import { jsonView } from '../../views/formats/json.ts';
import { palette } from '../../views/terminal/color.ts';
import { type CommandIo, utcDay } from '../command-io.ts';
import { ownHistory } from '../own-history.ts';
import { type OwnSession, ownSession } from './sessions.ts';

export interface ShowOptions {
  json?: boolean;
  color?: boolean;
}

/** Prints the summary of one session, as its run did. @throws UsageError for an id that names none, or several. */
export async function showSession(id: string, options: ShowOptions, io: CommandIo): Promise<number> {
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const context = { book, meter, today: utcDay(io.now), mode: 'auto' as const };
  const ledger = new Ledger();
  const sessions: OwnSession[] = [];
  let wanted: ReadonlySet<string> | undefined;
  await countHistory(ledger, await ownHistory(io), context, {
    log: (log) => sessions.push(ownSession(log)),
    wanted: () => true,
    only: ({ file }) => {
      wanted ??= new Set(named(id, sessions).map((session) => session.file));
      return wanted.has(file);
    },
  });
  const [found] = named(id, sessions);
  const session = found?.session && { session: found.session };
  const summary = summarize(ledger, { book, timezone: 'UTC', ...session });
  io.stdout.write(options.json ? jsonView(summary) : summaryBox(summary, palette(io.stdout, io.env, options)));
  return 0;
}

/** The logs of the one session that an id, or its start, names. */
function named(id: string, sessions: readonly OwnSession[]): OwnSession[] {
  const exact = sessions.filter((session) => session.id === id);
  const found = exact.length > 0 ? exact : sessions.filter((session) => session.id.startsWith(id));
  const ids = [...new Set(found.map((session) => session.id))];
  if (ids.length === 1) return found;
  if (ids.length === 0)
    throw new UsageError(`There is no session '${id}'.`, { hint: 'List them with: costwatch history list' });
  const shown = ids.slice(-SHOWN).reverse().join(', ');
  throw new UsageError(`${ids.length} sessions start with '${id}'.`, {
    hint: `Write more of the id: ${shown}${ids.length > SHOWN ? ', …' : ''}`,
  });
}

const SHOWN = 5;
