import { at, count } from '../../core/json.ts';
import { type ApiRequest, type Handler, jsonReply, type Reply } from '../exchange.ts';
import { idFor, secondsOf } from '../media.ts';
import { account, type Quota } from './account.ts';
import { audio, type Headers, spokenSeconds, timedAudio } from './audio.ts';
import { soundCredits, speechCredits, spokenText } from './credits.ts';
import { elevenLabsError, fieldRequired, quotaExceeded } from './errors.ts';

/** The key that is always refused. */
const INVALID_KEY = 'invalid';
const AUTOMATIC_SOUND_SECONDS = 5;
const DEFAULT_SONG_MS = 10_000;

/** A call that makes something: the field it must have, what it costs, how it is answered. */
interface Route {
  path: RegExp;
  requires?: string;
  /** Credits for the `character-cost` header; absent where no recording shows that header. */
  credits?(request: ApiRequest): number;
  reply(request: ApiRequest, headers: Headers): Reply;
}

const ROUTES: readonly Route[] = [
  {
    path: /^\/v1\/text-to-speech\/[^/]+(\/stream)?(\/with-timestamps)?$/,
    requires: 'text',
    credits: ({ json }) => speechCredits(json),
    reply: speak,
  },
  {
    path: /^\/v1\/text-to-dialogue(\/stream)?(\/with-timestamps)?$/,
    requires: 'inputs',
    credits: ({ json }) => speechCredits(json),
    reply: speak,
  },
  {
    path: /^\/v1\/sound-generation$/,
    requires: 'text',
    credits: ({ json }) => soundCredits(json),
    reply: ({ json }, headers) => audio(count(at(json, 'duration_seconds')) ?? AUTOMATIC_SOUND_SECONDS, headers, false),
  },
  {
    path: /^\/v1\/(speech-to-speech\/[^/]+|audio-isolation)(\/stream)?$/,
    reply: ({ body, path }, headers) => audio(secondsOf(body.length), headers, path.endsWith('/stream')),
  },
  { path: /^\/v1\/speech-to-text$/, reply: transcribe },
  {
    path: /^\/v1\/music\/plan$/,
    reply: (_, headers) => jsonReply({ positive_global_styles: [], sections: [] }, { headers }),
  },
  {
    path: /^\/v1\/forced-alignment$/,
    reply: ({ body }, headers) =>
      jsonReply(
        { characters: [], words: [{ text: 'ship', start: 0, end: secondsOf(body.length), loss: 0 }], loss: 0 },
        { headers },
      ),
  },
  {
    path: /^\/v1\/dubbing$/,
    reply: ({ body, sequence }, headers) => {
      const dubbing = { dubbing_id: idFor(`dubbing ${sequence}`, 20), expected_duration_sec: secondsOf(body.length) };
      return jsonReply(dubbing, { headers });
    },
  },
  {
    path: /^\/v1\/studio\/projects\/[^/]+\/convert$/,
    reply: (_, headers) => jsonReply({ status: 'ok' }, { headers }),
  },
  {
    path: /^\/v1\/flows\/(text-to-speech|image|video)$/,
    reply: ({ sequence }, headers) => jsonReply({ id: idFor(`flow ${sequence}`, 20), status: 'queued' }, { headers }),
  },
  {
    path: /^\/v1\/convai\/(twilio|sip-trunk)\/outbound-call$/,
    reply: ({ sequence }, headers) =>
      jsonReply({ success: true, conversation_id: `conv_${idFor(`conversation ${sequence}`)}` }, { headers }),
  },
  {
    path: /^\/v1\/music(\/(stream|detailed))?$/,
    reply: (request, headers) => {
      const seconds = (count(at(request.json, 'music_length_ms')) ?? DEFAULT_SONG_MS) / 1000;
      const songHeaders = { ...headers, 'song-id': idFor(`song ${request.sequence}`, 20) };
      return { ...audio(seconds, songHeaders, request.path.endsWith('/stream')), pace: 2 };
    },
  },
];

/** Answers for one ElevenLabs account, whose credits the calls use up; undefined for a path that is not ElevenLabs'. */
export function elevenLabs(initial: Quota): Handler {
  const quota = { ...initial };
  return (request) => {
    const route = request.method === 'POST' ? ROUTES.find(({ path }) => path.test(request.path)) : undefined;
    const read = request.method === 'GET' && 'xi-api-key' in request.headers ? account(request.path, quota) : undefined;
    if (route === undefined && read === undefined) return undefined;
    if (route?.requires !== undefined && at(request.json, route.requires) === undefined)
      return fieldRequired(route.requires);
    const key = request.headers['xi-api-key'];
    if (key === undefined) return elevenLabsError('needs_authorization');
    if (key === INVALID_KEY) return elevenLabsError('invalid_api_key');
    return route === undefined ? read : make(route, request, quota);
  };
}

function make(route: Route, request: ApiRequest, quota: Quota): Reply {
  const credits = route.credits?.(request);
  if (credits !== undefined && quota.used + credits > quota.limit) return quotaExceeded(quota, credits);
  quota.used += credits ?? 0;
  return route.reply(request, {
    server: 'uvicorn',
    'request-id': idFor(`request ${request.sequence}`, 20),
    'x-trace-id': idFor(`trace ${request.sequence}`, 32),
    ...(credits !== undefined && {
      'character-cost': String(credits),
      'history-item-id': idFor(`history ${request.sequence}`, 20),
      'tts-latency-ms': '447',
      'current-concurrent-requests': '1',
      'maximum-concurrent-requests': '3',
    }),
  });
}

function speak({ path, json }: ApiRequest, headers: Headers): Reply {
  const streamed = path.includes('/stream');
  if (path.endsWith('/with-timestamps')) return timedAudio(json, headers, streamed);
  return audio(spokenSeconds(spokenText(json)), headers, streamed);
}

function transcribe({ body, sequence }: ApiRequest, headers: Headers): Reply {
  const spoken = 'The ship turned.';
  const words = spoken.split(/( )/).map((word, index) => ({
    text: word,
    start: index / 2,
    end: (index + 1) / 2,
    type: word === ' ' ? 'spacing' : 'word',
    speaker_id: 'speaker_0',
    logprob: 0,
  }));
  const transcript = {
    language_code: 'eng',
    language_probability: 0.98,
    text: spoken,
    words,
    transcription_id: idFor(`transcription ${sequence}`, 20),
    audio_duration_secs: secondsOf(body.length),
  };
  return jsonReply(transcript, { headers });
}
