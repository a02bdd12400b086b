import { recordCall } from '../../capture/child/record-call.ts';
import { UsageError } from '../../core/errors.ts';
import { ELEVENLABS, type Usage, type UsageEvent } from '../../core/usage/event.ts';
import { appendRecorded } from '../../store/sessions/recorded-log.ts';
import type { CommandIo } from '../command-io.ts';

/** Every count is the text that was typed. */
export interface RecordOptions {
  service?: string;
  model?: string;
  operation?: string;
  voice?: string;
  status?: string;
  id?: string;
  at?: string;
  label?: Record<string, string>;
  inputTokens?: string;
  outputTokens?: string;
  characters?: string;
  credits?: string;
  images?: string;
  imageSize?: string;
  audioSeconds?: string;
  songs?: string;
}

const COUNTS = ['inputTokens', 'outputTokens', 'characters', 'credits', 'audioSeconds', 'songs'] as const;
const HINT = 'costwatch record --service elevenlabs --model eleven_v3 --characters 500';

/** Records one call: in the run that this shell is part of, or else in the log of the day. */
export async function recordCommand(options: RecordOptions, io: CommandIo): Promise<number> {
  const { service, model, operation, voice, id, label } = options;
  if (!service) throw new UsageError('Which service was called?', { hint: HINT });
  recordCall(
    {
      service,
      timestamp: timeOf(options.at, io.now),
      usage: usageOf(options),
      ...(operation ? { operation } : {}),
      ...(options.status ? { status: options.status as UsageEvent['status'] } : {}),
      ...(model ? { requestModel: model, responseModel: model } : {}),
      ...(voice ? { voice } : {}),
      ...(id ? { id } : {}),
      ...(label ? { labels: label } : {}),
    },
    io.env,
    (event) => appendRecorded(io.env, event),
  );
  if (service === ELEVENLABS && options.credits === undefined && model === undefined)
    io.stderr.write(
      'costwatch: recorded, but without --model or --credits its credits are not known, so no budget counts it\n',
    );
  return 0;
}

function usageOf(options: RecordOptions): Usage {
  const usage: Usage = {};
  for (const name of COUNTS) {
    const text = options[name];
    if (text !== undefined) usage[name] = countOf(text, name);
  }
  if (options.images !== undefined) {
    const count = countOf(options.images, 'images');
    usage.images = [options.imageSize ? { size: options.imageSize, count } : { count }];
  }
  if (Object.keys(usage).length === 0)
    throw new UsageError('What did the call use? There is no count to record.', { hint: HINT });
  return usage;
}

function countOf(text: string, name: string): number {
  const count = Number(text.replaceAll(',', ''));
  if (text.trim() !== '' && Number.isFinite(count) && count >= 0) return count;
  const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`--${option} '${text}' is not a count.`, { hint: `Write a number, such as --${option} 500.` });
}

function timeOf(text: string | undefined, now: Date): string {
  const time = text === undefined ? now : new Date(text);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new UsageError(`--at '${text}' is not a time.`, { hint: 'Write --at 2026-11-22T10:15:00Z.' });
}
