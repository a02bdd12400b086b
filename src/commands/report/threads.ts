import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Inputs, ReadProgress } from '../../ingest/read.ts';
import { packageFile } from '../../store/files/package-files.ts';
import type { CountedShare, CountJob } from './count.ts';

/** Below this many bytes a thread costs more than it saves. */
const LARGE = 64 * 1024 * 1024;
const MOST_THREADS = 4;

/** Divides the files among threads, in their order, each with about as many bytes. The first share is for this thread. */
export function sharesOf({ files, sizes, stdin }: Inputs, env: NodeJS.ProcessEnv): string[][] {
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const allowed = Math.floor(Number(env.COSTWATCH_THREADS)) || Math.min(availableParallelism(), MOST_THREADS);
  const threads = stdin || bytes < LARGE ? 1 : Math.min(allowed, files.length);
  const shares: string[][] = Array.from({ length: Math.max(1, threads) }, () => []);
  let before = 0;
  for (const [index, file] of files.entries()) {
    const middle = before + sizes[index]! / 2;
    shares[Math.min(shares.length - 1, Math.floor((middle / bytes) * shares.length) || 0)]!.push(file);
    before += sizes[index]!;
  }
  return shares;
}

/** Counts a share on a thread of its own. */
export function countElsewhere(job: CountJob, progress: ReadProgress): Promise<CountedShare> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(packageFile('dist/report-worker.cjs'), { workerData: job });
    worker.on('message', (message: number | CountedShare) => {
      if (typeof message === 'number') progress.read(message);
      else resolve(message);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a thread that was reading logs ended with ${code}`)));
  });
}
