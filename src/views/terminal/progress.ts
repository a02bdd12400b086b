import { formatCount } from './format.ts';
import { percent } from './pictures.ts';
import { type SpinnerStream, startSpinner } from './spinner.ts';

/** Shows how far the reading of logs has come. */
export interface Progress {
  /** So many bytes are to be read. Not called where that is not known. */
  expect(bytes: number): void;
  read(bytes: number): void;
  stop(): void;
}

/** `⠋ Reading logs 34 % · 120 of 350 MB` on a terminal, once the work has taken a while. */
export function showProgress(text: string, stream?: SpinnerStream, env?: NodeJS.ProcessEnv): Progress {
  const spinner = startSpinner(text, stream, env);
  let [total, done] = [0, 0];
  return {
    expect: (bytes) => {
      total += bytes;
    },
    read: (bytes) => {
      done += bytes;
      spinner.update(
        `${text} ${done > total ? megabytes(done) : `${percent(done, total)} · ${megabytes(done, total)}`}`,
      );
    },
    stop: spinner.stop,
  };
}

/** `350 MB`, `120 of 350 MB` */
function megabytes(...amounts: number[]): string {
  return `${amounts.map((bytes) => formatCount(Math.round(bytes / 1e6))).join(' of ')} MB`;
}
