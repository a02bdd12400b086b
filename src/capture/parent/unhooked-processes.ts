import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { DIRECTORY } from '../wire/env.ts';

const SCAN_MS = 250;

/**
 * Looks on Linux for Node processes below this one whose environment lost what watches them, as after `env -i`. One that
 * lives for less than a moment is missed.
 */
export class UnhookedProcesses {
  private readonly names = new Map<number, string | undefined>();
  private readonly timer: NodeJS.Timeout | undefined;

  constructor() {
    if (process.platform === 'linux') this.timer = setInterval(() => this.scan(), SCAN_MS).unref();
  }

  /** Names of their scripts, each once. */
  stop(): string[] {
    clearInterval(this.timer);
    return [...new Set([...this.names.values()].filter((name) => name !== undefined))];
  }

  scan(pid: number = process.pid): void {
    for (const child of childrenOf(pid)) {
      if (!this.names.has(child) || this.names.get(child) === undefined) this.names.set(child, unhookedName(child));
      this.scan(child);
    }
  }
}

/** proc(5): `/proc/[pid]/task/[tid]/children`; no folder of a process that has ended. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** The file name of its script, where it is Node without us. */
function unhookedName(pid: number): string | undefined {
  try {
    if (basename(readlinkSync(`/proc/${pid}/exe`)) !== 'node') return undefined;
    if (readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${DIRECTORY}=`)) return undefined;
    const [program, ...words] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const script = words.find((word) => word !== '' && !word.startsWith('-'));
    return basename(script ?? program ?? 'node');
  } catch {
    // It has just ended.
    return undefined;
  }
}
