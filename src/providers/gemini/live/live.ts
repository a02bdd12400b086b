import { at, isObject, type JsonObject, type JsonValue, list, text } from '../../../core/json.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { RequestHead, SocketCall, SocketReader, UsageFacts } from '../../provider.ts';
import { type Family, factsOf, modelIn } from '../family.ts';
import { servedTier } from '../text/tier.ts';
import { type ReadUsage, usageFromMetadata } from '../text/usage-metadata.ts';

/** The Live API: a WebSocket whose first message names the model, and a bill for every turn. */
export const live: Family = {
  serves: ({ url }) => (PATH.test(url.pathname) ? 'unmistakable' : false),
  readUsage: () => undefined,
  openSocket: (request) => new LiveReader(request),
};

// The SDK puts two slashes before `ws`.
const PATH =
  /\/ws\/google\.(ai\.generativelanguage\.[^./]+\.GenerativeService\.|cloud\.aiplatform\.[^./]+\.LlmBidiService\/)BidiGenerateContent(Constrained)?$/;

/** The key of every call: one ends before the next begins. */
const TURN = 'turn';
const TRANSCRIPTIONS = ['input', 'output'].flatMap((side) => [
  `${side}AudioTranscription`,
  `${side}_audio_transcription`,
]);
const TRANSCRIPTS = 'transcripts are billed as text output, which the API does not count apart';

/** Each turn is a call: its prompt, which holds the whole session so far, is billed again. */
class LiveReader implements SocketReader {
  private readonly request: RequestHead;
  private model: string | undefined;
  private transcribed = false;
  private underWay = false;
  private queries = new Set<string>();

  constructor(request: RequestHead) {
    this.request = request;
  }

  sent(message: Uint8Array): SocketCall[] {
    const parsed = parseJson(message);
    const setup = at(parsed, 'setup');
    if (isObject(setup)) {
      this.model = modelIn(setup.model);
      this.transcribed = TRANSCRIPTIONS.some((name) => isObject(setup[name]));
    }
    return at(parsed, 'clientContent') || at(parsed, 'client_content') ? this.begin() : [];
  }

  received(message: Uint8Array): SocketCall[] {
    const parsed = parseJson(message);
    for (const query of list(at(parsed, 'serverContent', 'groundingMetadata', 'webSearchQueries')))
      if (text(query)) this.queries.add(String(query));
    const metadata = at(parsed, 'usageMetadata');
    const read = isObject(metadata) ? usageOfTurn(metadata) : undefined;
    if (read) return [this.turn(read, metadata as JsonObject)];
    const answers = at(parsed, 'serverContent', 'modelTurn') ?? at(parsed, 'toolCall');
    return answers ? this.begin() : [];
  }

  closed(): SocketCall[] {
    if (!this.underWay) return [];
    this.underWay = false;
    const estimated = 'the turn was cut off before its counts came';
    return [{ key: TURN, facts: { ...this.facts(), estimated }, done: true }];
  }

  private begin(): SocketCall[] {
    if (this.underWay) return [];
    this.underWay = true;
    return [{ key: TURN, facts: this.facts(), done: false }];
  }

  private turn({ usage, doubt }: ReadUsage, metadata: JsonObject): SocketCall {
    if (usage && this.queries.size > 0) usage.searchQueries = this.queries.size;
    const tier = servedTier({ serviceTier: text(metadata.serviceTier), trafficType: text(metadata.trafficType) });
    const estimated = doubt ?? (this.transcribed ? TRANSCRIPTS : undefined);
    this.underWay = false;
    this.queries = new Set();
    const facts: UsageFacts = {
      ...this.facts(),
      status: 'ok',
      ...(tier && tier !== 'standard' ? { tier } : {}),
      ...(usage ? { usage } : {}),
      ...(estimated ? { estimated } : {}),
    };
    return { key: TURN, facts, done: true };
  }

  /** No message names the model that answers. */
  private facts(): UsageFacts {
    return { ...factsOf(this.request, 'live', this.model), ...(this.model ? { responseModel: this.model } : {}) };
  }
}

/** Vertex AI names the parts as other answers do; here they are a turn's, whose total leaves the thoughts out. */
function usageOfTurn(metadata: JsonObject): ReadUsage | undefined {
  const { candidatesTokenCount, candidatesTokensDetails, ...rest } = metadata;
  const turn: Record<string, JsonValue> = { ...rest };
  if (candidatesTokenCount !== undefined) turn.responseTokenCount ??= candidatesTokenCount;
  if (candidatesTokensDetails !== undefined) turn.responseTokensDetails ??= candidatesTokensDetails;
  const read = usageFromMetadata(turn);
  return read && usageFromMetadata({ responseTokenCount: 0, ...turn });
}
