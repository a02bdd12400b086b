import { at } from '../../../core/json.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { SocketCall, UsageFacts } from '../../provider.ts';
import { type Family, factsOf, modelIn } from '../family.ts';

/** Lyria RealTime: a WebSocket of music that tells no usage at all, by a model without a published price. */
export const lyriaRealtime: Family = {
  serves: ({ url }) => (PATH.test(url.pathname) ? 'unmistakable' : false),
  readUsage: () => undefined,
  openSocket: (request) => {
    let session: UsageFacts | undefined;
    const call = (done: boolean): SocketCall[] => (session ? [{ key: 'session', facts: session, done }] : []);
    return {
      sent: (message) => {
        const model = modelIn(at(parseJson(message), 'setup', 'model'));
        if (session || !model) return [];
        const estimated = 'Lyria RealTime tells no usage and has no published price';
        session = { ...factsOf(request, 'live_music', model), responseModel: model, status: 'ok', estimated };
        return call(false);
      },
      received: () => [],
      closed: () => call(true),
    };
  },
};

const PATH = /\/ws\/google\.ai\.generativelanguage\.[^./]+\.GenerativeService\.BidiGenerateMusic$/;
