import { join } from 'node:path';
import { type ReadPosition, readNewLines, START_OF_FILE } from '../../capture/wire/lines.ts';
import { SpendTally } from '../../core/budget/spend-tally.ts';
import { CachedDirectory } from '../files/cached-directory.ts';
import { type Shares, type SpendReading, type SpoolRecord, sharesOf, sharesUnderWay } from './reading.ts';

/** What the calls of one run folder have spent, read from its spool files as far as they are written. */
export class RunSpend {
  readonly tally = new SpendTally();
  private readonly session: string;
  private readonly reading: SpendReading;
  private folder: CachedDirectory;
  private readonly positions = new Map<string, ReadPosition>();
  /** What is counted of each call. A call that has ended may be told its cost later, by another one. */
  private readonly counted = new Map<string, Shares>();
  /** The latest record of each call under way. */
  private readonly open = new Map<string, SpoolRecord>();
  private readonly ended = new Set<string>();

  constructor(session: string, folder: string, reading: SpendReading) {
    this.session = session;
    this.folder = new CachedDirectory(folder);
    this.reading = reading;
  }

  /** The folder has a new name: another costwatch has taken the run over. */
  moveTo(folder: string): void {
    if (folder !== this.folder.path) this.folder = new CachedDirectory(folder);
  }

  /** Reads on. False where the folder has gone, perhaps while it was being read. */
  refresh(): boolean {
    const names = this.folder.read();
    if (names === undefined) return false;
    for (const name of names) {
      if (!name.endsWith('.jsonl')) continue;
      const before = this.positions.get(name) ?? START_OF_FILE;
      const position = readNewLines(join(this.folder.path, name), before, (line) => this.take(line));
      if (position === undefined) return false;
      this.positions.set(name, position);
    }
    this.cutOffTheDead();
    return true;
  }

  /** What a call, `<process>-<call>`, put into buckets. */
  sharesOf(call: string): Shares {
    return this.counted.get(call) ?? [];
  }

  private take(line: string): void {
    const record = this.reading.parse(line);
    if (!record) return;
    if (record.phase === 'bye') this.ended.add(record.process);
    if (record.call === undefined || !record.event) return;
    const key = `${record.process}-${record.call}`;
    if (record.phase === 'refused') this.end(key, []);
    else if (record.phase === 'end') this.end(key, this.sharesOfEnded(record));
    else this.goOn(key, record);
  }

  private goOn(key: string, record: SpoolRecord): void {
    const shares = sharesUnderWay(record, this.session, this.reading);
    if (shares.length > 0) this.open.set(key, record);
    this.count(key, shares);
  }

  /** A call in a process that was killed reserves nothing any more, and what it had cost stays. */
  private cutOffTheDead(): void {
    const alive = new Map<string, boolean>();
    for (const [key, record] of this.open) {
      if (!alive.has(record.process)) alive.set(record.process, this.isAlive(record.process));
      if (!alive.get(record.process)) this.end(key, record.phase === 'reserve' ? [] : this.sharesOfEnded(record));
    }
  }

  private end(key: string, shares: Shares): void {
    this.open.delete(key);
    this.count(key, shares);
  }

  private isAlive(process: string): boolean {
    return !this.ended.has(process) && this.reading.isAlive(Number.parseInt(process, 10));
  }

  private sharesOfEnded({ event }: SpoolRecord): Shares {
    return event ? sharesOf(event, this.session, this.reading).shares : [];
  }

  /** Counts a call in place of what was counted of it before. */
  private count(key: string, shares: Shares): void {
    for (const { bucket, spend } of this.counted.get(key) ?? []) this.tally.add(bucket, spend, -1);
    for (const { bucket, spend } of shares) this.tally.add(bucket, spend);
    if (shares.length > 0) this.counted.set(key, shares);
    else this.counted.delete(key);
  }
}
