import { at, isObject, list, text } from '../../core/json.ts';
import { plain } from '../../core/text.ts';

/** What a 429 of Google says of the limit it hit, as far as it says it. */
export interface GeminiQuotaHit {
  /** `RPM`, `TPM`, `RPD`, `TPD`, or Google's own name of another limit. */
  limit: string;
  /** How many of them are allowed. */
  value?: string;
  model?: string;
  /** The quota is that of a key without billing. */
  freeTier: boolean;
}

/**
 * A short note for the body of a 429:
 * `Gemini limit hit: requests per minute (RPM), 10 for gemini-3.8-flash; free tier; retry in 37s`.
 * Undefined for a body that names neither a limit nor a delay.
 */
export function quotaNote(body: unknown): string | undefined {
  const details = detailsOf(body);
  const hits = quotaHits(body);
  const delay = text(details.map((detail) => at(detail, 'retryDelay')).find((found) => text(found)));
  if (hits.length === 0 && delay === undefined) return undefined;
  const parts = [
    ...new Set(hits.map(describe)),
    ...(hits.some(({ freeTier }) => freeTier) ? ['free tier'] : []),
    ...(delay ? [`retry in ${plain(delay, 20)}`] : []),
  ];
  return `Gemini limit hit: ${parts.join('; ')}`;
}

/** Every limit that the body of a 429 names. */
export function quotaHits(body: unknown): GeminiQuotaHit[] {
  return detailsOf(body).flatMap((detail) => {
    const violations = list(at(detail, 'violations')).flatMap((violation) => {
      const id = text(at(violation, 'quotaId')) ?? text(at(violation, 'quotaMetric'));
      if (id === undefined) return [];
      const value = text(at(violation, 'quotaValue'));
      const model = text(at(violation, 'quotaDimensions', 'model'));
      return [{ ...hitOf(id), ...(value ? { value } : {}), ...(model ? { model } : {}) }];
    });
    // Older bodies and Vertex name it in ErrorInfo.
    const older = text(at(detail, 'metadata', 'quota_limit'));
    return older === undefined ? violations : [...violations, hitOf(older)];
  });
}

/** The details of an error; streams that are not SSE wrap it in a list. */
function detailsOf(body: unknown) {
  const error = at(body, 'error') ?? at(body, 0, 'error');
  return list(at(error, 'details')).filter(isObject);
}

function hitOf(id: string): GeminiQuotaHit {
  const what = /token/i.test(id) ? 'T' : /request/i.test(id) ? 'R' : undefined;
  const per = /per_?minute/i.test(id) ? 'M' : /per_?day/i.test(id) ? 'D' : undefined;
  return { limit: what && per ? `${what}P${per}` : id, freeTier: /free_?tier/i.test(id) };
}

const NAMES: Record<string, string> = {
  RPM: 'requests per minute (RPM)',
  TPM: 'tokens per minute (TPM)',
  RPD: 'requests per day (RPD)',
  TPD: 'tokens per day (TPD)',
};

function describe({ limit, value, model }: GeminiQuotaHit): string {
  const name = Object.hasOwn(NAMES, limit) ? NAMES[limit]! : plain(limit, 80);
  const amount = value ? ` ${plain(value, 20)}` : '';
  const whose = model ? ` for ${plain(model, 80)}` : '';
  return amount || whose ? `${name},${amount}${whose}` : name;
}
