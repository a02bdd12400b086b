import { Ledger, type LedgerState } from '../../core/ledger/ledger.ts';
import type { PricedEvent, PriceMode, PricingContext } from '../../core/pricing/price.ts';
import { Pricer } from '../../core/pricing/pricer.ts';
import { type Calendar, dimension } from '../../core/usage/dimension.ts';
import { type Inputs, type ReadOptions, readInputs } from '../../ingest/read.ts';
import { meter } from '../../providers/index.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { type FilterOptions, filterOf } from '../filter.ts';

/** What is to be read and counted, as plain data that another thread can be given. */
export interface CountJob {
  inputs: Omit<Inputs, 'sizes'>;
  /** Whether other threads read other files of the same report. */
  isShare: boolean;
  groups: readonly string[];
  calendar: Calendar;
  filters: FilterOptions;
  /** ISO 8601. */
  now: string;
  mode: PriceMode;
  overridesFile: string;
  /** Prices all at the prices of today, whatever their log says. */
  reprice: boolean;
  shape: string | undefined;
}

/** What was counted beside what is in the ledger. */
export interface Counted {
  /** Calls that the filters left out. */
  leftOut: number;
  /** Of the price books that sessions were priced by. */
  versions: string[];
}

/** What another thread answers. */
export interface CountedShare extends Counted {
  state: LedgerState;
}

export interface CountOptions extends Pick<ReadOptions, 'stdin' | 'progress'> {
  ledger: Ledger;
  pricing: PricingContext;
  /** What is counted instead of the real price. */
  instead?: ((real: PricedEvent) => PricedEvent) | undefined;
  /** Takes each call besides the ledger. */
  each?: ((priced: PricedEvent) => void) | undefined;
}

/** Reads logs and counts the calls that are wanted. */
export async function countLogs(job: CountJob, options: CountOptions): Promise<Counted> {
  const { ledger, pricing, instead, each, stdin, progress } = options;
  const wanted = filterOf(job.filters, job.calendar.zone, new Date(job.now));
  const pricer = new Pricer(pricing);
  const versions = new Set<string>();
  let leftOut = 0;
  await readInputs(
    job.inputs,
    {
      prices: (file, prices) => {
        const reason = job.reprice ? undefined : pricer.pin(file, prices);
        if (reason) ledger.note({ file, reason });
        else if (typeof prices.version === 'string') versions.add(prices.version);
      },
      event: (event) => {
        const verdict = wanted(event);
        if (verdict === false) leftOut++;
        else if (verdict !== true) ledger.skip({ file: event.source ?? '', reason: verdict });
        else {
          const real = pricer.price(event);
          const priced = instead?.(real) ?? real;
          ledger.add(priced);
          each?.(priced);
        }
      },
      skip: (problem) => ledger.skip(problem),
      note: (problem) => ledger.note(problem),
    },
    {
      isShare: job.isShare,
      ...(stdin ? { stdin } : {}),
      ...(progress ? { progress } : {}),
      ...(job.shape === undefined ? {} : { shape: job.shape }),
    },
  );
  return { leftOut, versions: [...versions] };
}

/** A ledger that groups as a job says. */
export function ledgerFor({ groups, calendar }: Pick<CountJob, 'groups' | 'calendar'>): Ledger {
  return new Ledger(groups.map((name) => dimension(name, calendar)));
}

export function pricingFor({ overridesFile, now, mode }: CountJob): PricingContext {
  return { book: loadPriceBook({ overridesFile }), meter, today: now.slice(0, 10), mode };
}
