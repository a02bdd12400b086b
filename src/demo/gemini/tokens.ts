import { at, isObject, type JsonObject, type JsonValue, list, text } from '../../core/json.ts';

export type Modality = 'TEXT' | 'IMAGE' | 'AUDIO' | 'VIDEO' | 'DOCUMENT';
export type ModalityCounts = Partial<Record<Modality, number>>;

const CODE_POINTS_PER_TOKEN = 4;
const TOKENS_PER_FILE = 258;

/** The rule every count here follows: one token for each four code points begun. */
export function tokensOf(value: string): number {
  return Math.ceil([...value].length / CODE_POINTS_PER_TOKEN);
}

/** Counts a request's contents and system instruction: text by `tokensOf`, each file or picture as 258 tokens. */
export function promptTokens(request: JsonValue | undefined): ModalityCounts {
  const counts: ModalityCounts = {};
  for (const part of partsOf(request)) {
    const [modality, tokens] = partTokens(part);
    counts[modality] = (counts[modality] ?? 0) + tokens;
  }
  return counts;
}

export function promptText(request: JsonValue | undefined): string {
  return partsOf(request)
    .map((part) => text(part.text) ?? '')
    .join('');
}

export function sum(counts: ModalityCounts): number {
  return Object.values(counts).reduce((total, tokens) => total + tokens, 0);
}

/** Google's own shape of per-modality counts, such as `promptTokensDetails`. */
export function details(counts: ModalityCounts): JsonObject[] {
  return Object.entries(counts).map(([modality, tokenCount]) => ({ modality, tokenCount }));
}

function partsOf(request: JsonValue | undefined): JsonObject[] {
  const contents = [at(request, 'systemInstruction'), ...list(at(request, 'contents')), at(request, 'content')];
  return contents.flatMap((content) => list(at(content, 'parts'))).filter(isObject);
}

function partTokens(part: JsonObject): [Modality, number] {
  const mimeType = text(at(part, 'inlineData', 'mimeType')) ?? text(at(part, 'fileData', 'mimeType'));
  if (mimeType !== undefined) return [modalityOf(mimeType), TOKENS_PER_FILE];
  return ['TEXT', tokensOf(text(part.text) ?? JSON.stringify(part.functionCall ?? part.functionResponse ?? ''))];
}

function modalityOf(mimeType: string): Modality {
  const modalities: [string, Modality][] = [
    ['image/', 'IMAGE'],
    ['audio/', 'AUDIO'],
    ['video/', 'VIDEO'],
    ['text/', 'TEXT'],
  ];
  return modalities.find(([prefix]) => mimeType.startsWith(prefix))?.[1] ?? 'DOCUMENT';
}
