import type { Environment } from '../../core/environment.ts';
import { at, count, jsonOf, text } from '../../core/json.ts';
import type { Quota, QuotaReading, UnreadQuota } from '../../core/quota/quota.ts';
import { plain } from '../../core/text.ts';
import { errorCode } from './error.ts';

const DEFAULT_BASE = 'https://api.elevenlabs.io';
const TIMEOUT_MS = 5000;

/**
 * Asks ElevenLabs for the quota of the account that ELEVENLABS_API_KEY (or XI_API_KEY) belongs to, at
 * ELEVENLABS_BASE_URL where that is set. Costs nothing, takes five seconds at most, and never throws: a quota that
 * cannot be read says why. The key is in no message.
 */
export async function readQuota(env: Environment, send: typeof fetch = fetch): Promise<QuotaReading> {
  const key = (env.ELEVENLABS_API_KEY || env.XI_API_KEY || '').trim();
  if (key === '') return unread('no-key', 'There is no ElevenLabs key in the environment.', HINTS.noKey);
  // A key that HTTP refuses as a header would be quoted in the error.
  if (!/^[\x21-\x7e]+$/.test(key))
    return unread('bad-setting', 'The ElevenLabs key in the environment holds characters that no key has.', HINTS.copy);
  const base = (env.ELEVENLABS_BASE_URL?.trim() || DEFAULT_BASE).replace(/\/+$/, '');
  const url = `${base}/v1/user/subscription`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return unread('bad-setting', 'ELEVENLABS_BASE_URL is not a web address.', HINTS.base);
  return ask(url, key, send);
}

async function ask(url: string, key: string, send: typeof fetch): Promise<QuotaReading> {
  const { host } = new URL(url);
  let status: number;
  let body: unknown;
  try {
    const response = await send(url, {
      headers: { 'xi-api-key': key, accept: 'application/json' },
      // A redirect would carry the key to wherever it points.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    status = response.status;
    // What is no JSON has none of the fields either, which is told as such.
    body = jsonOf(await response.text());
  } catch (error) {
    const what =
      (error as Error).name === 'TimeoutError' ? `did not answer within ${TIMEOUT_MS / 1000} s` : lost(error);
    return unread('unreachable', `${host} ${what}: the quota is not known.`, HINTS.later);
  }
  return status === 200 ? quotaIn(body, host) : refusal(status, errorCode(body), host);
}

function lost(error: unknown): string {
  const code = text(at((error as Error).cause, 'code'));
  return `cannot be reached${code ? ` (${plain(code, 40)})` : ''}`;
}

/** Reads only what a quota is made of; the answer also holds invoices and currencies. */
function quotaIn(body: unknown, host: string): Quota | UnreadQuota {
  const used = count(at(body, 'character_count'));
  if (used === undefined)
    return unread('unexpected', `${host} answered without a character count: the quota is not known.`, HINTS.base);
  const seconds = count(at(body, 'next_character_count_reset_unix'));
  const extension = at(body, 'max_credit_limit_extension') ?? at(body, 'max_character_limit_extension');
  return {
    known: true,
    used,
    limit: count(at(body, 'character_limit')) ?? null,
    overage: extension === 'unlimited' ? 'unlimited' : (count(extension) ?? 0),
    resetsAt: seconds && seconds < LATEST_SECONDS ? new Date(seconds * 1000).toISOString() : null,
    plan: text(at(body, 'tier')) ?? null,
  };
}

/** The end of the year 9999; a larger number is no date. */
const LATEST_SECONDS = 253_402_300_800;

function refusal(status: number, code: string | undefined, host: string): UnreadQuota {
  const said = `${host} answered ${status}${code ? ` ${plain(code, 60)}` : ''}`;
  if (code === 'missing_permissions')
    return unread(
      'no-permission',
      'The quota is not readable with this key: it lacks the permission user_read.',
      HINTS.scope,
    );
  if (status === 401) return unread('invalid-key', `ElevenLabs does not accept this key (${said}).`, HINTS.copy);
  if (status === 429 || status >= 500) return unread('refused', `${said}: the quota is not known.`, HINTS.later);
  return unread('refused', `${said}: the quota is not known.`, HINTS.base);
}

function unread(reason: UnreadQuota['reason'], message: string, hint: string): UnreadQuota {
  return { known: false, reason, message, hint };
}

const HINTS = {
  noKey: 'Set it and ask again: ELEVENLABS_API_KEY=… costwatch quota',
  copy: 'Copy the key again from the API keys page of your ElevenLabs account into ELEVENLABS_API_KEY.',
  scope:
    'Speech works without it. Give the key "User: Read" on the API keys page of your ElevenLabs account, or use another key.',
  base: 'Check ELEVENLABS_BASE_URL, or unset it to ask api.elevenlabs.io.',
  later: 'Check the network and try again: costwatch quota',
};
