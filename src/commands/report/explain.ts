import { UsageError } from '../../core/errors.ts';
import { Pricer } from '../../core/pricing/pricer.ts';
import { type Recognised, readLogs } from '../../ingest/read.ts';
import { meter } from '../../providers/index.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { type ExplainedCall, explainRecord, explainSkip, explainTotals } from '../../views/report/explain.ts';
import { palette } from '../../views/terminal/color.ts';
import { type CommandIo, utcDay } from '../command-io.ts';
import { modeOf } from '../options.ts';

export interface ExplainOptions {
  /** The id of the only shape to read. */
  shape?: string;
  mode?: string;
  /** Prices sessions at the prices of today, not at those they were recorded at. */
  reprice?: boolean;
  color?: boolean;
}

/**
 * Says of every record of the files, in order: where it stands, which shape knew it, what was read and how it was
 * priced, or why it was not. Writes as it reads. Throws as `readLogs` does, and a `UsageError` without files.
 */
export async function explain(files: readonly string[], options: ExplainOptions, io: CommandIo): Promise<number> {
  if (files.length === 0)
    throw new UsageError('There is nothing to explain.', {
      hint: 'Name log files: costwatch report --explain calls.jsonl',
    });
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const pricer = new Pricer({ book, meter, today: utcDay(io.now), mode: modeOf(options.mode) });
  const colors = palette(io.stdout, io.env, options);
  const seen = new Map<string, string>();
  const counts = { calls: 0, repeated: 0, skipped: 0 };

  const explained = ({ at, shape, events, records }: Recognised) => {
    const place = `${at.file}:${at.line}`;
    const calls = events.map((event): ExplainedCall => {
      const key = `${event.service} ${event.id}`;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, place);
      counts[first === undefined ? 'calls' : 'repeated'] += event.calls ?? 1;
      const priced = pricer.price(event);
      return first === undefined ? { priced } : { priced, repeats: first };
    });
    io.stdout.write(explainRecord({ place, shape, records, calls }, colors));
  };

  await readLogs(
    files,
    {
      recognised: explained,
      prices: (file, prices) => {
        const reason = options.reprice ? undefined : pricer.pin(file, prices);
        if (reason) io.stderr.write(explainSkip({ file, reason }, colors));
      },
      event: () => {},
      skip: (diagnostic) => {
        counts.skipped++;
        io.stdout.write(explainSkip(diagnostic, colors));
      },
      note: (diagnostic) => io.stderr.write(explainSkip(diagnostic, colors)),
    },
    { ...(io.stdin ? { stdin: io.stdin } : {}), ...(options.shape === undefined ? {} : { shape: options.shape }) },
  );
  io.stdout.write(explainTotals(counts));
  return 0;
}
