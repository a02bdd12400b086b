import { at, isObject, text } from '../../core/json.ts';

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
  /quota(?: of (\d+))?\. You have (-?\d+) (?:credits|characters) remaining, while \d+ (?:credits|characters) are required/;

/**
 * What a refused call says of the quota that it would have exceeded: `API key cap of 5000 hit, 17 left`. A key's own cap
 * is told nowhere else.
 */
export function limitHit(body: unknown): string | undefined {
  const message = text(at(body, 'detail', 'message')) ?? '';
  const [, limit, remaining] = QUOTA.exec(message) ?? [];
  if (remaining === undefined) return undefined;
  const what = message.includes('your API key') ? 'API key cap' : 'quota';
  return `${what}${limit === undefined ? '' : ` of ${limit}`} hit, ${remaining} left`;
}
