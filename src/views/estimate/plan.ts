import type { Plan, PlanStep } from '../../core/estimate/plan.ts';
import type { ComparedRow, Figures } from '../../core/estimate/plan-compare.ts';
import type { PlanCost } from '../../core/estimate/plan-cost.ts';
import { formatUsd, type Money } from '../../core/pricing/money.ts';
import { type QuotaReading, remaining } from '../../core/quota/quota.ts';
import { plain } from '../../core/text.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { formatCount, plural } from '../terminal/format.ts';
import type { Look } from '../terminal/look.ts';
import { titledTable } from '../terminal/titled-table.ts';
import { indented } from '../terminal/wrap.ts';
import { costEachText, costText, estimateNotes, inputText, mark, outputText, type ShownEstimate } from './estimate.ts';

export interface PlanView {
  day: string;
  plan: Plan;
  planned: readonly { step: PlanStep; estimate: ShownEstimate }[];
  cost: PlanCost;
  quota: QuotaReading | undefined;
  compared: readonly ComparedRow[] | undefined;
}

/** The steps with their cost, the total with its margin, the quota, and the comparison where there is one. */
export function renderPlan(view: PlanView, look: Look): string {
  const { bold, yellow } = look.colors;
  const { plan, planned, compared } = view;
  const name = plan.name === undefined ? '' : ` ${plain(plan.name, 80)}`;
  const steps = planned.map(({ step, estimate }) => [
    plain(step.name, 40),
    plain(step.model, 40) + (step.tier === 'standard' ? '' : ` (${step.tier})`),
    inputText(estimate),
    outputText(estimate),
    formatCount(step.repeat),
    costEachText(estimate),
    costText(estimate),
  ]);
  const titles = ['step', 'model', 'input', 'output', 'calls', 'one call', 'total'];
  const notes = estimateNotes(planned.map(({ estimate }) => estimate));
  const parts = [
    bold(indented(`Plan${name} at the prices of ${view.day}`, look, '  ', '')),
    titledTable(titles, steps, look, 2, ['one call', 'input', 'output', 'calls']),
    '',
    ...totals(view, look),
    ...notes.map((note) => yellow(indented(`! ${note}`, look, '  ', ''))),
    ...(compared ? ['', bold('Plan against actual'), comparison(compared, look)] : []),
  ];
  return `${parts.join('\n')}\n`;
}

function totals({ plan, planned, cost, quota }: PlanView, look: Look): string[] {
  const bound = cost.unpriced > 0 ? '≥ ' : planned.every(({ estimate }) => mark(estimate) === '') ? '' : '~';
  const margin = `with ${plan.margin} % margin`;
  const usd = (money: Money) => `${bound}${formatUsd(money)}`;
  const services = new Set(planned.map(({ estimate }) => estimate.service));
  const { unit } = plan;
  const line = (text: string, indent = '  ') => indented(text, look, `${indent}  `, indent);
  return [
    ...([...services].some((service) => service !== ELEVENLABS)
      ? [
          line(`Gemini: ${usd(cost.cost)}, ${margin} ${usd(cost.costWithMargin)}`),
          ...(unit && cost.costPerUnit !== undefined
            ? [
                line(
                  `per ${plain(unit.name, 40)} (${formatCount(unit.count)}): ${usd(cost.costPerUnit)} ${margin}`,
                  '    ',
                ),
              ]
            : []),
        ]
      : []),
    ...(services.has(ELEVENLABS)
      ? [
          line(
            `ElevenLabs: ${plural(cost.credits, 'credit')}, ${margin} ${formatCount(cost.creditsWithMargin)}${left(cost, quota)}`,
          ),
        ]
      : []),
  ];
}

function left({ creditsWithMargin }: PlanCost, quota: QuotaReading | undefined): string {
  if (!quota) return '';
  if (!quota.known) return ` (${quota.message})`;
  const rest = remaining(quota);
  if (rest === null) return '; the account has no limit';
  const missing = creditsWithMargin - rest;
  return `; ${formatCount(rest)} left${missing > 0 ? `, ${formatCount(missing)} too few` : ', which is enough'}`;
}

function comparison(rows: readonly ComparedRow[], look: Look): string {
  const lines = rows.map(({ steps, service, model, planned, actual }) => [
    steps.length > 0 ? steps.map((step) => plain(step, 40)).join(' + ') : 'not in the plan',
    plain(model, 40),
    formatCount(planned.calls),
    formatCount(actual.calls),
    amount(planned, service),
    `${actual.unpriced > 0 ? '≥ ' : ''}${amount(actual, service)}`,
    difference(planned, actual, service),
  ]);
  const titles = ['step', 'model', 'planned calls', 'actual calls', 'planned', 'actual', 'difference'];
  return titledTable(titles, lines, look, 2, ['planned calls', 'actual calls', 'planned']);
}

function amount({ cost, credits }: Figures, service: string): string {
  return service === ELEVENLABS ? plural(credits, 'credit') : formatUsd(cost);
}

/** `+12 %`; `-` where nothing was planned. */
function difference(planned: Figures, actual: Figures, service: string): string {
  const [before, after] =
    service === ELEVENLABS ? [planned.credits, actual.credits] : [Number(planned.cost), Number(actual.cost)];
  if (before === 0) return '-';
  const percent = Math.round(((after - before) / before) * 100);
  return `${percent > 0 ? '+' : ''}${formatCount(percent)} %`;
}
