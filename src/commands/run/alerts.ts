import { spawn } from 'node:child_process';
import { UsageError } from '../../core/errors.ts';
import { plain } from '../../core/text.ts';
import type { BudgetAlert } from './watch-budgets.ts';

export interface AlertOptions {
  /** Run by the shell for every alert: JSON on its stdin, `COSTWATCH_ALERT_…` in its environment. */
  command?: string | undefined;
  /** Gets every alert as the JSON body of a POST. */
  url?: string | undefined;
  env: NodeJS.ProcessEnv;
  say(text: string): void;
  /** How long an alert may take, in milliseconds; 5,000 by default. */
  limitMs?: number;
}

/** No alert takes longer, and none holds up the end of a run for longer. */
const LIMIT_MS = 5_000;

/** Hands alerts to a command and a web address of the user's. What fails is said, once of each kind, and is never fatal. */
export class Alerts {
  private readonly options: AlertOptions;
  private readonly pending = new Set<Promise<void>>();
  private readonly failed = new Set<string>();

  constructor(options: AlertOptions) {
    this.options = options;
  }

  send(alert: BudgetAlert): void {
    const { command, url, env, limitMs = LIMIT_MS } = this.options;
    if (command !== undefined) this.follow('--on-alert', runCommand(command, alert, env, limitMs));
    if (url !== undefined) this.follow('--alert-url', post(url, alert, limitMs));
  }

  /** Waits for what is under way, which ends by itself in time. */
  async waitForAll(): Promise<void> {
    await Promise.all(this.pending);
  }

  private follow(option: string, sending: Promise<void>): void {
    const followed = sending
      .catch((error: unknown) => {
        if (this.failed.has(option)) return;
        this.failed.add(option);
        this.options.say(
          `costwatch: the alert could not be delivered to ${option}: ${plain((error as Error).message)}`,
        );
      })
      .finally(() => this.pending.delete(followed));
    this.pending.add(followed);
  }
}

/** @throws UsageError for a command of no words. */
export function checkAlertCommand(command: string | undefined): void {
  if (command === undefined || command.trim() !== '') return;
  throw new UsageError('--on-alert is empty.', {
    hint: `Give it a command: --on-alert 'echo "$COSTWATCH_ALERT_MESSAGE" >> alerts.txt'`,
  });
}

/** @throws UsageError for what is not a web address. */
export function checkAlertUrl(url: string | undefined): void {
  if (url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return;
  throw new UsageError(`--alert-url '${plain(url, 100)}' is not a web address.`, {
    hint: 'Write it as --alert-url https://example.com/hook',
  });
}

function runCommand(command: string, alert: BudgetAlert, env: NodeJS.ProcessEnv, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that all that the shell starts ends with it.
    const isGroup = process.platform !== 'win32';
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: isGroup,
      env: { ...env, ...variablesOf(alert) },
    });
    const timer = setTimeout(() => {
      end(child.pid, isGroup);
      reject(new Error(`it took longer than ${limitMs / 1000} s and was stopped`));
    }, limitMs);
    child.on('error', reject);
    // A command that does not read its input is none of our business.
    child.stdin.on('error', () => {});
    child.stdin.end(`${JSON.stringify(alert)}\n`);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new Error(signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`));
    });
  });
}

function end(pid: number | undefined, isGroup: boolean): void {
  if (pid === undefined) return;
  try {
    process.kill(isGroup ? -pid : pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

function variablesOf({ type, message, threshold, budget, session }: BudgetAlert): Record<string, string> {
  return {
    COSTWATCH_ALERT_TYPE: type,
    COSTWATCH_ALERT_MESSAGE: message,
    COSTWATCH_ALERT_THRESHOLD: threshold === undefined ? '' : String(threshold),
    COSTWATCH_ALERT_BUDGET: budget.id,
    COSTWATCH_ALERT_SPENT: String(budget.spent),
    COSTWATCH_ALERT_LIMIT: String(budget.limit),
    COSTWATCH_ALERT_UNIT: budget.unit,
    COSTWATCH_ALERT_PERCENT: String(budget.percent),
    COSTWATCH_ALERT_SESSION: session.id,
  };
}

async function post(url: string, alert: BudgetAlert, limitMs: number): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'costwatch' },
    body: JSON.stringify(alert),
    signal: AbortSignal.timeout(limitMs),
    redirect: 'follow',
  }).catch((error: unknown) => {
    throw new Error(causeOf(error, limitMs), { cause: error });
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answered with status ${response.status}`);
}

/** `fetch` says only that it failed; why stands in the cause. */
function causeOf(error: unknown, limitMs: number): string {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `it took longer than ${limitMs / 1000} s`;
  const { code, message: detail } = (cause ?? {}) as NodeJS.ErrnoException;
  return [message, code ?? detail].filter((part) => part).join(': ');
}
