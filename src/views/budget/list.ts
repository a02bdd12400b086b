import type { Budget } from '../../core/budget/budget.ts';
import { type BucketState, percentSpent } from '../../core/budget/state.ts';
import { localTime } from '../../core/usage/dimension.ts';
import { widest } from '../terminal/fitting.ts';
import { formatCount, plural } from '../terminal/format.ts';
import type { Look } from '../terminal/look.ts';
import { tableLines } from '../terminal/table.ts';
import { amountText, bucketLabel, describeBudget, spentText } from './text.ts';

interface Listed {
  budget: Budget;
  states: BucketState[];
  resetsAt: string | null;
}

const TITLES = ['Budget', 'Limit', 'Spent', '%', 'Left', 'Resets'];

/** The answer of `costwatch budget list`. */
export function renderBudgets(
  listed: readonly Listed[],
  { zone, sessionsRunning }: { zone: string; sessionsRunning: number },
  { colors }: Look,
): string {
  if (listed.length === 0) return 'No budget is set. Set one with: costwatch budget set 50 --daily\n';
  const rows = listed.flatMap((one) => rowsOf(one, zone));
  const [head = '', ...lines] = tableLines(
    TITLES.map((title, index) => ({
      width: widest([title, ...rows.map(({ cells }) => cells[index]!)]),
      align: index === 0 ? 'left' : 'right',
    })),
    [TITLES, ...rows.map(({ cells }) => cells)],
  );
  const table = [
    colors.bold(head),
    ...rows.map(({ percent }, index) => {
      const line = lines[index]!;
      return percent >= 100 ? colors.red(line) : percent >= 80 ? colors.yellow(line) : line;
    }),
  ];
  const notes = listed.flatMap(({ states }) => states.flatMap(notesOf));
  const footer = [
    ...listed.map(({ budget }) => describeBudget(budget)),
    `${plural(sessionsRunning, 'session')} running; days and months in ${zone}; only sessions on this machine count`,
  ];
  return `${[...table, '', ...notes.map((note) => colors.yellow(`! ${note}`)), ...footer.map((text) => colors.dim(text))].join('\n')}\n`;
}

function rowsOf({ budget, states, resetsAt }: Listed, zone: string): { cells: string[]; percent: number }[] {
  const limit = amountText(budget.limit, budget.unit);
  const reset = resetsAt === null ? 'every run' : localTime(resetsAt, zone);
  if (states.length === 0) return [{ cells: [budget.id, limit, '–', '–', limit, reset], percent: 0 }];
  return states.map((state) => {
    const { bucket, spent } = state;
    const which = bucket.value ?? (budget.period === 'run' ? bucket.window : undefined);
    const percent = percentSpent(state);
    const left = spent < budget.limit ? budget.limit - spent : 0n;
    return {
      cells: [
        bucketLabel(budget.id, which),
        limit,
        spentText(state),
        formatCount(percent),
        amountText(left, budget.unit),
        reset,
      ],
      percent,
    };
  });
}

function notesOf({ bucket, unpriced, incomplete, reserved, underWay }: BucketState): string[] {
  const { unit } = bucket.budget;
  const id = bucketLabel(bucket.budget.id, bucket.value);
  return [
    ...(reserved > 0n
      ? [`${amountText(reserved, unit)} of ${id} reserved by ${plural(underWay, 'call')} under way`]
      : []),
    ...(unpriced > 0
      ? [`${plural(unpriced, 'call')} without a price ${unpriced === 1 ? 'is' : 'are'} not in ${id}`]
      : []),
    ...(incomplete > 0 ? [`${plural(incomplete, 'interrupted call')} in ${id} with what was counted so far`] : []),
  ];
}
