// An own history: session logs as `costwatch run` leaves them (docs/session-log.md).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from './random.js';
import { modelPrices } from './sums.js';

const MODELS = ['gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-2.5-flash-lite', 'gemini-3.1-pro-preview'];
const PHASES = ['script', 'storyboard', 'panels', 'lettering', 'review'];
const CALLS = 1000;
const GENERATES = { service: 'gemini', operation: 'generate_content', platform: 'gemini-api' };

/** Writes so many sessions of a thousand calls into a data folder. Returns the paths. */
export function writeSessions(home, count, sums) {
  return Array.from({ length: count }, (_, n) => writeSession(home, n, sums));
}

function writeSession(home, n, sums) {
  const random = new Random(n);
  const started = random.date();
  const startedAt = started.toISOString();
  const day = startedAt.slice(0, 10);
  const id = `${startedAt.slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${n.toString(16).padStart(6, '0')}`;
  // Half a second to a second and a half from call to call: no session goes on into another day's prices.
  const timeOf = (call) => new Date(started.getTime() + call * 1000 + random.below(500)).toISOString();
  const events = Array.from({ length: CALLS }, (_, call) => ({
    ...eventOf(random, `call${String(n * CALLS + call).padStart(18, '0')}`, timeOf(call), sums),
    sessionId: id,
  }));
  const lines = [
    { costwatch: 1, session: { id, startedAt, command: ['node', 'gen.js', '--chapters', '3'] } },
    { costwatch: 1, prices: pricesOf(day) },
    ...events,
    { costwatch: 1, closed: { id, endedAt: timeOf(CALLS), exitCode: 0, calls: CALLS } },
  ];
  const folder = join(home, 'sessions', day);
  const file = join(folder, `${id}.jsonl`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`, { mode: 0o600 });
  return file;
}

function eventOf(random, id, timestamp, sums) {
  const kind = random.next();
  const labels = { phase: random.pick(PHASES), video: `ep${random.below(40)}` };
  const durationMs = random.between(300, 9300);
  const { call, fields } = kind < 0.05 ? speech(random) : kind < 0.07 ? refusal(random) : answer(random);
  sums.add(call);
  return { id, timestamp, ...fields, durationMs, attempt: 1, labels };
}

function speech(random) {
  const characters = random.between(20, 2000);
  const usage = { characters, credits: characters };
  const how = { service: 'elevenlabs', operation: 'text_to_speech', status: 'ok', httpStatus: 200 };
  return { call: {}, fields: { ...how, responseModel: 'eleven_v3', voice: 'Rachel', usage } };
}

function refusal(random) {
  const outcome = { status: 'failed', httpStatus: 429, errorCode: 'RESOURCE_EXHAUSTED' };
  return { call: {}, fields: { ...GENERATES, requestModel: random.pick(MODELS), ...outcome } };
}

function answer(random) {
  const model = random.pick(MODELS);
  const input = random.between(1, 9000);
  const cached = random.chance(0.2) ? random.below(input) : 0;
  const thoughts = random.chance(0.5) ? random.between(1, 2000) : 0;
  const output = thoughts + random.between(1, 900);
  const usage = {
    inputTokens: input,
    outputTokens: output,
    ...(cached > 0 ? { cacheReadInputTokens: cached } : {}),
    ...(thoughts > 0 ? { reasoningOutputTokens: thoughts } : {}),
    ...(random.chance(0.5) ? { inputTokensByModality: { text: input } } : {}),
  };
  const billed = [
    ['input', input - cached],
    ['input.cached', cached],
    ['output.text', output],
  ];
  const answered = { requestModel: model, responseModel: model, status: 'ok', httpStatus: 200, usage };
  return { call: { model, input, output, billed }, fields: { ...GENERATES, ...answered } };
}

/** As much of the price book as the calls need. */
function pricesOf(day) {
  const models = MODELS.map((id) => {
    const { service, family, kind, confidence, longContextThreshold, ids, periods } = modelPrices(id);
    const current = periods.filter(({ from, to }) => from <= day && (to === null || day < to));
    const standard = ({ from, to, tiers }) => ({ from, to, tiers: { standard: tiers.standard }, sources: [] });
    return { id, ids, service, family, kind, confidence, longContextThreshold, periods: current.map(standard) };
  });
  return { version: '2026-11-21', day, models, own: [], aliases: [], credits: { eleven_v3: '1' } };
}
