// What the command line does with `runCaptured`, for tests that need it as a process of its own.
import { appendFileSync, writeFileSync } from 'node:fs';
import { type GateConfig, runCaptured } from '../../src/capture/parent/run.ts';
import { ChildStartError } from '../../src/core/errors.ts';

const { report, ...options } = JSON.parse(process.argv[2]!) as {
  report: string;
  command: string[];
  labels: Record<string, string>;
  sessionId: string;
  runDir: string;
  hook: string;
  python?: string;
  gate?: Omit<GateConfig, 'sessionId'>;
};
try {
  const run = await runCaptured({
    ...options,
    env: process.env,
    onChange: (call) => appendFileSync(`${report}.live`, `${JSON.stringify(call)}\n`),
  });
  writeFileSync(report, JSON.stringify(run));
  if (run.signal) process.kill(process.pid, run.signal);
  process.exitCode = run.exitCode;
} catch (error) {
  if (!(error instanceof ChildStartError)) throw error;
  process.stderr.write(`${error.message}\n${error.hint}\n`);
  process.exitCode = error.exitCode;
}
