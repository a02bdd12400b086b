import { at, count, type JsonObject, list, text } from '../../core/json.ts';
import { type ApiRequest, jsonReply, type Reply } from '../exchange.ts';
import { idFor } from '../media.ts';
import { STORY } from '../story.ts';
import type { Call } from './call.ts';
import { geminiError } from './errors.ts';
import { factsIn, idOf } from './token.ts';
import { promptTokens, sum, tokensOf } from './tokens.ts';

const PATH = /\/batches\/([^/:]+)$/;
const DOWNLOAD = /\/files\/batch-([^/:]+):download$/;
/** How many results a batch from a file has: this API keeps no files. */
const LINES_OF_FILE = 2;

/** A batch, inline or from a file. Its name carries what it will answer. */
export function createBatch({ request, body, model, method }: Call): Reply {
  const config = at(body, 'batch', 'inputConfig') ?? at(body, 'batch', 'input_config');
  const requests = list(at(config, 'requests', 'requests')).map((one) => sum(promptTokens(at(one, 'request'))));
  const embeds = method === 'asyncBatchEmbedContent';
  const file = requests.length === 0 && text(at(config, 'fileName') ?? at(config, 'file_name')) !== undefined;
  const tokens = file ? Array<number>(LINES_OF_FILE).fill(10) : requests;
  const name = `batches/${idOf({ model, tokens, file, embeds, sequence: request.sequence })}`;
  return jsonReply({ name, metadata: { name, model: `models/${model}`, state: 'BATCH_STATE_PENDING' } });
}

/** The poll of a batch, which has always succeeded by then, and the file with its results. */
export function batches({ method, path }: ApiRequest): Reply | undefined {
  if (method !== 'GET') return undefined;
  const id = PATH.exec(path)?.[1];
  const fileId = DOWNLOAD.exec(path)?.[1];
  if (id === undefined && fileId === undefined) return undefined;
  const facts = factsIn(id ?? fileId);
  if (!facts) return geminiError(404);
  return id === undefined ? resultFile(facts) : poll(id, facts);
}

function poll(id: string, facts: JsonObject): Reply {
  const name = `batches/${id}`;
  const output = facts.file ? { responsesFile: `files/batch-${id}` } : inline(facts);
  const metadata = { name, model: `models/${facts.model}`, state: 'BATCH_STATE_SUCCEEDED', output };
  return jsonReply({ name, metadata, done: true, response: output });
}

function inline(facts: JsonObject): object {
  const inlinedResponses = results(facts).map((result, index) => ({ ...result, metadata: { key: String(index + 1) } }));
  const kind = facts.embeds ? 'inlinedEmbedContentResponses' : 'inlinedResponses';
  return { [kind]: { inlinedResponses } };
}

function resultFile(facts: JsonObject): Reply {
  const lines = results(facts).map((result, index) => JSON.stringify({ key: `request_${index + 1}`, ...result }));
  return { headers: { 'content-type': 'application/octet-stream' }, body: `${lines.join('\n')}\n` };
}

function results(facts: JsonObject): object[] {
  return list(facts.tokens).map((tokens, index) => {
    if (facts.embeds) return { response: { tokenCount: String(tokens), embedding: { values: [0.5] } } };
    const prompt = count(tokens) ?? 0;
    const output = tokensOf(STORY);
    const usageMetadata = { promptTokenCount: prompt, candidatesTokenCount: output, totalTokenCount: prompt + output };
    const candidates = [{ content: { parts: [{ text: STORY }], role: 'model' }, finishReason: 'STOP' }];
    const responseId = idFor(`${facts.sequence} ${index}`);
    return { response: { candidates, usageMetadata, modelVersion: facts.model, responseId } };
  });
}
