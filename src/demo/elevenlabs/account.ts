import { jsonReply, type Reply } from '../exchange.ts';
import { creditsPerCharacter } from './credits.ts';

/** Characters in the plan and used so far; every call that reports a cost adds to `used`. */
export interface Quota {
  limit: number;
  used: number;
}

const MODELS = ['eleven_v3', 'eleven_multilingual_v2', 'eleven_flash_v2_5', 'eleven_turbo_v2_5'];
const VOICES = { '21m00Tcm4TlvDq8ikWAM': 'Rachel', pNInz6obpgDQGcFmaJgB: 'Adam', EXAVITQu4vr4xnSDxMaL: 'Sarah' };

const CONVERSATION = /^\/v1\/convai\/conversations\/([^/]+)$/;
const CONVERSATION_SECONDS = 5;
const CONVERSATION_CREDITS = 50;

/** The free reads of an account: what is left, which models and voices there are. */
export function account(path: string, quota: Quota): Reply | undefined {
  const reads: Record<string, () => unknown> = {
    '/v1/user/subscription': () => subscription(quota),
    '/v1/user': () => ({ user_id: 'demo', is_new_user: false, subscription: subscription(quota) }),
    '/v1/models': () => MODELS.map(model),
    '/v1/voices': () => ({ voices: Object.entries(VOICES).map(([id, name]) => voice(id, name)) }),
    '/v2/voices': () => ({ voices: Object.entries(VOICES).map(([id, name]) => voice(id, name)), has_more: false }),
  };
  const id = CONVERSATION.exec(path)?.[1];
  if (id) return jsonReply(conversation(id), { headers: { server: 'uvicorn' }, pace: 0.3 });
  if (!Object.hasOwn(reads, path)) return undefined;
  return jsonReply(reads[path]?.(), { headers: { server: 'uvicorn' }, pace: 0.3 });
}

/** Every conversation has been held, and cost the same. */
function conversation(id: string): object {
  const metadata = { call_duration_secs: CONVERSATION_SECONDS, cost: CONVERSATION_CREDITS };
  return { agent_id: 'demo', conversation_id: id, status: 'done', transcript: [], metadata };
}

function subscription({ limit, used }: Quota): object {
  return {
    tier: 'starter',
    character_count: used,
    character_limit: limit,
    max_character_limit_extension: 0,
    max_credit_limit_extension: 0,
    can_extend_character_limit: false,
    allowed_to_extend_character_limit: false,
    next_character_count_reset_unix: firstOfNextMonth() / 1000,
    voice_slots_used: 0,
    professional_voice_slots_used: 0,
    // Not in bodies recorded in 2026-06, but elevenlabs-js 2.73 refuses to parse one without it.
    professional_voice_slots_used_in_workspace: 0,
    voice_limit: 10,
    max_voice_add_edits: 54,
    voice_add_edit_counter: 0,
    professional_voice_limit: 0,
    can_extend_voice_limit: false,
    can_use_instant_voice_cloning: true,
    can_use_professional_voice_cloning: false,
    currency: 'usd',
    current_overage: { amount: '0', currency: 'usd' },
    status: 'active',
    billing_period: 'monthly_period',
    character_refresh_period: 'monthly_period',
    next_invoice: null,
    open_invoices: [],
    has_open_invoices: false,
    pending_change: null,
  };
}

function firstOfNextMonth(): number {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
}

function model(id: string): object {
  return {
    model_id: id,
    name: id,
    can_do_text_to_speech: true,
    // 1 for every model, whatever it costs: the rates below are what counts.
    token_cost_factor: 1,
    languages: [{ language_id: 'en', name: 'English' }],
    model_rates: { character_cost_multiplier: creditsPerCharacter(id), cost_discount_multiplier: 1 },
  };
}

function voice(id: string, name: string): object {
  return { voice_id: id, name, category: 'premade', labels: {} };
}
