import { isObject, type JsonObject, text } from '../../core/json.ts';
import { GEMINI, type Usage } from '../../core/usage/event.ts';
import { countAt, errorCodeOf, present, put, textAt, timeAt } from '../reading/fields.ts';
import { objectIn } from '../reading/json-text.ts';
import { readTokens } from '../reading/tokens.ts';
import { readCounts, readMetadata } from '../reading/usage-counts.ts';
import { modelName, serviceOf } from '../reading/vendor.ts';
import type { LoggedEvent } from '../shape.ts';

/** Attribute names have dots in them, so they are read as keys, in this order. */
const NAMES = {
  input: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt'],
  output: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion'],
  total: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens', 'llm.token_count.total', 'ai.usage.totalTokens'],
  cached: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.cached_tokens',
    'llm.token_count.prompt_details.cache_read',
    'ai.usage.cachedInputTokens',
  ],
  reasoning: [
    'gen_ai.usage.reasoning_tokens',
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.output_tokens.reasoning',
    'llm.token_count.completion_details.reasoning',
    'ai.usage.reasoningTokens',
  ],
  responseModel: ['gen_ai.response.model', 'ai.response.model'],
  requestModel: ['gen_ai.request.model', 'llm.model_name', 'ai.model.id'],
  system: ['gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider'],
  id: ['gen_ai.response.id', 'ai.response.id'],
} as const;

/** Whether a span or log is that of one call. Outer spans of the AI SDK repeat its usage under `ai.usage.*` only. */
export function isCall(attributes: JsonObject): boolean {
  const has = (name: string) => Object.hasOwn(attributes, name);
  return NAMES.input.some(has) || NAMES.output.some(has) || has('gen_ai.response.id');
}

/** Whether a span sums up the calls inside it. */
export function isOuter(attributes: JsonObject): boolean {
  return ['invoke_agent', 'create_agent', 'invoke_workflow'].includes(text(attributes['gen_ai.operation.name']) ?? '');
}

/** The call of one span or log, by the GenAI conventions of OpenTelemetry, OpenInference or the Vercel AI SDK. */
export function readAttributes(attributes: JsonObject): LoggedEvent {
  const requestModel = first(attributes, NAMES.requestModel);
  const responseModel = first(attributes, NAMES.responseModel);
  const operation = text(attributes['gen_ai.operation.name']) ?? 'generate_content';
  const event: LoggedEvent = {
    service: serviceOf(responseModel ?? requestModel, first(attributes, NAMES.system)) ?? 'unknown',
    operation,
    status: 'ok',
  };
  put(event, 'requestModel', modelName(requestModel));
  put(event, 'responseModel', modelName(responseModel));
  put(event, 'id', first(attributes, NAMES.id));
  put(event, 'sessionId', text(attributes['gen_ai.conversation.id']) ?? text(attributes['session.id']));
  const errorCode = errorCodeOf(attributes['error.type']);
  put(event, 'errorCode', errorCode);
  const read = event.service === GEMINI ? (ofProvider(attributes) ?? counts(attributes)) : counts(attributes);
  if (!read.usage && errorCode) event.status = 'failed';
  return { ...event, ...read };
}

function first(attributes: JsonObject, names: readonly string[]): string | undefined {
  return names.map((name) => text(attributes[name])).find((value) => value !== undefined);
}

function number(attributes: JsonObject, names: readonly string[]): number | undefined {
  const name = names.find((each) => Object.hasOwn(attributes, each));
  return name === undefined ? undefined : countAt({ count: attributes[name] ?? null }, 'count');
}

function counts(attributes: JsonObject): { usage?: Usage; estimated?: string } {
  return readTokens({
    input: number(attributes, NAMES.input),
    output: number(attributes, NAMES.output),
    total: number(attributes, NAMES.total),
    cached: number(attributes, NAMES.cached),
    reasoning: number(attributes, NAMES.reasoning),
  });
}

/** The AI SDK keeps the vendor's own counts as JSON text: only they have tool results and modalities. */
function ofProvider(attributes: JsonObject): { usage?: Usage; estimated?: string } | undefined {
  const metadata = objectIn(attributes['ai.response.providerMetadata']);
  const vendor = [metadata?.google, metadata?.vertex].find(isObject);
  const usage = vendor?.usageMetadata;
  return isObject(usage) ? readMetadata(usage) : undefined;
}

const CLI_RESPONSE = 'gemini_cli.api_response';
const CLI_ERROR = 'gemini_cli.api_error';
const CLI_EVENT = /^gemini_cli\./;

/** Whether these are attributes of gemini-cli's own telemetry. */
export function isCliEvent(attributes: JsonObject): boolean {
  return CLI_EVENT.test(text(attributes['event.name']) ?? '');
}

/**
 * The call of a gemini-cli event; none for the events beside it, and none for its restatement under OpenTelemetry's
 * names, which leaves out thoughts and cached tokens.
 */
export function readCliEvent(attributes: JsonObject): LoggedEvent[] {
  const name = attributes['event.name'];
  if (name !== CLI_RESPONSE && name !== CLI_ERROR) return [];
  const event: LoggedEvent = {
    service: GEMINI,
    operation: 'generate_content',
    status: name === CLI_ERROR ? 'failed' : 'ok',
  };
  put(event, 'responseModel', textAt(attributes, 'model'));
  put(event, 'timestamp', timeAt({ time: attributes['event.timestamp'] ?? null }, 'time'));
  put(event, 'durationMs', countAt(attributes, 'duration_ms'));
  put(event, 'httpStatus', countAt(attributes, 'status_code'));
  put(event, 'sessionId', text(attributes['session.id']));
  const role = text(attributes.role);
  if (role) event.labels = { role };
  if (event.status === 'failed') return [{ ...event, ...present({ errorCode: errorOf(attributes) }) }];
  const read = readCounts(attributes, CLI_PLACES);
  const isLogin = attributes.auth_type === 'oauth-personal';
  return [
    { ...event, ...read, ...(isLogin ? { estimated: 'signed in with a Google account: not billed by token' } : {}) },
  ];
}

const CLI_PLACES = {
  prompt: 'input_token_count',
  candidates: 'output_token_count',
  thoughts: 'thoughts_token_count',
  toolUse: 'tool_token_count',
  cached: 'cached_content_token_count',
  total: 'total_token_count',
};

function errorOf(attributes: JsonObject): string | undefined {
  return errorCodeOf(attributes.error_type ?? attributes['error.type'] ?? attributes.status_code);
}
