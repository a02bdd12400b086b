// Commands as the command line calls them, for tests that need them as processes of their own.
import type { CommandIo } from '../../src/commands/command-io.ts';
import { recordCommand } from '../../src/commands/record/index.ts';
import { recoverSessions } from '../../src/commands/recover.ts';
import { run } from '../../src/commands/run/index.ts';
import { CostwatchError } from '../../src/core/errors.ts';

const [name, options] = process.argv.slice(2);
const { stdout, stderr, env } = process;
const io: CommandIo = { stdout, stderr, env, now: new Date() };
const commands: Record<string, () => Promise<number>> = {
  run: () => run(JSON.parse(options!), io),
  record: () => recordCommand(JSON.parse(options!), io),
  nothing: async () => 0,
};
await recoverSessions(io);
try {
  process.exitCode = await commands[name!]!();
} catch (error) {
  if (!(error instanceof CostwatchError)) throw error;
  stderr.write(`${error.message}\n${error.hint}\n`);
  process.exitCode = error.exitCode;
}
