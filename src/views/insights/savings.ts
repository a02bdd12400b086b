import type { Insights } from '../../core/insights/insights.ts';
import type { Saving, SavingId } from '../../core/insights/savings.ts';
import { plain } from '../../core/text.ts';
import { formatCount, plural } from '../terminal/format.ts';
import type { Look } from '../terminal/look.ts';
import { dollars, type Row, rows, sentence } from './rows.ts';

const BOUNDS: Record<Saving['bound'], string> = { exact: '', most: '≤ ', least: '≥ ' };

/** What would have cost less, the largest first, each with what it assumes. */
export function savingsSection(insights: Insights, look: Look): string[] {
  const { savings } = insights;
  const heading = look.colors.bold('Money on the table');
  if (savings.length === 0) return sentence(`${heading}: nothing would have made these calls cheaper`, look);
  const lines = savings.map(
    (saving): Row => [
      markOf(saving) + amountText(saving),
      `${wayText(saving)}: ${plural(saving.calls, 'call')}`,
      look.colors.dim(assumptionOf(saving, insights)),
    ],
  );
  return [...sentence(`${heading} (each on its own: they do not add up)`, look), ...rows(lines, look, 'right')];
}

function markOf({ bound, estimated }: Saving): string {
  return bound === 'exact' && estimated > 0 ? '~' : BOUNDS[bound];
}

function amountText({ saved, credits = 0 }: Saving): string {
  return saved === undefined ? plural(credits, 'credit') : dollars(saved);
}

const WAYS: Record<SavingId, string> = {
  batch: 'on batch instead of standard',
  flex: 'on flex instead of standard',
  standard: 'on standard instead of priority',
  model: 'on the next cheaper model',
  caching: 'with all repeated input from a cache',
  thinking: 'without thinking',
  interrupted: 'without interrupted calls',
  credits: 'on a model at half the rate',
};

function wayText({ id, from, to }: Saving): string {
  if (from === undefined || to === undefined) return WAYS[id];
  return `on ${plain(to, 60)} instead of ${plain(from, 60)}`;
}

/** What a saving rests on, and what it costs in other ways than money. */
export function assumptionOf({ id }: Saving, { repeatsOfAnswers }: Insights): string {
  if (id !== 'interrupted' || repeatsOfAnswers === 0) return ASSUMPTIONS[id];
  return `${ASSUMPTIONS[id]}; ${REPEATS(repeatsOfAnswers)}`;
}

const ASSUMPTIONS: Record<SavingId, string> = {
  batch: 'the answers may come within a day; standard calls of models with a batch price',
  flex: 'the answers may take minutes or be refused when Google is busy; standard calls of models with a flex price',
  standard: 'the answers may take longer',
  model: 'the same token counts; the quality differs',
  caching:
    'at most this, if all input had been read from a cache: how much of it repeats cannot be known from counts; storage is extra',
  thinking: 'the same answers without reasoning tokens; the quality differs, and some models always think',
  interrupted: 'at least what was charged before they broke off; refused calls are not charged',
  credits: 'credits of quota at the rate of that model; the voice sounds different',
};

export const REPEATS = (count: number): string =>
  `${formatCount(count)} more ${count === 1 ? 'retry repeats a call that was' : 'retries repeat calls that were'} answered, whose cost cannot be known from counts`;
