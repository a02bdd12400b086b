import { parentPort, workerData } from 'node:worker_threads';
import { type CountedShare, type CountJob, countLogs, ledgerFor, pricingFor } from './count.ts';

/** How often the main thread is told of progress, in bytes. */
const TOLD_AFTER = 4 * 1024 * 1024;

/** What a thread does that reads a share of the logs of a report: the same as the main thread with its own. */
async function countShare(job: CountJob): Promise<void> {
  const ledger = ledgerFor(job);
  let bytes = 0;
  const progress = {
    expect: () => {},
    read: (count: number) => {
      bytes += count;
      if (bytes < TOLD_AFTER) return;
      parentPort!.postMessage(bytes);
      bytes = 0;
    },
  };
  const counted = await countLogs(job, { ledger, pricing: pricingFor(job), progress });
  const { state } = ledger;
  const share: CountedShare = { ...counted, state };
  // Memory changes hands, it is not copied.
  const memory = [...state.pages, state.ids].map(({ buffer }) => buffer as ArrayBuffer);
  parentPort!.postMessage(share, memory);
}

void countShare(workerData as CountJob);
