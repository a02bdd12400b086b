import { at, isObject, text } from '../../core/json.ts';

/** Credits left and credits needed, as the quota message of a refused call says. */
export interface QuotaRefusal {
  limit?: number;
  remaining: number;
  required: number;
}

/**
 * The error code of any of ElevenLabs' error bodies: `detail.status` (older) or `detail.code` (newer), and
 * `validation_error` where `detail` is a list. A quota refusal comes as 401 and is not a bad key.
 */
export function errorCode(body: unknown): string | undefined {
  const detail = at(body, 'detail');
  if (Array.isArray(detail)) return 'validation_error';
  // A text in place of an object is a sentence, which may quote the request.
  if (!isObject(detail)) return undefined;
  const names = [text(detail.code), text(detail.status)];
  return names.find((name) => name === 'quota_exceeded') ?? names[1] ?? names[0];
}

const QUOTA =
  /quota(?: of (\d+))?\. You have (-?\d+) (?:credits|characters) remaining, while (\d+) (?:credits|characters) are required/;

export function quotaRefusal(body: unknown): QuotaRefusal | undefined {
  const [, limit, remaining, required] = QUOTA.exec(text(at(body, 'detail', 'message')) ?? '') ?? [];
  if (remaining === undefined || required === undefined) return undefined;
  return { remaining: Number(remaining), required: Number(required), ...(limit ? { limit: Number(limit) } : {}) };
}
