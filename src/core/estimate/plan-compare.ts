import { Ledger } from '../ledger/ledger.ts';
import { bareModelId } from '../pricing/book/book.ts';
import { type Money, ZERO } from '../pricing/money.ts';
import type { PricedEvent } from '../pricing/price.ts';
import { ELEVENLABS, type UsageEvent } from '../usage/event.ts';
import type { CallEstimate } from './estimate.ts';
import type { PlanStep } from './plan.ts';

export interface PlannedStep {
  step: PlanStep;
  estimate: CallEstimate;
}

/** Planned against actual. Steps that no label tells apart and that share a model are one row. */
export interface ComparedRow {
  /** The names of its steps; empty for calls that are in no plan. */
  steps: string[];
  service: string;
  model: string;
  planned: Figures;
  actual: Figures & { failed: number; unpriced: number };
}

export interface Figures {
  calls: number;
  cost: Money;
  credits: number;
}

interface Slot {
  steps: PlannedStep[];
  labels: [string, string][];
  ledger: Ledger;
  service: string;
  model: string;
}

/**
 * Sets the calls of a session against the steps of a plan: by the labels of a step, else by a label `step` with its name,
 * else by the model. Calls that fit no step get rows of their own, after the plan's.
 */
export function comparePlan(planned: readonly PlannedStep[], calls: Iterable<PricedEvent>): ComparedRow[] {
  const inOrder = slotsOf(planned);
  // The most specific labels first, so that a step with two labels is preferred to one with one of them.
  const slots = [...inOrder].sort((one, other) => other.labels.length - one.labels.length);
  const strays = new Map<string, Slot>();
  for (const call of calls) {
    const slot = slots.find((one) => hasLabels(one, call.event)) ?? byStepLabel(slots, call) ?? byModel(slots, call);
    (slot ?? stray(strays, call)).ledger.add(call);
  }
  return [...inOrder, ...strays.values()].map(rowOf);
}

function slotsOf(planned: readonly PlannedStep[]): Slot[] {
  const slots = new Map<string, Slot>();
  for (const one of planned) {
    const labels = Object.entries(one.step.labels).sort();
    const model = modelOf(one);
    const key = JSON.stringify(labels.length > 0 ? labels : [one.estimate.service, model]);
    const slot = slots.get(key) ?? { steps: [], labels, ledger: new Ledger(), service: one.estimate.service, model };
    slot.steps.push(one);
    slots.set(key, slot);
  }
  return [...slots.values()];
}

function modelOf({ step, estimate }: PlannedStep): string {
  return bareModelId(estimate.priced.model ?? step.model);
}

function hasLabels({ labels }: Slot, { labels: own = {} }: UsageEvent): boolean {
  return labels.length > 0 && labels.every(([name, value]) => Object.hasOwn(own, name) && own[name] === value);
}

function byStepLabel(slots: Slot[], { event }: PricedEvent): Slot | undefined {
  const name = event.labels?.step;
  return name === undefined ? undefined : slots.find(({ steps }) => steps.some(({ step }) => step.name === name));
}

function byModel(slots: Slot[], { model, event }: PricedEvent): Slot | undefined {
  const names = [model, event.responseModel, event.requestModel].flatMap((id) => (id ? [bareModelId(id)] : []));
  return slots.find((slot) => slot.labels.length === 0 && slot.service === event.service && names.includes(slot.model));
}

function stray(strays: Map<string, Slot>, { model = 'unknown model', event }: PricedEvent): Slot {
  const key = `${event.service} ${model}`;
  const slot = strays.get(key) ?? { steps: [], labels: [], ledger: new Ledger(), service: event.service, model };
  strays.set(key, slot);
  return slot;
}

function rowOf({ steps, ledger, service, model }: Slot): ComparedRow {
  const { totals } = ledger;
  const { calls, failed, unpriced, credits } = totals.counts;
  return {
    steps: steps.map(({ step }) => step.name),
    service,
    model,
    planned: {
      calls: steps.reduce((sum, { step }) => sum + step.repeat, 0),
      cost: steps.reduce((sum, { estimate }) => sum + (estimate.cost ?? ZERO), ZERO),
      credits: steps.reduce((sum, { estimate }) => sum + (estimate.credits ?? 0), 0),
    },
    actual: {
      calls: calls - failed,
      cost: service === ELEVENLABS ? ZERO : (totals.cost(service) ?? ZERO),
      credits,
      failed,
      unpriced,
    },
  };
}
