import { at, isObject, list, text } from '../../core/json.ts';

/**
 * The limit that a refused call hit, in words of ours, never in Google's free text:
 * `requests per minute (RPM), 10 for gemini-3.8-flash, free-tier key; retry within a minute`.
 * Undefined for a body that names neither a limit nor a delay.
 * Bodies: https://ai.google.dev/gemini-api/docs/rate-limits
 */
export function limitHit(body: unknown, model: string | undefined): string | undefined {
  const details = list(at(body, 'error', 'details')).filter(isObject);
  const named = details.flatMap((detail) => [
    ...list(at(detail, 'violations')).map((violation) => describe(violation, model)),
    // Older bodies and Vertex name it in ErrorInfo.
    ...(at(detail, 'metadata', 'quota_limit') ? [nameOf(at(detail, 'metadata', 'quota_limit'))] : []),
  ]);
  const limits = [...new Set(named)].join(' and ');
  const delay = details.map((detail) => delayOf(at(detail, 'retryDelay'))).find((found) => found !== undefined);
  const parts = [...(limits ? [limits] : []), ...(delay === undefined ? [] : [`retry within ${delay}`])];
  return parts.length === 0 ? undefined : parts.join('; ');
}

function describe(violation: unknown, model: string | undefined): string {
  const id = at(violation, 'quotaId') ?? at(violation, 'quotaMetric');
  const value = text(at(violation, 'quotaValue')) ?? '';
  const amount = /^\d{1,12}$/.test(value) ? `, ${value}${model ? ` for ${model}` : ''}` : '';
  const tier = /free_?tier/i.test(text(id) ?? '') ? ', free-tier key' : '';
  return `${nameOf(id)}${amount}${tier}`;
}

/** Only known words of an id are repeated: the body of an error may quote anything. */
function nameOf(id: unknown): string {
  const name = text(id) ?? '';
  const what = (['token', 'request', 'image'] as const).find((word) => name.toLowerCase().includes(word));
  const per = (['minute', 'day'] as const).find((word) => new RegExp(`per_?${word}`, 'i').test(name));
  if (!what || !per) return 'a limit without a known name';
  return `${what}s per ${per} (${what === 'image' ? 'I' : what[0]!.toUpperCase()}P${per[0]!.toUpperCase()})`;
}

/** Rounded up to a few steps, so that a thousand refusals are one note. */
const STEPS = [
  [10, '10 seconds'],
  [60, 'a minute'],
  [600, '10 minutes'],
  [3600, 'an hour'],
  [86_400, 'a day'],
] as const;

function delayOf(delay: unknown): string | undefined {
  const seconds = Number(/^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(text(delay) ?? '')?.[1] ?? Number.NaN);
  if (Number.isNaN(seconds)) return undefined;
  return STEPS.find(([most]) => seconds <= most)?.[1] ?? 'some days';
}
