// Raw Gemini answers, as a program that logs every response has them: hardly two lines have the same fields.
import { Random } from './random.js';
import { escaped, prose } from './text.js';

/** Each with the names under which it answers. */
const MODELS = {
  'gemini-3-flash-preview': ['gemini-3-flash-preview'],
  'gemini-3.1-pro-preview': ['gemini-3.1-pro-preview'],
  'gemini-3.5-flash-lite': ['gemini-3.5-flash-lite', 'gemini-3.5-flash-lite-preview'],
  'gemini-3.1-flash-lite': ['gemini-3.1-flash-lite'],
  'gemini-2.5-flash-lite': ['gemini-2.5-flash-lite', 'gemini-2.5-flash-lite-preview-09-2025'],
};
const REFUSALS = [
  [429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan and billing details.'],
  [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  [500, 'INTERNAL', 'An internal error has occurred.'],
  [400, 'INVALID_ARGUMENT', 'Unable to process input image.'],
];
const HARMS = ['HATE_SPEECH', 'DANGEROUS_CONTENT', 'HARASSMENT', 'SEXUALLY_EXPLICIT'];
const TOOLS = ['draw_panel', 'look_up_character', 'save_scene'];
const QUERIES = ['lantern festival dates 2026', 'tin roof rain sound', 'how tall is Mount Hua'];

/** Line `n` of the log; some repeat the call of an earlier line, with the same, more or fewer tokens. */
export function geminiLine(n, sums) {
  const random = new Random(n);
  const earlier = repeatedLine(n);
  if (earlier === undefined) {
    const { body, call } = answer(n);
    sums.add(call);
    return line(body, random);
  }
  const first = answer(earlier);
  const again = answer(earlier, random.pick([0, 0, 7, -1]));
  if (first.body.responseId === undefined) sums.add(again.call);
  else if (again.call.output > first.call.output) sums.replace(first.call, again.call);
  return line(again.body, random);
}

/** One line in fifty is there again three lines later, one in a hundred when the log is twice as long. */
function repeatedLine(n) {
  if (n % 50 === 49) return n - 3;
  return n % 100 === 24 ? n / 2 : undefined;
}

function line(body, random) {
  const keys = Object.keys(body);
  const ordered = random.chance(0.25) ? Object.fromEntries(random.shuffled(keys).map((key) => [key, body[key]])) : body;
  const json = JSON.stringify(ordered);
  return random.chance(0.15) ? escaped(json) : json;
}

/** Answer `n`, and the call that it is of. `more` changes the tokens of its output. */
function answer(n, more = 0) {
  const random = new Random(n + 1_000_003);
  if (random.chance(0.015)) return refusal(random);
  const model = random.pick(Object.keys(MODELS));
  const isVertex = random.chance(0.3);
  const tier = random.chance(0.1) ? 'flex' : 'standard';
  const isBlocked = random.chance(0.01);
  const queries =
    !isBlocked && tier === 'standard' && random.chance(0.04) ? QUERIES.slice(0, random.between(1, 3)) : [];
  const counts = countsOf(random, { isBlocked, isGrounded: queries.length > 0, more });
  const candidate = isBlocked ? undefined : candidateOf(random, { counts, queries });
  const body = {
    ...(candidate ? { candidates: [candidate] } : { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }),
    usageMetadata: usageMetadata(random, counts, isVertex, tier),
    modelVersion: random.pick(MODELS[model]),
    ...(isVertex ? { createTime: random.date().toISOString().replace('Z', '123Z') } : {}),
    // Of half a million random ids some would be the same.
    responseId: `${random.base64(16).replace(/[+/]/g, '_')}${n.toString(36).padStart(6, '0')}`,
  };
  const { prompt, audio, cached, toolUse, candidates, thoughts } = counts;
  const search = model.startsWith('gemini-2')
    ? ['grounding.search.prompt', 1]
    : ['grounding.search.query', queries.length];
  const call = {
    model,
    tier,
    dated: isVertex,
    input: prompt + toolUse,
    output: candidates + thoughts,
    billed: [
      ['input', prompt - audio - cached + toolUse],
      ['input.audio', audio],
      ['input.cached', cached],
      ['output.text', candidates + thoughts],
      ...(queries.length > 0 ? [search] : []),
    ],
  };
  return { body, call };
}

function refusal(random) {
  const [code, status, message] = random.pick(REFUSALS);
  const retry = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${random.between(1, 59)}s` }];
  return { body: { error: { code, message, status, ...(code === 429 ? { details: retry } : {}) } }, call: {} };
}

function countsOf(random, { isBlocked, isGrounded, more }) {
  const prompt = random.between(20, 9000);
  const audio = random.chance(0.05) ? random.below(prompt >> 1) : 0;
  const image = random.chance(0.1) ? random.below((prompt - audio) >> 1) : 0;
  const cached = random.chance(0.2) ? random.below(prompt - audio - image) : 0;
  const toolUse = !isGrounded && random.chance(0.05) ? random.between(50, 2000) : 0;
  const thoughts = !isBlocked && random.chance(0.45) ? random.between(20, 3000) : 0;
  const hasText = !isBlocked && !(thoughts > 0 && random.chance(0.05));
  const candidates = hasText ? random.between(2, 900) + more : 0;
  return { prompt, audio, image, cached, toolUse, thoughts, candidates };
}

function usageMetadata(random, counts, isVertex, tier) {
  const { prompt, audio, image, cached, toolUse, thoughts, candidates } = counts;
  const details = (...parts) =>
    parts.flatMap(([modality, tokenCount]) => (tokenCount ? [{ modality, tokenCount }] : []));
  const ofPrompt = details(['TEXT', prompt - audio - image], ['IMAGE', image], ['AUDIO', audio]);
  const some = (share, fields) => (random.chance(share) ? fields : {});
  return {
    promptTokenCount: prompt,
    ...(candidates > 0 ? { candidatesTokenCount: candidates } : {}),
    totalTokenCount: prompt + toolUse + thoughts + candidates,
    ...(cached > 0 ? { cachedContentTokenCount: cached } : {}),
    ...(isVertex ? { trafficType: tier === 'flex' ? 'ON_DEMAND_FLEX' : 'ON_DEMAND' } : {}),
    ...some(audio > 0 ? 1 : 0.6, { promptTokensDetails: random.shuffled(ofPrompt) }),
    ...(cached > 0 ? some(0.5, { cacheTokensDetails: details(['TEXT', cached]) }) : {}),
    ...some(0.3, { candidatesTokensDetails: details(['TEXT', candidates]) }),
    ...(toolUse > 0 ? { toolUsePromptTokenCount: toolUse } : {}),
    ...(toolUse > 0 ? some(0.5, { toolUsePromptTokensDetails: details(['TEXT', toolUse]) }) : {}),
    ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
    ...(!isVertex && (tier === 'flex' || random.chance(0.2)) ? { serviceTier: tier } : {}),
  };
}

function candidateOf(random, { counts, queries }) {
  const isCutOff = counts.candidates === 0;
  const isUnsafe = random.chance(0.01);
  const unusual = isUnsafe ? 'SAFETY' : random.pick(['MAX_TOKENS', 'RECITATION', 'MALFORMED_FUNCTION_CALL']);
  const finishReason = isCutOff ? 'MAX_TOKENS' : isUnsafe || random.chance(0.05) ? unusual : 'STOP';
  const content = isCutOff ? { role: 'model' } : contentOf(random);
  return {
    ...(random.chance(0.2) ? { finishReason, content } : { content, finishReason }),
    ...(random.chance(0.5) ? { index: 0 } : {}),
    ...(random.chance(0.08) || isUnsafe ? { safetyRatings: safetyRatings(random, isUnsafe) } : {}),
    ...(random.chance(0.03) ? { citationMetadata: citations(random) } : {}),
    ...(queries.length > 0 ? { groundingMetadata: grounding(random, queries) } : {}),
    ...(counts.toolUse > 0 ? { urlContextMetadata: urlContext(random) } : {}),
    ...(random.chance(0.2) ? { avgLogprobs: -random.next() } : {}),
  };
}

function contentOf(random) {
  const signature = random.chance(0.08) ? { thoughtSignature: random.base64(random.between(40, 600)) } : {};
  const parts = [];
  if (random.chance(0.05)) parts.push({ text: prose(random), thought: true });
  if (random.chance(0.2)) parts.push({ functionCall: toolCall(random), ...signature });
  else parts.push({ text: prose(random), ...signature });
  return random.chance(0.3) ? { role: 'model', parts } : { parts, role: 'model' };
}

function toolCall(random) {
  const scene = {
    title: random.pick(QUERIES),
    panels: Array.from({ length: random.below(4) }, () => random.below(99)),
  };
  const args = random.chance(0.5) ? { scene, style: { ink: random.chance(0.5), seed: random.below(1e9) } } : { scene };
  return { name: random.pick(TOOLS), args, ...(random.chance(0.3) ? { id: random.base64(8) } : {}) };
}

function safetyRatings(random, isBlocked) {
  return HARMS.map((name, index) => ({
    category: `HARM_CATEGORY_${name}`,
    probability: random.pick(['NEGLIGIBLE', 'LOW', 'MEDIUM']),
    ...(isBlocked && index === 0 ? { blocked: true } : {}),
  }));
}

function citations(random) {
  const startIndex = random.below(100);
  return { citations: [{ startIndex, endIndex: startIndex + 80, uri: `https://example.org/${random.below(1e6)}` }] };
}

function grounding(random, webSearchQueries) {
  const uri = `https://vertexaisearch.cloud.google.com/grounding-api-redirect/${random.base64(60)}`;
  return {
    searchEntryPoint: { renderedContent: '<div class="container">…</div>' },
    groundingChunks: [{ web: { uri, title: 'example.org' } }],
    webSearchQueries,
  };
}

function urlContext(random) {
  const urlRetrievalStatus = 'URL_RETRIEVAL_STATUS_SUCCESS';
  return { urlMetadata: [{ retrievedUrl: `https://example.org/${random.below(1e6)}`, urlRetrievalStatus }] };
}
