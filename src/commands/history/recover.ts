import type { Diagnostic } from '../../core/errors.ts';
import { plain } from '../../core/text.ts';
import { meter } from '../../providers/index.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { readHistory } from '../../store/history/read.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { plural } from '../../views/terminal/format.ts';
import { type CommandIo, utcDay } from '../command-io.ts';
import { ownHistory } from '../own-history.ts';
import { recoverSessions } from '../recover.ts';

/** Finishes the logs of interrupted sessions and names the logs that have lines which cannot be read. */
export async function recoverHistory(io: CommandIo): Promise<number> {
  const written: string[] = [];
  await recoverSessions({ ...io, stderr: { write: (text) => written.push(text) } });
  const context = { book: loadPriceBook({ overridesFile: overridesFile(io.env) }), meter, today: utcDay(io.now) };
  const damaged: string[] = [];
  const name = (file: string, line: number | undefined, reason: string) =>
    damaged.push(`${plain(file, 400)}${line === undefined ? '' : `:${line}`}: ${plain(reason)}`);
  let logs = 0;
  const problem = ({ file, line, reason }: Diagnostic) => name(file, line, reason);
  await readHistory(
    await ownHistory(io),
    context,
    { call: () => {}, skip: problem, note: problem, log: () => logs++ },
    { isFineEmpty: true },
  );
  io.stdout.write(written.length > 0 ? written.join('') : 'No interrupted session to recover.\n');
  if (damaged.length === 0) io.stdout.write(`Every line of ${plural(logs, 'log')} can be read.\n`);
  else io.stdout.write(`Not in any figure:\n${damaged.map((line) => `  ${line}\n`).join('')}`);
  return 0;
}
