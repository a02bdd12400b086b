// Runs `node <program>` under a live line that counts up, the way `costwatch run` does, and prints a summary at the end.
// WATCH_STILL: no new text, so nothing but a resize makes it draw. WATCH_FAILS: it throws when the program has ended.
import { spawn } from 'node:child_process';
import { handleJobControl } from '../../src/views/live/job-control.ts';
import { createLiveLine } from '../../src/views/live/line.ts';

let count = 0;
const line = createLiveLine({
  stream: process.stderr,
  stdoutIsTty: process.stdout.isTTY,
  env: process.env,
  text: (columns) => `\u001b[36mLIVE ${count}\u001b[39m ${'日本語 '.repeat(columns)}`,
  intervalMs: 40,
  plainIntervalMs: 40,
});
line.start();
const endJobControl = handleJobControl(line);
if (!process.env.WATCH_STILL) {
  const tick = () => {
    count++;
    line.refresh();
  };
  setInterval(tick, 20).unref();
}
process.on('SIGINT', () => {});
process.on('SIGUSR2', () => line.say('a word above'));

spawn(process.execPath, process.argv.slice(2), { stdio: 'inherit' }).on('exit', (code, signal) => {
  if (process.env.WATCH_FAILS) throw new Error('a bug in the watcher');
  endJobControl();
  line.stop();
  process.stderr.write(`Summary: ${signal ?? code}\n`);
  process.exitCode = code ?? 1;
});
