import { join } from 'node:path';
import type { GateConfig, RefusedCall } from '../../capture/parent/run.ts';
import { STOP_FILE, type StopNotice } from '../../capture/wire/gate-config.ts';
import { type Budget, SERVICE_OF } from '../../core/budget/budget.ts';
import type { BudgetRow } from '../../core/budget/row.ts';
import type { BucketState } from '../../core/budget/state.ts';
import type { PricingContext } from '../../core/pricing/price.ts';
import { writeFileAtomic } from '../../store/files/atomic.ts';
import { rowLabel } from '../../views/budget/text.ts';
import { plural } from '../../views/terminal/format.ts';
import { whileWaiting } from '../../views/terminal/spinner.ts';
import type { CommandIo } from '../command-io.ts';
import { openSpend } from '../open-spend.ts';
import { zoneOf } from '../options.ts';
import { Alerts, checkAlertCommand, checkAlertUrl } from './alerts.ts';
import { budgetsOfRun, gateOf, labelsOfRun, ownBudgetId, type RunBudgetOptions } from './budget-options.ts';
import type { LiveTotals } from './live.ts';
import { BudgetWatch } from './watch-budgets.ts';

interface StartedRun {
  session: { id: string; command: string[] };
  /** The run's folder. */
  folder: string;
  pricing: PricingContext;
  live: LiveTotals | undefined;
}

/**
 * The budgets of a run; undefined where none holds, and then nothing of this costs anything.
 * @throws CostwatchError for wrong options and budgets that cannot be read, before the command is started.
 */
export function openRunBudgets(options: RunBudgetOptions, io: CommandIo): RunBudgets | undefined {
  checkAlertUrl(options.alertUrl);
  checkAlertCommand(options.onAlert);
  const budgets = budgetsOfRun(options, io);
  return budgets.length > 0 ? new RunBudgets(budgets, options, io) : undefined;
}

/** The budgets of one run, watched: informs the user and the alerts, and says what the hook needs to refuse calls. */
export class RunBudgets {
  readonly gate: Omit<GateConfig, 'sessionId'> | undefined;
  private readonly budgets: readonly Budget[];
  private readonly io: CommandIo;
  private readonly zone = zoneOf(undefined);
  private readonly alerts: Alerts;
  private watch: BudgetWatch | undefined;
  private live: LiveTotals | undefined;
  private finalRows: BudgetRow[] = [];
  private readonly usedUp: StopNotice = {};
  private readonly labels: Record<string, string>;
  /** Of the budget that was given for this run alone. */
  private readonly ownId: string | undefined;

  constructor(budgets: readonly Budget[], options: RunBudgetOptions, io: CommandIo) {
    const { onAlert, alertUrl } = options;
    this.budgets = budgets;
    this.labels = labelsOfRun(options, io);
    this.ownId = ownBudgetId(options, io, budgets);
    this.io = io;
    this.gate = gateOf(budgets, this.zone, io);
    this.alerts = new Alerts({ command: onAlert, url: alertUrl, env: io.env, say: this.say });
  }

  start({ session, folder, pricing, live }: StartedRun): void {
    const { budgets, zone, labels, io } = this;
    this.live = live;
    const question = { env: io.env, budgets, pricing, zone, session: session.id, now: () => new Date() };
    this.watch = new BudgetWatch({
      spend: openSpend(question),
      budgets,
      zone,
      session: { id: session.id, command: session.command },
      labels,
      say: this.say,
      alert: (alert) => this.alerts.send(alert),
      onUsedUp: (state, message) => this.writeStopFile(folder, state, message),
      onChange: () => this.live?.refresh(),
    });
    this.watch.start();
  }

  /** A call was made or has come further. */
  recheckSoon(): void {
    this.watch?.recheckSoon();
  }

  readonly refused = ({ budget, event, reason, unpriced }: RefusedCall): void =>
    this.watch?.refused(budget, event, reason, unpriced);

  tightest(): string | undefined {
    return this.watch?.tightest();
  }

  /** Reads the figures a last time, before the run's folder goes. The live line has ended. */
  stop(): void {
    this.live = undefined;
    this.finalRows = this.watch?.stop() ?? [];
  }

  rows(): BudgetRow[] {
    return this.finalRows;
  }

  /** Says what was refused, and waits for the alerts that are still on their way. */
  async end(refused: number): Promise<void> {
    if (refused > 0) {
      const rows = this.finalRows.filter((row) => row.refused > 0);
      const which = [...new Set(rows.map(rowLabel))].join(', ');
      const verb = refused === 1 ? 'was' : 'were';
      this.say(
        `costwatch: ${plural(refused, 'call')} ${verb} not sent${which === '' ? '' : ` because of the budget ${which}`}\n  ${remedies(rows, this.ownId)}`,
      );
    }
    await whileWaiting('Sending the budget alerts', this.alerts.waitForAll());
  }

  private readonly say = (text: string): void => {
    if (this.live) this.live.say(text);
    else this.io.stderr.write(`${text}\n`);
  };

  /**
   * For processes that have no gate, such as Python's. They know nothing of models and labels, so a budget for some calls
   * only does not stop them.
   */
  private writeStopFile(folder: string, { bucket }: BucketState, message: string): void {
    const { id, model, label, unit } = bucket.budget;
    if (model !== undefined || label !== undefined) return;
    this.usedUp[SERVICE_OF[unit]] = { budget: id, message: `costwatch refused this call: ${message}` };
    try {
      writeFileAtomic(join(folder, STOP_FILE), `${JSON.stringify(this.usedUp)}\n`);
    } catch (error) {
      this.say(`costwatch: processes other than Node's cannot be stopped: ${(error as Error).message}`);
    }
  }
}

/** What to type next, by which budgets refused and why. No row is left of a budget whose day has ended meanwhile. */
function remedies(rows: readonly BudgetRow[], ownId: string | undefined): string {
  const isOwn = ({ id }: BudgetRow) => id === ownId;
  const isUsedUp = ({ refused, refusedUnpriced = 0 }: BudgetRow) => refused > refusedUnpriced;
  const isUnpriced = ({ refusedUnpriced = 0 }: BudgetRow) => refusedUnpriced > 0;
  const remedy = (isOf: boolean, text: string) => (isOf ? [text] : []);
  return [
    ...remedy(rows.length === 0 || !rows.every(isOwn), 'See it with: costwatch budget list'),
    ...remedy(
      rows.some((row) => isOwn(row) && isUsedUp(row)),
      'Raise it with: --budget AMOUNT',
    ),
    ...remedy(rows.some(isUnpriced), 'Set a price with: costwatch pricing set'),
    ...remedy(rows.some(isUsedUp), 'or run with --on-budget warn'),
    ...remedy(rows.some(isUnpriced), 'or run with --on-unpriced warn'),
  ].join('   ');
}
