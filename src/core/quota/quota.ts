/** What ElevenLabs says of the account's quota, or why it says nothing. */
export type QuotaReading = Quota | UnreadQuota;

/** The quota of one period, in characters (ElevenLabs' credits). Never money. */
export interface Quota {
  known: true;
  /** Used so far by the whole account; may exceed the limit. */
  used: number;
  /** Null where the account has no fixed limit. */
  limit: number | null;
  /** What may be used beyond the limit; 0 where that is switched off. */
  overage: number | 'unlimited';
  /** ISO 8601 in UTC; in the past for accounts that have been idle, null where nothing is planned. */
  resetsAt: string | null;
  /** ElevenLabs' word for the plan, such as `starter`. */
  plan: string | null;
}

export interface UnreadQuota {
  known: false;
  reason: 'no-key' | 'bad-setting' | 'no-permission' | 'invalid-key' | 'refused' | 'unreachable' | 'unexpected';
  message: string;
  /** What to type or change next. */
  hint: string;
}

/** The account around a run. Others who use the account meanwhile are in the difference too. */
export interface QuotaChange {
  before: QuotaReading;
  after: QuotaReading;
}

/** `QuotaChange` as `--json` prints it. */
export type QuotaRow =
  | {
      service: 'elevenlabs';
      known: true;
      used: number;
      /** Used when the run started; null where that was not to be read. */
      usedBefore: number | null;
      limit: number | null;
      remaining: number | null;
      resetsAt: string | null;
    }
  | { service: 'elevenlabs'; known: false; reason: UnreadQuota['reason']; message: string };

export function quotaRow({ before, after }: QuotaChange): QuotaRow {
  if (!after.known) return { service: 'elevenlabs', known: false, reason: after.reason, message: after.message };
  const { used, limit, resetsAt } = after;
  const usedBefore = before.known ? before.used : null;
  return { service: 'elevenlabs', known: true, used, usedBefore, limit, remaining: remaining(after), resetsAt };
}

/** Characters left within the limit, 0 when it is used up; null without a limit. */
export function remaining({ used, limit }: Quota): number | null {
  return limit === null ? null : Math.max(0, limit - used);
}

/** Whole percent of the limit, rounded down so that 100 % is never said too early; null without a limit. */
export function percentUsed({ used, limit }: Pick<Quota, 'used' | 'limit'>): number | null {
  return limit === null || limit === 0 ? null : Math.floor((used * 100) / limit);
}

/** Whether the reset lies in the past, as ElevenLabs shows it for accounts without calls since. */
export function isResetOverdue({ resetsAt }: Pick<Quota, 'resetsAt'>, now: Date): boolean {
  return resetsAt !== null && Date.parse(resetsAt) < now.valueOf();
}
