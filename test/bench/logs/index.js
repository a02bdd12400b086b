// The logs of the benchmark, as users have them, the same bytes every time.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { claudeLine } from './claude.js';
import { costLine } from './costs.js';
import { entryLine } from './entries.js';
import { geminiLine } from './gemini.js';
import { imageLine } from './images.js';
import { writeSessions } from './sessions.js';
import { Sums } from './sums.js';
import { uniformLine } from './uniform.js';
import { kept, writeLines } from './write.js';

const LINES = {
  gemini: geminiLine,
  entries: entryLine,
  costs: costLine,
  uniform: uniformLine,
  images: imageLine,
  claude: claudeLine,
};

/** A log of so many megabytes in all, in one file or several. Returns its files and what they add up to. */
export function writeLog(folder, kind, megabytes, parts = 1) {
  mkdirSync(folder, { recursive: true });
  const files = Array.from({ length: parts }, (_, part) =>
    join(folder, `${kind}-${megabytes}-${part + 1}of${parts}.jsonl`),
  );
  return kept(join(folder, `${kind}-${megabytes}-${parts}.json`), () => {
    const sums = writeLines(files, (megabytes * 1e6) / parts, LINES[kind]);
    return { files, sums };
  });
}

/** A data folder with so many sessions of a thousand calls. */
export function writeHistory(home, count) {
  mkdirSync(home, { recursive: true });
  return kept(join(home, 'bench.json'), () => {
    rmSync(join(home, 'sessions'), { recursive: true, force: true });
    const sums = new Sums();
    return { files: writeSessions(home, count, sums), sums };
  });
}
