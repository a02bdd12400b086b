import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LineBuffer } from '../wire/line-buffer.ts';

interface Tail {
  offset: number;
  line: number;
  rest: LineBuffer;
}

/** The spool files of a run, each read as far as it has been written. */
export class Spools {
  private readonly directory: string;
  private readonly tails = new Map<string, Tail>();

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
    const tail = this.tails.get(process) ?? { offset: 0, line: 0, rest: new LineBuffer() };
    this.tails.set(process, tail);
    const fd = openSync(this.path(process), 'r');
    try {
      const chunk = Buffer.allocUnsafe(256 * 1024);
      for (let size = -1; size !== 0; ) {
        size = readSync(fd, chunk, 0, chunk.length, tail.offset);
        tail.offset += size;
        for (const line of tail.rest.add(chunk.subarray(0, size))) take(line, ++tail.line);
      }
    } finally {
      closeSync(fd);
    }
  }

  path(process: string): string {
    return join(this.directory, `${process}.jsonl`);
  }
}
