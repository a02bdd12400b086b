import {
  type Amount,
  BUDGET_ACTIONS,
  type Budget,
  type BudgetAction,
  type BudgetPeriod,
  type BudgetUnit,
  EACH,
  THRESHOLDS,
} from '../../core/budget/budget.ts';
import { isPercent } from '../../core/budget/file.ts';
import { UsageError } from '../../core/errors.ts';
import { moneyFromNumber, parseMoney, ZERO } from '../../core/pricing/money.ts';
import { plain } from '../../core/text.ts';
import { ELEVENLABS, GEMINI } from '../../core/usage/event.ts';

/** The options of `costwatch budget set`, as they were typed. */
export interface BudgetFlags {
  daily?: boolean;
  monthly?: boolean;
  perRun?: boolean;
  service?: string;
  model?: string;
  label?: Record<string, string>;
  characters?: boolean;
  onBudget?: string;
  onUnpriced?: string;
  thresholds?: string[];
}

/** More is a slip of the keyboard, and a limit that nothing reaches. */
const MOST_DOLLARS = moneyFromNumber(1_000_000_000)!;

const EXAMPLE = 'costwatch budget set 50 --daily';

/**
 * A budget out of what was typed, without its id.
 * @throws UsageError for what is no amount, no single period, or mixes dollars and credits.
 */
export function budgetOf(amount: string, flags: BudgetFlags): Omit<Budget, 'id'> {
  const unit = unitOf(flags);
  const { model } = flags;
  if (model !== undefined && !/^[\w.:-]+\*?$/.test(model)) {
    throw new UsageError(`--model '${plain(model, 60)}' is not a model.`, {
      hint: 'Name one model, such as gemini-3.8-flash; a * at its end matches any ending.',
    });
  }
  return {
    period: periodOf(flags),
    unit,
    limit: limitOf(amount, unit, flags.service === ELEVENLABS),
    ...(model === undefined ? {} : { model }),
    ...labelOf(flags.label),
    onBudget: actionOf(flags.onBudget, '--on-budget'),
    onUnpriced: actionOf(flags.onUnpriced, '--on-unpriced'),
    thresholds: thresholdsOf(flags.thresholds),
  };
}

/** An amount more than 0: dollars with or without cents, at most a billion, or whole credits. */
export function limitOf(text: string, unit: BudgetUnit, isOfElevenLabs = false): Amount {
  if (unit === 'characters' && (text.startsWith('$') || (isOfElevenLabs && /^\d+\.\d+$/.test(text)))) {
    throw new UsageError('ElevenLabs uses the credits of your plan, so its budget cannot be in dollars.', {
      hint: 'Set it in credits: costwatch budget set 20000 --service elevenlabs --monthly',
    });
  }
  const amount = parseMoney(text.replace(/^\$/, ''));
  const isWhole = unit === 'usd' || /^\d{1,15}$/.test(text);
  if (unit === 'usd' && amount !== undefined && amount > MOST_DOLLARS) {
    throw new UsageError(`A budget can be at most $1,000,000,000, and '${plain(text, 40)}' is more.`, {
      hint: 'Write the dollars of a run, a day or a month, such as 50 or 49.90.',
    });
  }
  if (amount !== undefined && amount > ZERO && isWhole) return amount;
  const kind = unit === 'usd' ? 'a dollar amount' : 'a number of credits';
  throw new UsageError(`'${plain(text, 40)}' is not ${kind} above 0.`, {
    hint: unit === 'usd' ? 'Write it as 50 or 49.90, without separators.' : 'Write it as 20000, without separators.',
  });
}

export function actionOf(name: string | undefined, option: string): BudgetAction {
  const action = BUDGET_ACTIONS.find((known) => known === (name ?? 'warn'));
  if (action) return action;
  throw new UsageError(`Unknown action '${plain(name ?? '', 40)}' for ${option}.`, {
    hint: `Use ${option} warn or ${option} stop.`,
  });
}

function periodOf({ daily, monthly, perRun }: BudgetFlags): BudgetPeriod {
  const given: BudgetPeriod[] = [];
  if (daily) given.push('daily');
  if (monthly) given.push('monthly');
  if (perRun) given.push('run');
  const [period] = given;
  if (period !== undefined && given.length === 1) return period;
  throw new UsageError(given.length === 0 ? 'Which period is the budget for?' : 'A budget covers one period.', {
    hint: `Use one of --daily, --monthly and --per-run: ${EXAMPLE}`,
  });
}

/** Gemini is billed in dollars, ElevenLabs in credits, its characters of quota; a budget never mixes them. */
function unitOf({ service, characters }: BudgetFlags): BudgetUnit {
  if (service !== undefined && service !== GEMINI && service !== ELEVENLABS) {
    throw new UsageError(`There are no budgets for the service '${plain(service, 40)}'.`, {
      hint: `Use --service ${GEMINI} or --service ${ELEVENLABS}.`,
    });
  }
  if (characters && service === GEMINI) {
    throw new UsageError('Gemini is billed in dollars, not in ElevenLabs credits.', {
      hint: 'Leave out --characters.',
    });
  }
  return characters || service === ELEVENLABS ? 'characters' : 'usd';
}

function labelOf(labels: Record<string, string> = {}): Pick<Budget, 'label'> {
  const [first, ...others] = Object.entries(labels);
  if (!first) return {};
  if (others.length > 0) {
    throw new UsageError('A budget can have one label only.', { hint: 'Set a budget for each of them.' });
  }
  const [name, value] = first;
  if (value === '') {
    const shown = plain(name, 40);
    throw new UsageError(`--label ${shown}= has no value.`, {
      hint: `Write ${shown}=value, or '${shown}=${EACH}' for a budget of each value.`,
    });
  }
  return { label: { name, value } };
}

function thresholdsOf(texts: string[] | undefined): number[] {
  if (texts === undefined) return [...THRESHOLDS];
  const percents = texts.map((text) => (/^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN));
  if (percents.length > 0 && percents.length <= 20 && percents.every(isPercent))
    return [...new Set(percents)].sort((a, b) => a - b);
  throw new UsageError(`--thresholds '${plain(texts.join(','), 60)}' is not a list of percentages.`, {
    hint: 'Write them as --thresholds 50,80,100',
  });
}
