import { isAlive } from '../capture/is-alive.ts';
import { parseRecord } from '../capture/record.ts';
import type { Budget } from '../core/budget.ts';
import type { PricingContext } from '../core/price.ts';
import { MachineSpend } from '../store/machine-spend.ts';
import { dataDir } from '../store/paths.ts';

export interface SpendQuestion {
  env: NodeJS.ProcessEnv;
  budgets: readonly Budget[];
  pricing: PricingContext;
  /** An IANA zone. */
  zone: string;
  now: () => Date;
  /** The run that asks; absent outside of runs. */
  session?: string;
}

/** What this machine has spent of the budgets; read it with `refresh`. */
export function openSpend({ env, ...question }: SpendQuestion): MachineSpend {
  return new MachineSpend({ ...question, dataDir: dataDir(env), parse: parseRecord, isAlive, savesCache: true });
}
