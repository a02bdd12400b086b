import type { Budget } from '../core/budget/budget.ts';
import type { PricingContext } from '../core/pricing/price.ts';
import { dataDir } from '../store/files/paths.ts';
import { MachineSpend } from '../store/spend/machine-spend.ts';

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
  return new MachineSpend({ ...question, dataDir: dataDir(env), savesCache: true });
}
