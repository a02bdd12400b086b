import { CostwatchError } from '../../core/errors.ts';
import { Ledger } from '../../core/ledger/ledger.ts';
import { projectQuota, QUOTA_WINDOW, type QuotaProjection } from '../../core/quota/projection.ts';
import { isResetOverdue, percentUsed, type Quota, remaining } from '../../core/quota/quota.ts';
import { addDays } from '../../core/time/day.ts';
import { dimension } from '../../core/usage/dimension.ts';
import { ELEVENLABS, type UsageEvent } from '../../core/usage/event.ts';
import { readQuota } from '../../providers/elevenlabs/subscription.ts';
import { meter } from '../../providers/index.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { countHistory } from '../../store/history/count.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { renderQuota } from '../../views/budget/quota.ts';
import { jsonText } from '../../views/formats/json.ts';
import { whileWaiting } from '../../views/terminal/spinner.ts';
import { type CommandIo, look, utcDay } from '../command-io.ts';
import { ownHistory } from '../own-history.ts';

export interface QuotaOptions {
  json?: boolean;
  color?: boolean;
}

/** Prints what is left of the ElevenLabs quota and when it runs out at the pace of the own sessions. */
export async function showQuota(options: QuotaOptions, io: CommandIo): Promise<number> {
  const reading = await whileWaiting('Asking ElevenLabs for the quota', readQuota(io.env));
  if (!reading.known) throw new CostwatchError(reading.message, { hint: reading.hint });
  const today = utcDay(io.now);
  const projection = projectQuota(await ownCredits(io, today), remaining(reading), today, reading.resetsAt);
  io.stdout.write(
    options.json
      ? jsonText(quotaJson(reading, projection, io.now))
      : renderQuota(reading, projection, io.now, look(io.stdout, io.env, options)),
  );
  return 0;
}

/** ElevenLabs credits of the own sessions by UTC day, billed or estimated. */
async function ownCredits(io: CommandIo, today: string): Promise<Map<string, number>> {
  const oldest = addDays(today, -QUOTA_WINDOW);
  const context = { book: loadPriceBook({ overridesFile: overridesFile(io.env) }), meter, today };
  const ledger = new Ledger([dimension('day', 'UTC')]);
  const wanted = ({ service, timestamp = '' }: UsageEvent) => service === ELEVENLABS && timestamp >= oldest;
  await countHistory(ledger, await ownHistory(io), context, { wanted, isFineEmpty: true });
  for (const { file, line, reason } of ledger.problems)
    io.stderr.write(`! ${file}${line === undefined ? '' : `:${line}`}: ${reason}; not in the projection\n`);
  return new Map(
    [...ledger.groups.values()].flatMap(({ key, metrics }) => (key.day ? [[key.day, metrics.counts.credits]] : [])),
  );
}

function quotaJson(reading: Quota, projection: QuotaProjection | undefined, now: Date): object {
  const { used, limit, overage, resetsAt, plan } = reading;
  return {
    schemaVersion: 1,
    service: ELEVENLABS,
    plan,
    used,
    limit,
    remaining: remaining(reading),
    overage,
    percentUsed: percentUsed(reading),
    resetsAt,
    resetOverdue: isResetOverdue(reading, now),
    projection: projection
      ? { ...projection, method: `mean credits a day of your own sessions, last ${QUOTA_WINDOW} days` }
      : null,
  };
}
