import type { ChalkInstance } from 'chalk';
import type { LiveCall } from '../../capture/parent/receiver.ts';
import { Ledger } from '../../core/ledger/ledger.ts';
import { summarize } from '../../core/ledger/summary.ts';
import { type PricingContext, price } from '../../core/pricing/price.ts';
import type { QuotaReading } from '../../core/quota/quota.ts';
import { handleJobControl } from '../../views/live/job-control.ts';
import { createLiveLine } from '../../views/live/line.ts';
import { liveText } from '../../views/live/totals.ts';
import type { CommandIo } from '../command-io.ts';

/** The running totals of a run, on the terminal's last row. */
export interface LiveTotals {
  update(call: LiveCall): void;
  /** Writes a line of text above the totals. */
  say(text: string): void;
  /** What else is shown has changed. */
  refresh(): void;
  /** Gives the terminal back. */
  stop(): void;
}

/** What the line shows beside the calls; asked for with every line, since it may come late. */
export interface LiveExtras {
  quota(): QuotaReading | undefined;
  /** The share of the budget that is nearest to its limit. */
  budget(): string | undefined;
}

export function startLiveTotals(
  pricing: PricingContext,
  chalk: ChalkInstance,
  io: CommandIo,
  extras: LiveExtras,
): LiveTotals {
  const ledger = new Ledger();
  const open = new Set<string>();
  const started = performance.now();
  // The line needs the terminal itself, its size and its resizing, not just somewhere to write.
  const line = createLiveLine({
    stream: process.stderr,
    stdoutIsTty: process.stdout.isTTY === true,
    env: io.env,
    text: (columns) => {
      const summary = summarize(ledger, { book: pricing.book, timezone: 'UTC' });
      const elapsedMs = performance.now() - started;
      const state = { summary, inFlight: open.size, elapsedMs, quota: extras.quota(), budget: extras.budget() };
      return liveText(state, columns, chalk);
    },
  });
  const releaseJobControl = handleJobControl(line);
  line.start();
  return {
    update({ key, phase, event }) {
      if (phase === 'end') open.delete(key);
      else open.add(key);
      ledger.update(key, price(event, pricing));
      line.refresh();
    },
    say: line.say,
    refresh: line.refresh,
    stop() {
      line.stop();
      releaseJobControl();
    },
  };
}
