import { join } from 'node:path';
import { SpendTally } from '../core/spend-tally.ts';
import { Listing } from './listing.ts';
import { type Shares, type SpendReading, type SpoolRecord, sharesOf, sharesUnderWay } from './spend-reading.ts';
import { readLines } from './tail.ts';

interface OpenCall {
  record: SpoolRecord;
  shares: Shares;
  /** Its process was killed: it reserves nothing any more, and what it had cost stays. */
  isCutOff: boolean;
}

/** What the calls of one run folder have spent, read from its spool files as far as they are written. */
export class RunSpend {
  readonly tally = new SpendTally();
  private readonly session: string;
  private readonly reading: SpendReading;
  private folder: Listing;
  private readonly offsets = new Map<string, number>();
  private readonly open = new Map<string, OpenCall>();
  private readonly ended = new Set<string>();

  constructor(session: string, folder: string, reading: SpendReading) {
    this.session = session;
    this.folder = new Listing(folder);
    this.reading = reading;
  }

  /** The folder has a new name: another costwatch has taken the run over. */
  moveTo(folder: string): void {
    if (folder !== this.folder.path) this.folder = new Listing(folder);
  }

  /** Reads on. False where the folder has gone, perhaps while it was being read. */
  refresh(): boolean {
    const names = this.folder.read();
    if (names === undefined) return false;
    for (const name of names) {
      if (!name.endsWith('.jsonl')) continue;
      const offset = readLines(join(this.folder.path, name), this.offsets.get(name) ?? 0, (line) => this.take(line));
      if (offset === undefined) return false;
      this.offsets.set(name, offset);
    }
    this.cutOffTheDead();
    return true;
  }

  /** What a call under way, `<process>-<call>`, put into buckets; none for one that has ended. */
  sharesOf(call: string): Shares {
    return this.open.get(call)?.shares ?? [];
  }

  private take(line: string): void {
    const record = this.reading.parse(line);
    if (!record) return;
    if (record.phase === 'bye') this.ended.add(record.process);
    if (record.call === undefined || !record.event) return;
    const key = `${record.process}-${record.call}`;
    this.count(this.open.get(key)?.shares ?? [], -1);
    this.open.delete(key);
    if (record.phase === 'refused') return;
    const isEnded = record.phase === 'end';
    const shares = isEnded ? this.sharesOfEnded(record) : sharesUnderWay(record, this.session, this.reading);
    this.count(shares, 1);
    if (!isEnded && shares.length > 0) this.open.set(key, { record, shares, isCutOff: false });
  }

  private cutOffTheDead(): void {
    const alive = new Map<string, boolean>();
    for (const call of this.open.values()) {
      const { record } = call;
      if (call.isCutOff) continue;
      if (!alive.has(record.process)) alive.set(record.process, this.isAlive(record.process));
      if (alive.get(record.process)) continue;
      this.count(call.shares, -1);
      call.shares = record.phase === 'reserve' ? [] : this.sharesOfEnded(record);
      call.isCutOff = true;
      this.count(call.shares, 1);
    }
  }

  private isAlive(process: string): boolean {
    return !this.ended.has(process) && this.reading.isAlive(Number.parseInt(process, 10));
  }

  private sharesOfEnded({ event }: SpoolRecord): Shares {
    return event ? sharesOf(event, this.session, this.reading).shares : [];
  }

  private count(shares: Shares, sign: 1 | -1): void {
    for (const { bucket, spend } of shares) this.tally.add(bucket, spend, sign);
  }
}
