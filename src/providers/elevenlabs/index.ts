import { documents } from '../../core/documents.ts';
import { ELEVENLABS, type Usage } from '../../core/event.ts';
import { at, count, type JsonValue, list, text } from '../../core/json.ts';
import { project, projection } from '../../core/project.ts';
import type { Exchange, Provider, UsageFacts } from '../provider.ts';
import { type Endpoint, isElevenLabsRequest, readEndpoint } from './endpoint.ts';
import { errorCode } from './error.ts';
import { voiceName } from './voices.ts';

/** ElevenLabs over HTTP. The `character-cost` response header is the bill, in credits. */
export const elevenlabs: Provider = {
  id: ELEVENLABS,
  matches: isElevenLabsRequest,
  readUsage,
  // Credits are a quota, not money: nothing of ElevenLabs is metered in dollars.
  meter: () => [],
  wantsBody: ({ request, response }) => response!.status >= 400 || readEndpoint(request)?.tellsSeconds === true,
};

const REQUEST = projection(['text', 'model_id', 'inputs[].text', 'inputs[].voice_id']);
const RESPONSE = projection(['detail.*', 'audio_duration_secs']);
/** What the server takes when the request names no model. */
const DEFAULT_MODEL: Record<string, string> = {
  text_to_speech: 'eleven_multilingual_v2',
  text_to_dialogue: 'eleven_v3',
};

function readUsage({ request, response }: Exchange): UsageFacts | undefined {
  const endpoint = readEndpoint(request);
  if (!endpoint) return undefined;
  const asked =
    request.body && isJson(request.header('content-type')) ? project(request.body, REQUEST)?.value : undefined;
  const model = text(at(asked, 'model_id')) ?? (asked ? DEFAULT_MODEL[endpoint.operation] : undefined);
  const voices = new Set(
    [endpoint.voice, ...list(at(asked, 'inputs')).map((input) => text(at(input, 'voice_id')))].filter(
      (id) => id !== undefined,
    ),
  );
  const characters = countCharacters(asked, endpoint);
  const facts: UsageFacts = {
    service: ELEVENLABS,
    operation: endpoint.operation,
    status: 'incomplete',
    ...(model ? { requestModel: model, responseModel: model } : {}),
    ...(voices.size > 0 ? { voice: [...voices].map(voiceName).join(' + ') } : {}),
  };
  const usage: Usage = characters === undefined ? {} : { characters };
  if (!response) return { ...facts, usage };
  facts.httpStatus = response.status;
  const [body] = response.body ? documents(response.body, RESPONSE) : [];
  const id = response.header('request-id');
  if (id) facts.id = id;
  if (response.status >= 400) {
    // No page says that a server error is free, so only client errors are taken as not charged.
    const status = response.status < 500 ? 'failed' : 'incomplete';
    return { ...facts, status, errorCode: errorCode(body) ?? String(response.status) };
  }
  const credits = count(response.header('character-cost'));
  if (credits !== undefined) usage.credits = credits;
  const seconds = count(at(body, 'audio_duration_secs'));
  if (seconds !== undefined) usage.audioSeconds = seconds;
  facts.usage = usage;
  // The header is the bill, whether or not the audio is read to its end.
  facts.status = response.complete || credits !== undefined ? 'ok' : 'incomplete';
  return facts;
}

function isJson(contentType: string | undefined): boolean {
  return contentType === undefined || contentType.includes('json');
}

/** Code points, as the Python backend counts; ElevenLabs does not document its count. */
function countCharacters(asked: JsonValue | undefined, endpoint: Endpoint): number | undefined {
  if (endpoint.text === 'inputs') {
    return (
      list(at(asked, 'inputs')).reduce<number>((sum, input) => sum + codePoints(text(at(input, 'text')) ?? ''), 0) ||
      undefined
    );
  }
  const sent = endpoint.text === 'text' ? text(at(asked, 'text')) : undefined;
  return sent === undefined ? undefined : codePoints(sent);
}

function codePoints(sent: string): number {
  let points = 0;
  for (const _ of sent) points++;
  return points;
}
