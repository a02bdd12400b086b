import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ReadPosition, readNewLines, START_OF_FILE } from '../wire/lines.ts';

/** The spool files of a run, each read as far as it has been written. */
export class Spools {
  private readonly directory: string;
  private readonly positions = new Map<string, ReadPosition>();
  private readonly underWay = new Set<string>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Keys of the processes that have a spool file. */
  processes(): string[] {
    return readdirSync(this.directory)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => basename(name, '.jsonl'));
  }

  /** Hands over the whole lines of one process that have come since the last reading, with their 1-based numbers. */
  read(process: string, take: (line: string, number: number) => void): void {
    // Whoever takes a line may ask for more of its process; it gets them by and by.
    if (this.underWay.has(process)) return;
    this.underWay.add(process);
    try {
      const position = readNewLines(this.path(process), this.positions.get(process) ?? START_OF_FILE, take);
      if (position) this.positions.set(process, position);
    } finally {
      this.underWay.delete(process);
    }
  }

  path(process: string): string {
    return join(this.directory, `${process}.jsonl`);
  }
}
