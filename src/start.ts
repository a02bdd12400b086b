import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

// Loads the commands, which are one file. Compiling them takes a third of a short command's time, so what the engine
// made of them is kept between runs: by Node itself from 22.1 on, here before that.

/** What the commands are at this build, so that no other build's code is taken for theirs. */
declare const BUILD_ID: string;

const commands = join(import.meta.dirname, 'commands.cjs');
const require = module.createRequire(commands);
const { enableCompileCache } = module as { enableCompileCache?: () => void };
enableCompileCache?.();
if (enableCompileCache || process.env.NODE_DISABLE_COMPILE_CACHE) require(commands);
else runKept(commands);

function runKept(file: string): void {
  const kept = keptCode();
  const cachedData = kept?.read();
  const script = new Script(
    `(function (require, module, exports, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`,
    { filename: file, ...(cachedData ? { cachedData } : {}) },
  );
  // What has been used by the end is compiled by then, and kept too.
  if (kept && (!cachedData || script.cachedDataRejected))
    process.once('exit', () => kept.write(script.createCachedData()));
  const made = { exports: {} };
  script.runInThisContext()(require, made, made.exports, file, dirname(file));
}

/** Where compiled code is kept: a folder that nobody else can write to. Undefined where there is none. */
function keptCode(): { read(): Buffer | undefined; write(code: Buffer): void } | undefined {
  const user = process.getuid?.();
  const folder = join(tmpdir(), `costwatch-code-${user ?? 'user'}`);
  // Each command uses other parts.
  const command = /^[a-z]{1,20}$/.exec(process.argv[2] ?? '')?.[0] ?? 'any';
  const file = join(folder, `${process.version}-${process.arch}-${BUILD_ID}-${command}`);
  const isOurs = () => {
    const stats = statSync(folder);
    return stats.isDirectory() && stats.uid === (user ?? stats.uid) && (stats.mode & 0o022) === 0;
  };
  // Without kept code all works as well, only later: no failure here is worth a word.
  const quietly = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch {
      return undefined;
    }
  };
  return {
    read: () => quietly(() => (isOurs() ? readFileSync(file) : undefined)),
    write: (code) =>
      quietly(() => {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        if (!isOurs()) return;
        writeFileSync(`${file}.${process.pid}`, code, { mode: 0o600 });
        renameSync(`${file}.${process.pid}`, file);
      }),
  };
}
