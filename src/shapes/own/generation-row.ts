import { type JsonObject, text } from '../../core/json.ts';
import { GEMINI, type Usage } from '../../core/usage/event.ts';
import { costAt, countAt, errorCodeOf, labelsOf, present, statusOf, textAt, timeAt } from '../reading/fields.ts';
import { vendorOf } from '../reading/vendor.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';

/**
 * A row of a video generation service: `{model, provider, cost, duration, created_at, status}`, duration in seconds.
 * Veo is billed by Google by the second; any other vendor keeps its own name and the cost that the row records.
 */
export const generationRow: LogShape = {
  id: 'generation-row',
  summary: 'video generation row: provider, model, duration, cost',
  keys: ['provider'],
  recognises: (record) =>
    text(record.provider) !== undefined &&
    text(record.model) !== undefined &&
    Object.hasOwn(record, 'duration') &&
    Object.hasOwn(record, 'cost') &&
    !['input_tokens', 'prompt_tokens', 'tokens'].some((key) => Object.hasOwn(record, key)),
  toEvents: (record) => [readRow(record)],
};

function readRow(record: JsonObject): LoggedEvent {
  const model = textAt(record, 'model')!;
  const vendor = vendorOf(model);
  const status = statusOf(record.status);
  const isVeo = vendor === GEMINI && status === 'ok';
  return {
    service: vendor ?? textAt(record, 'provider')!.toLowerCase(),
    operation: 'generate_videos',
    status,
    requestModel: model,
    ...(isVeo ? veoUsage(record, model) : {}),
    ...present({
      id: textAt(record, 'id'),
      timestamp: timeAt(record, 'created_at'),
      errorCode: status === 'failed' ? errorCodeOf(record.error) : undefined,
      recordedCost: costAt(record, textAt(record, 'currency')?.toUpperCase() ?? 'USD', 'cost'),
      labels: labelsOf(record.labels) ?? labelsOf(record.metadata),
    }),
  };
}

function veoUsage(record: JsonObject, model: string): { usage?: Usage; estimated?: string } {
  const seconds = countAt(record, 'duration');
  if (seconds === undefined) return {};
  const named = resolutionOf(textAt(record, 'resolution'));
  const audio = record.audio ?? record.generate_audio ?? !/^veo-2/.test(model);
  const usage = { video: [{ resolution: named ?? '720p', audio: audio === true, seconds }] };
  return { usage, ...(named ? {} : { estimated: '720p assumed, the row names no resolution' }) };
}

/** `1080p`, `4k` or pixels such as `1920x1080`. */
function resolutionOf(value: string | undefined): string | undefined {
  const name = value?.trim().toLowerCase();
  const [, width, height] = /^(\d+)\s*[x×]\s*(\d+)$/.exec(name ?? '') ?? [];
  const lines = width && height ? `${Math.min(Number(width), Number(height))}p` : name;
  if (lines === '2160p') return '4k';
  return lines && /^(\d{3,4}p|4k)$/.test(lines) ? lines : undefined;
}
