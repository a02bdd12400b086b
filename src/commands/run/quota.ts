import type { Ledger } from '../../core/ledger/ledger.ts';
import type { QuotaChange, QuotaReading } from '../../core/quota/quota.ts';
import { ELEVENLABS } from '../../core/usage/event.ts';
import { readQuota } from '../../providers/elevenlabs/subscription.ts';
import { whileWaiting } from '../../views/terminal/spinner.ts';

/** What the ElevenLabs account says around a run. Asks nothing where there is no key. */
export class RunQuota {
  private readonly env: NodeJS.ProcessEnv;
  private readonly before: Promise<QuotaReading>;
  /** The answer of before the run, once it is there. */
  known: QuotaReading | undefined;

  private constructor(env: NodeJS.ProcessEnv) {
    this.env = env;
    this.before = readQuota(env).then((reading) => {
      this.known = reading;
      return reading;
    });
  }

  /** Asks before the command starts, and does not wait for the answer. */
  static start(env: NodeJS.ProcessEnv): RunQuota | undefined {
    return env.ELEVENLABS_API_KEY || env.XI_API_KEY ? new RunQuota(env) : undefined;
  }

  /** Asks again where the run has called ElevenLabs; for any other run the account is of no concern. */
  async change(ledger: Ledger): Promise<QuotaChange | undefined> {
    if (![...ledger.byService.values()].some(({ key }) => key.service === ELEVENLABS)) return undefined;
    return whileWaiting('Asking ElevenLabs for the quota', this.askAgain());
  }

  private async askAgain(): Promise<QuotaChange> {
    const before = await this.before;
    return { before, after: before.known ? await readQuota(this.env) : before };
  }
}
