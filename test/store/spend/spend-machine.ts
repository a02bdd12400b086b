import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Budget } from '../../../src/core/budget/budget.ts';
import type { PriceBook } from '../../../src/core/pricing/book/book.ts';
import { parseMoney, toDecimal } from '../../../src/core/pricing/money.ts';
import type { UsageEvent } from '../../../src/core/usage/event.ts';
import { meter } from '../../../src/providers/index.ts';
import { openRun, type RunNote } from '../../../src/store/sessions/run-dirs.ts';
import { loadPriceBook } from '../../../src/store/settings/price-book.ts';
import { MachineSpend } from '../../../src/store/spend/machine-spend.ts';
import { temporaryFolder } from '../../cli/costwatch.ts';

const LISTED = loadPriceBook({ overridesFile: '/nowhere' });
/** One such call costs 0.0075 dollars: 10,000 input tokens at 0.75 dollars a million. */
export const EACH_CALL = '0.0075';

export function callAt(timestamp: string, changes: Partial<UsageEvent> = {}): UsageEvent & { timestamp: string } {
  return {
    id: `id-${Math.floor(counter++)}`,
    timestamp,
    service: 'gemini',
    operation: 'generate_content',
    status: 'ok',
    requestModel: 'gemini-3.8-flash',
    responseModel: 'gemini-3.8-flash',
    usage: { inputTokens: 10_000 },
    ...changes,
  };
}
let counter = 0;

export function speechAt(timestamp: string, credits: number): UsageEvent {
  return {
    ...callAt(timestamp),
    service: 'elevenlabs',
    operation: 'text_to_speech',
    requestModel: 'eleven_v3',
    responseModel: 'eleven_v3',
    usage: { characters: credits, credits },
  };
}

export const DAILY: Budget = {
  id: 'daily',
  period: 'daily',
  unit: 'usd',
  limit: parseMoney('5')!,
  onBudget: 'stop',
  onUnpriced: 'warn',
  thresholds: [50, 80, 90, 100],
};

/** A machine with a folder of its own, its processes and its clock. */
export class Machine {
  readonly home = temporaryFolder();
  readonly env = { COSTWATCH_HOME: this.home };
  readonly dead = new Set<number>();
  now = '2026-11-22T10:00:00.000Z';

  spend(
    budgets: Budget[] = [DAILY],
    { book = LISTED, ...options }: { book?: PriceBook; zone?: string; session?: string; savesCache?: boolean } = {},
  ): MachineSpend {
    return new MachineSpend({
      dataDir: this.home,
      budgets,
      zone: 'UTC',
      now: () => new Date(this.now),
      pricing: { book, meter, today: this.now.slice(0, 10) },
      isAlive: (pid) => !this.dead.has(pid),
      ...options,
    });
  }

  /** Opens the folder of a run, with one process. */
  run(id: string, changes: Partial<RunNote> = {}): RunFiles {
    const session = { id, startedAt: this.now, command: ['node', 'gen.js'] };
    const note: RunNote = { session, owner: { pid: 1 }, history: true, ...changes };
    return new RunFiles(openRun(this.env, note), note);
  }

  log(day: string, name: string, events: object[]): string {
    const folder = join(this.home, 'sessions', day);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    return path;
  }
}

/** The folder of a run, written to as the hooks of its processes do. */
export class RunFiles {
  readonly folder: string;
  readonly note: RunNote;
  private seq = 0;

  constructor(folder: string, note: RunNote) {
    this.folder = folder;
    this.note = note;
  }

  line(phase: string, call: number, event: UsageEvent, bound?: { usd?: string; credits?: number }, pid = 100): string {
    const record = { v: 1, process: `${pid}-0-abc`, seq: this.seq++, phase, call, event };
    return `${JSON.stringify({ ...record, ...(bound ? { bound } : {}) })}\n`;
  }

  write(text: string, pid = 100): void {
    appendFileSync(join(this.folder, `${pid}-0-abc.jsonl`), text);
  }

  record(phase: string, call: number, event: UsageEvent, bound?: { usd?: string; credits?: number }, pid = 100): void {
    this.write(this.line(phase, call, event, bound, pid), pid);
  }
}

/** What the first bucket holds, in short: `0.015 of 2 calls`, with the rest where there is any. */
export function figuresOf(spend: MachineSpend): string[] {
  spend.refresh();
  return spend
    .all()
    .map(({ spent, reserved, calls, unpriced, incomplete, underWay }) =>
      [
        toDecimal(spent),
        `${calls} calls`,
        ...(reserved > 0n ? [`${toDecimal(reserved)} reserved by ${underWay}`] : []),
        ...(unpriced > 0 ? [`${unpriced} unpriced`] : []),
        ...(incomplete > 0 ? [`${incomplete} incomplete`] : []),
      ].join(', '),
    );
}
