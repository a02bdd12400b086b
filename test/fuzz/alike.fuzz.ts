import { isDeepStrictEqual } from 'node:util';
import { filterOf } from '../../src/commands/filter.ts';
import { alikeSink } from '../../src/commands/report/alike.ts';
import { Ledger } from '../../src/core/ledger/ledger.ts';
import { type Summary, summarize } from '../../src/core/ledger/summary.ts';
import { eraOf, price } from '../../src/core/pricing/price.ts';
import { dimension } from '../../src/core/usage/dimension.ts';
import { FileEvents, type LogSink } from '../../src/ingest/recognise.ts';
import { RecordReader } from '../../src/ingest/records.ts';
import { pieceWithRoom } from '../../src/ingest/window.ts';
import { meter } from '../../src/providers/index.ts';
import { RECORD, shapes } from '../../src/shapes/index.ts';
import { loadPriceBook } from '../../src/store/settings/price-book.ts';
import { sequence } from './documents.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const book = loadPriceBook({ overridesFile: '/nonexistent/prices.json' });

/** A log of one seed, and how it is asked about. */
export interface Case {
  text: string;
  by: string[];
  zone: string;
  mode: 'auto' | 'calculate' | 'display';
  since?: string;
}

/**
 * Compares the report on a log read in full with that on the same log where calls like others are counted from their
 * bytes. Throws where they differ. Returns how many calls came without an event.
 */
export function compare(seed: number): { lines: number; known: number } {
  const random = sequence(Math.imul(seed, 0x9e3779b1));
  const one = caseOf(seed, random);
  const whole = summaryOf(one, false, one.text.length + 1);
  const alike = summaryOf(one, true, 1 + Math.floor(random() * random() * 60_000));
  if (!isDeepStrictEqual(alike.summary, whole.summary)) {
    throw new Error(`seed ${seed}: ${difference(alike.summary, whole.summary)}`);
  }
  return { lines: one.text.split('\n').length, known: whole.events - alike.events };
}

export function summaryOf(
  { text, by, zone, mode, since }: Case,
  withAlike: boolean,
  size: number,
): { summary: Summary & { leftOut: number }; events: number } {
  const ledger = new Ledger(by.map((name) => dimension(name, zone)));
  const pricing = { book, meter, today: '2026-11-22', mode };
  const filters = since === undefined ? {} : { since };
  const wanted = filterOf(filters, zone, NOW);
  let events = 0;
  let leftOut = 0;
  const sink: LogSink = {
    event: (event) => {
      events++;
      const verdict = wanted(event);
      if (verdict === true) ledger.add(price(event, pricing));
      else if (verdict === false) leftOut++;
      else ledger.skip({ file: 'a', reason: verdict });
    },
    skip: (problem) => ledger.skip(problem),
    ...(withAlike
      ? {
          alike: {
            ...alikeSink(ledger, by, filters, {
              zone,
              price: (event) => price(event, pricing),
              eraOf: (event) => eraOf(event, pricing),
              wanted,
              leaveOut: (calls) => {
                leftOut += calls;
              },
            }),
            after: 4,
          },
        }
      : {}),
  };
  const file = new FileEvents('a.jsonl', shapes, sink);
  const reader = new RecordReader(RECORD, file);
  const bytes = Buffer.from(text);
  // As files are read: into the same two pieces of memory in turn.
  const memory = [pieceWithRoom(size), pieceWithRoom(size)];
  for (let at = 0, turn = 0; at < bytes.length; at += size, turn++) {
    const piece = memory[turn % 2]!;
    reader.push(piece.subarray(0, bytes.copy(piece, 0, at, at + size)));
  }
  reader.end();
  file.end();
  return { summary: { ...summarize(ledger, { book, timezone: zone, arrangement: { by } }), leftOut }, events };
}

function caseOf(seed: number, random: () => number): Case {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;
  const makers = [responseLine, responseLine, flatLine, eventLine];
  const some = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(makers)(random));
  const lines = 200 + (seed % 8) * 300;
  const end = pick(['\n', '\n', '\n', '\r\n', '\n\n']);
  const text = Array.from({ length: lines }, (_, n) => spoiled(pick(some)(n), random)).join(end) + pick(['', end]);
  return {
    text,
    by: pick([
      [],
      ['day'],
      ['hour', 'model'],
      ['label:phase', 'day'],
      ['session'],
      ['week', 'status', 'tier'],
      ['file'],
    ]),
    zone: pick(['UTC', 'UTC', 'Asia/Kathmandu', 'America/New_York']),
    mode: pick(['auto', 'auto', 'calculate', 'display']),
    ...(random() < 0.2 ? { since: '2026-11-03' } : {}),
  };
}

/** One in some lines is not like the others. */
function spoiled(line: string, random: () => number): string {
  if (random() < 0.97) return line;
  const at = Math.floor(random() * line.length);
  const insert = ['', '\\', '"', '9', '-', '0', '.5', ' ', '\u00e9', '\n', '}', ',"x":1', '\t', '\\u0041'];
  const text = insert[Math.floor(random() * insert.length)]!;
  return line.slice(0, at) + text + line.slice(at + Math.floor(random() * 3));
}

type LineMaker = (n: number) => string;

/** What all makers draw from: numbers that are mostly plain, ids that mostly differ, times of a few days. */
function drawing(random: () => number) {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]!;
  const strange = random() < 0.5 ? 0 : 0.03;
  return {
    pick,
    maybe: (chance: number) => random() < chance,
    tokens: () =>
      random() < strange ? pick([0, -1, 1.5, 250_000, 131_072, 1e9, 2 ** 53]) : Math.floor(random() * 9000) + 1,
    id: (n: number) => `call-${random() < 0.04 ? n - 1 : n}`,
    time: () => {
      const day = String(2 + Math.floor(random() * 2)).padStart(2, '0');
      const clock = `${pick(['00', '05', '18', '23'])}:${pick(['10', '59'])}`;
      return `2026-11-${day}T${clock}:07`;
    },
    zoned: pick(['.123Z', 'Z', '+00:00', '', '.123456+00:00', '+02:00']),
    spaced: pick([undefined, undefined, 1]),
  };
}

/** As Python writes it with spaces, or as JavaScript does without. */
function stringify(value: object, spaced: number | undefined): string {
  const text = JSON.stringify(value);
  return spaced ? text.replaceAll('":', '": ').replaceAll(',"', ', "') : text;
}

const MODELS = ['gemini-2.5-pro', 'gemini-3-pro-preview'];

function responseLine(random: () => number): LineMaker {
  const { pick, maybe, tokens, id, time, zoned, spaced } = drawing(random);
  const [hasThoughts, hasCached, hasDetails, hasId, hasTime, isSnake] = [0.4, 0.3, 0.5, 0.9, 0.8, 0.2].map(maybe);
  const wrapper = pick(['response', 'response', 'body', undefined]);
  const modality = pick(['TEXT', 'TEXT', 'IMAGE']);
  const chunked = maybe(0.2) ? 0.2 : 0;
  const hasModel = maybe(0.5);
  return (n) => {
    const [prompt, candidates] = [tokens(), tokens()];
    const thoughts = hasThoughts ? (maybe(0.3) ? 0 : tokens()) : undefined;
    const usage = {
      promptTokenCount: prompt,
      candidatesTokenCount: candidates,
      thoughtsTokenCount: thoughts,
      cachedContentTokenCount: hasCached ? (maybe(0.3) ? 0 : Math.floor(prompt / 2)) : undefined,
      totalTokenCount: prompt + candidates + (thoughts ?? 0) + (maybe(0.02) ? 1 : 0),
      promptTokensDetails: hasDetails ? [{ modality, tokenCount: prompt }] : undefined,
    };
    const body = {
      candidates: [
        { finishReason: maybe(chunked) ? undefined : 'STOP', content: { parts: [{ text: `hello "${n}"` }] } },
      ],
      usageMetadata: usage,
      modelVersion: pick(MODELS),
      responseId: hasId ? id(n) : undefined,
    };
    const line = {
      timestamp: hasTime ? time() + zoned : undefined,
      model: hasModel ? pick(MODELS) : undefined,
      duration_ms: maybe(0.97) ? Math.floor(random() * 5000) : undefined,
      session_id: `s${Math.floor(n / 50)}`,
      labels: { phase: pick(['a', 'b']), panel: `p${n}` },
      ...(wrapper ? { [wrapper]: body } : body),
    };
    const text = stringify(line, spaced);
    return isSnake
      ? text.replace(/"(\w+)":/g, (_, key: string) => `"${key.replace(/[A-Z]/g, '_$&').toLowerCase()}":`)
      : text;
  };
}

function flatLine(random: () => number): LineMaker {
  const { pick, maybe, tokens, id, time, zoned, spaced } = drawing(random);
  const [hasTotal, hasCost, hasCached, hasReasoning, hasId, hasSuccess] = [0.5, 0.5, 0.3, 0.3, 0.5, 0.5].map(maybe);
  const service = pick(['gemini', 'gemini', 'openai', 'elevenlabs']);
  return (n) => {
    const [input, output] = [tokens(), tokens()];
    return stringify(
      {
        ts: time() + zoned,
        provider: service,
        model: service === 'elevenlabs' ? 'eleven_v3' : pick(MODELS),
        operation: pick(['text', 'image']),
        input_tokens: input,
        output_tokens: output,
        total_tokens: hasTotal ? input + output : undefined,
        cached_tokens: hasCached ? (maybe(0.5) ? 0 : Math.floor(input / 3)) : undefined,
        reasoning_tokens: hasReasoning ? (maybe(0.5) ? 0 : Math.floor(output / 3)) : undefined,
        cost_usd: hasCost ? Math.floor(random() * 1e6) / 1e6 : undefined,
        latency_ms: tokens(),
        request_id: id(n),
        response_id: hasId ? id(n) : undefined,
        success: hasSuccess ? maybe(0.9) : undefined,
        phase: pick(['a', 'b']),
        labels: { phase: pick(['a', 'b', '']), n },
      },
      spaced,
    );
  };
}

function eventLine(random: () => number): LineMaker {
  const { pick, maybe, tokens, id, time } = drawing(random);
  const [hasReasoning, hasModality, hasLabels] = [0.5, 0.5, 0.7].map(maybe);
  return (n) => {
    const [input, visible] = [tokens(), tokens()];
    const reasoning = hasReasoning ? (maybe(0.3) ? 0 : tokens()) : undefined;
    return JSON.stringify({
      id: id(n),
      timestamp: `${time()}.000Z`,
      service: 'gemini',
      operation: 'generate_content',
      responseModel: pick(MODELS),
      status: maybe(0.9) ? 'ok' : 'failed',
      durationMs: tokens(),
      attempt: maybe(0.9) ? 1 : 2,
      usage: {
        inputTokens: input,
        outputTokens: visible + (reasoning ?? 0),
        reasoningOutputTokens: reasoning,
        inputTokensByModality: hasModality ? { text: input } : undefined,
        outputTokensByModality: hasModality ? { text: visible } : undefined,
      },
      labels: hasLabels ? { phase: pick(['a', 'b']) } : undefined,
      sessionId: `s${Math.floor(n / 50)}`,
    });
  };
}

function difference(found: Summary, expected: Summary): string {
  const [left, right] = [found, expected].map((summary) => JSON.stringify(summary, null, 1).split('\n'));
  const at = left!.findIndex((line, index) => line !== right![index]);
  return `found ${left!.slice(at - 2, at + 3).join(' ')}, expected ${right!.slice(at - 2, at + 3).join(' ')}`;
}
