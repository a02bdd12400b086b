import { join } from 'node:path';
import { type ReadPosition, readNewLines, START_OF_FILE } from '../../capture/wire/lines.ts';
import { isAlive } from '../../capture/wire/process-identity.ts';
import { type CallRecord, isCallRecord, parseRecord } from '../../capture/wire/record.ts';
import { SpendTally } from '../../core/budget/spend-tally.ts';
import { CachedDirectory } from '../files/cached-directory.ts';
import { type Shares, type SpendOptions, sharesOf, sharesUnderWay } from './shares.ts';

/** What the calls of one run folder have spent, read from its spool files as far as they are written. */
export class RunSpend {
  readonly tally = new SpendTally();
  private readonly session: string;
  private readonly options: SpendOptions;
  private folder: CachedDirectory;
  private readonly positions = new Map<string, ReadPosition>();
  /** What is counted of each call. What a call that has ended cost may come later, with another one. */
  private readonly counted = new Map<string, Shares>();
  /** The latest record of each call under way. */
  private readonly open = new Map<string, CallRecord>();
  private readonly ended = new Set<string>();

  constructor(session: string, folder: string, options: SpendOptions) {
    this.session = session;
    this.folder = new CachedDirectory(folder);
    this.options = options;
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
    this.endCallsOfDeadProcesses();
    return true;
  }

  /** What a call, `<process>-<call>`, put into buckets. */
  sharesOf(call: string): Shares {
    return this.counted.get(call) ?? [];
  }

  private take(line: string): void {
    const record = parseRecord(line);
    if (!record) return;
    if (record.phase === 'bye') this.ended.add(record.process);
    if (!isCallRecord(record)) return;
    const key = `${record.process}-${record.call}`;
    if (record.phase === 'refused') this.end(key, []);
    else if (record.phase === 'end') this.end(key, this.sharesOfEnded(record));
    else this.countUnderWay(key, record);
  }

  private countUnderWay(key: string, record: CallRecord): void {
    const shares = sharesUnderWay(record, this.session, this.options);
    if (shares.length > 0) this.open.set(key, record);
    this.count(key, shares);
  }

  /** A call in a process that was killed reserves nothing any more, and what it had cost stays. */
  private endCallsOfDeadProcesses(): void {
    const alive = new Map<string, boolean>();
    for (const [key, record] of this.open) {
      if (!alive.has(record.process)) alive.set(record.process, this.mayGoOn(record.process));
      if (!alive.get(record.process)) this.end(key, record.phase === 'reserve' ? [] : this.sharesOfEnded(record));
    }
  }

  private end(key: string, shares: Shares): void {
    this.open.delete(key);
    this.count(key, shares);
  }

  private mayGoOn(process: string): boolean {
    const lives = this.options.isAlive ?? isAlive;
    return !this.ended.has(process) && lives(Number.parseInt(process, 10));
  }

  private sharesOfEnded({ event }: CallRecord): Shares {
    return sharesOf(event, this.session, this.options).shares;
  }

  /** Counts a call in place of what was counted of it before. */
  private count(key: string, shares: Shares): void {
    for (const { bucket, spend } of this.counted.get(key) ?? []) this.tally.add(bucket, spend, -1);
    for (const { bucket, spend } of shares) this.tally.add(bucket, spend);
    if (shares.length > 0) this.counted.set(key, shares);
    else this.counted.delete(key);
  }
}
