import { at, count, type JsonObject, text } from '../../core/json.ts';
import { type Chunk, jsonReply, type Reply } from '../exchange.ts';
import { idFor } from '../media.ts';
import { type Answer, answer } from './answer.ts';
import { answeringModel, type Call } from './call.ts';
import { details, type ModalityCounts, promptText, promptTokens, sum, tokensOf } from './tokens.ts';

/** A prompt with this mark is refused by the safety check. */
export const BLOCKED = '[blocked]';

// Early chunks of a recorded stream said 101 where the last one said 27.
const EARLY_PROMPT_SURPLUS = 74;

/** `generateContent`: the whole answer in one body. */
export function generateContent(call: Call): Reply {
  const scene = readScene(call);
  const body = scene.blocked ? blockedBody(scene) : wholeBody(scene);
  return jsonReply(body, { ...common(call), usage: body.usageMetadata, pace: scene.answer.pace });
}

/** `streamGenerateContent`: server-sent events with `alt=sse`, else the elements of one JSON array. */
export function streamGenerateContent(call: Call): Reply {
  const scene = readScene(call);
  const sse = call.request.query.get('alt') === 'sse';
  const bodies = scene.blocked ? [blockedBody(scene)] : chunkBodies(scene);
  const { headers } = common(call);
  return {
    gzip: true,
    pace: scene.answer.pace,
    headers: { ...headers, 'content-type': sse ? 'text/event-stream' : 'application/json; charset=UTF-8' },
    chunks: sse ? events(bodies) : arrayElements(bodies),
  };
}

export function countTokens(call: Call): Reply {
  const request = at(call.body, 'generateContentRequest') ?? call.body;
  const prompt = promptTokens(request);
  const billable = call.platform === 'vertex' && {
    totalBillableCharacters: promptText(request).replace(/\s/g, '').length,
  };
  return jsonReply({ totalTokens: sum(prompt), ...billable, promptTokensDetails: details(prompt) }, common(call));
}

/** Headers and compression that every answer of Google's has. */
export function common(call: Call): { gzip: true; headers: Record<string, string> } {
  const tier = call.platform === 'gemini-api' ? { 'x-gemini-service-tier': call.tier } : undefined;
  return {
    gzip: true,
    headers: { 'content-type': 'application/json; charset=UTF-8', server: 'scaffolding on HTTPServer2', ...tier },
  };
}

/** A response body, whole or one chunk. */
type Body = JsonObject & { usageMetadata: JsonObject };

/** Everything that is decided before the first byte is written. */
interface Scene {
  call: Call;
  answer: Answer;
  prompt: ModalityCounts;
  cached: number;
  /** Candidates asked for; all are the same text, and all are billed. */
  copies: number;
  blocked: boolean;
  identity: JsonObject;
  /** The fields of a candidate that only its last chunk has. */
  closing: JsonObject;
}

function readScene(call: Call): Scene {
  const prompt = promptTokens(call.body);
  const cached = cachedTokens(text(at(call.body, 'cachedContent')));
  const model = answeringModel(call.model);
  const made = answer(model, call.body, prompt);
  if (cached > 0) prompt.TEXT = (prompt.TEXT ?? 0) + cached;
  const created = call.platform === 'vertex' && { createTime: '2026-11-22T12:00:00.000000Z' };
  return {
    call,
    answer: made,
    prompt,
    cached,
    copies: count(at(call.body, 'generationConfig', 'candidateCount')) ?? 1,
    blocked: promptText(call.body).includes(BLOCKED),
    identity: { modelVersion: model, ...created, responseId: idFor(`${call.request.sequence} ${call.request.path}`) },
    closing: { finishReason: made.finishReason, ...made.extra },
  };
}

/** A cache of this API carries its size in its name: `cachedContents/story-4096` holds 4,096 tokens. */
function cachedTokens(name: string | undefined): number {
  return Number(/-(\d+)$/.exec(name ?? '')?.[1] ?? 0);
}

function finalUsage(scene: Scene): JsonObject {
  const { answer, prompt, cached, call } = scene;
  const output = Object.fromEntries(Object.entries(answer.tokens).map(([key, tokens]) => [key, tokens * scene.copies]));
  return {
    ...tokenCounts(sum(prompt), sum(output), answer),
    ...(cached > 0 && { cachedContentTokenCount: cached, cacheTokensDetails: details({ TEXT: cached }) }),
    promptTokensDetails: details(prompt),
    candidatesTokensDetails: details(output),
    ...(answer.toolUse > 0 && { toolUsePromptTokensDetails: details({ TEXT: answer.toolUse }) }),
    ...platformFields(call),
  };
}

/** An estimate that the next chunk corrects; Vertex sends no counts before the last one. */
function earlyUsage(scene: Scene, written: string): JsonObject {
  if (scene.call.platform === 'vertex') return platformFields(scene.call);
  const estimate = sum(scene.prompt) + EARLY_PROMPT_SURPLUS;
  return {
    ...tokenCounts(estimate, tokensOf(written), { thoughts: scene.answer.thoughts, toolUse: 0 }),
    promptTokensDetails: details({ TEXT: estimate }),
    ...platformFields(scene.call),
  };
}

function tokenCounts(
  prompt: number,
  output: number,
  { thoughts, toolUse }: Pick<Answer, 'thoughts' | 'toolUse'>,
): JsonObject {
  return {
    promptTokenCount: prompt,
    ...(output > 0 && { candidatesTokenCount: output }),
    totalTokenCount: prompt + output + thoughts + toolUse,
    ...(thoughts > 0 && { thoughtsTokenCount: thoughts }),
    ...(toolUse > 0 && { toolUsePromptTokenCount: toolUse }),
  };
}

function platformFields({ platform, tier, trafficType }: Call): JsonObject {
  return platform === 'vertex' ? { trafficType } : { serviceTier: tier };
}

function blockedUsage({ prompt, call }: Scene): JsonObject {
  const promptTokenCount = sum(prompt);
  return {
    promptTokenCount,
    totalTokenCount: promptTokenCount,
    promptTokensDetails: details(prompt),
    ...platformFields(call),
  };
}

function blockedBody(scene: Scene): Body {
  return {
    promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
    usageMetadata: blockedUsage(scene),
    ...scene.identity,
  };
}

function wholeBody(scene: Scene): Body {
  const candidate = { content: { parts: merged(scene.answer.parts), role: 'model' }, ...scene.closing };
  return { candidates: candidates(scene, candidate), usageMetadata: finalUsage(scene), ...scene.identity };
}

function* chunkBodies(scene: Scene): Iterable<Body> {
  const { parts } = scene.answer;
  let written = '';
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    written += text(part.text) ?? '';
    const candidate = { content: { parts: [part], role: 'model' }, ...(last && scene.closing) };
    const usageMetadata = last ? finalUsage(scene) : earlyUsage(scene, written);
    yield { candidates: candidates(scene, candidate), usageMetadata, ...scene.identity };
  }
}

function candidates(scene: Scene, candidate: JsonObject): JsonObject[] {
  return Array.from({ length: scene.copies }, (_, index) => ({ ...candidate, index }));
}

/** One text part, as an answer in one body has it. */
function merged(parts: JsonObject[]): JsonObject[] {
  const texts = parts.map((part) => text(part.text));
  return texts.every((piece) => piece !== undefined) ? [{ text: texts.join('') }] : parts;
}

function* events(bodies: Iterable<Body>): Iterable<Chunk> {
  for (const body of bodies) yield { data: `data: ${JSON.stringify(body)}\r\n\r\n`, usage: body.usageMetadata };
}

function* arrayElements(bodies: Iterable<Body>): Iterable<Chunk> {
  let separator = '[';
  for (const body of bodies) {
    yield { data: `${separator}${JSON.stringify(body)}`, usage: body.usageMetadata };
    separator = '\n,\r\n';
  }
  yield { data: '\n]\n' };
}
