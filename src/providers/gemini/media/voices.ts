import { documents } from '../../../core/documents.ts';
import { at, isObject } from '../../../core/json.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { Exchange, RequestHead, UsageFacts } from '../../provider.ts';
import { type Family, factsOf, modelIn, refused } from '../family.ts';
import { noSteps, usageOfInteraction } from '../text/interaction-usage.ts';

/** Voices made to order, whose answer has the usage of an interaction. */
export const voices: Family = {
  serves: (request) => creates(request),
  readUsage,
};

const PATH = /\/v\d+(?:alpha|beta)?\d*\/(?:projects\/[^/]+\/locations\/[^/]+\/)?voices$/;

function creates({ method, url }: RequestHead): boolean {
  return method === 'POST' && PATH.test(url.pathname);
}

function readUsage({ request, response }: Exchange): UsageFacts | undefined {
  const asked = request.body ? parseJson(request.body) : undefined;
  const facts = factsOf(request, 'create_voice', modelIn(at(asked, 'model')) ?? modelIn(at(asked, 'voice', 'model')));
  if (!response) return facts;
  facts.httpStatus = response.status;
  const [body] = response.body ? documents(response.body) : [];
  const refusal = refused(facts, response.status, body);
  if (refusal) return refusal;
  const model = modelIn(body?.model) ?? facts.requestModel;
  const { usage, doubt } = (isObject(body?.usage) && usageOfInteraction(body.usage, noSteps())) || {};
  return {
    ...facts,
    status: response.complete ? 'ok' : 'incomplete',
    ...(model ? { responseModel: model } : {}),
    ...(usage ? { usage } : {}),
    ...(doubt ? { estimated: doubt } : {}),
  };
}
