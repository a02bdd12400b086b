import { UsageError } from '../../core/errors.ts';
import type { CallRow } from '../../core/export/call-row.ts';
import { formats } from '../../views/formats/index.ts';
import type { View } from '../../views/view.ts';

/** Turns a log into text: from its summary, or from its calls one by one. */
export type ReportFormat = SummaryFormat | CallsFormat;

export interface SummaryFormat {
  view: View;
  /** Time buckets that its charts have room for; undefined where it has none. */
  buckets: number | undefined;
  /** Whether it holds rows alone, so that what is not in the figures is said elsewhere. */
  isBare: boolean;
}

export interface CallsFormat {
  /** Parts of the text, in order. `today` is the day of calls without a time. */
  ofCalls(calls: Iterable<CallRow>, today: string): Iterable<string>;
}

const BUCKETS: Record<string, number> = { table: 12, html: 60 };
const FOCUS = 'focus';

/** The format of `--format`, `--json` and `--calls`. */
export async function reportFormat(options: {
  format?: string;
  json?: boolean;
  calls?: boolean;
}): Promise<ReportFormat> {
  const name = options.json ? 'json' : (options.format ?? (options.calls ? 'csv' : 'table'));
  if (options.calls && name !== 'csv') {
    throw new UsageError(`--calls lists one row a call, which --format ${name} does not.`, {
      hint: 'Use --calls --format csv.',
    });
  }
  if (options.calls) {
    const { callsCsv } = await import('../../views/formats/calls-csv.ts');
    return { ofCalls: callsCsv };
  }
  if (name === FOCUS) {
    const [{ focusRows }, { focusCsv }] = await Promise.all([
      import('../../core/export/focus.ts'),
      import('../../views/formats/focus-csv.ts'),
    ]);
    return { ofCalls: (calls, today) => focusCsv(focusRows(calls, today)) };
  }
  const load = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (load) return { view: await load(), buckets: BUCKETS[name], isBare: name === 'csv' };
  throw new UsageError(`Unknown format '${name}'.`, {
    hint: `Use --format with one of ${[...Object.keys(formats), FOCUS].join(', ')}.`,
  });
}
