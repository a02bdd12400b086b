import { decodeUri } from '../../core/text.ts';
import type { RequestHead } from '../provider.ts';

/** What a request addresses, from its path. */
export interface Endpoint {
  operation: string;
  voice?: string;
  /** Where the characters of the request are that ElevenLabs bills by; absent for what it bills by time or per piece. */
  text?: 'text' | 'inputs';
  /** The response body is JSON that tells what was made: its seconds or its conversation. */
  tells?: true;
  /** What is billed, where no answer is known to tell the credits. */
  billedBy?: string;
}

interface Route extends Omit<Endpoint, 'voice'> {
  path: RegExp;
}

const AUDIO_TIME = 'billed by the audio minute';

/** Requests that consume credits. All others, and every GET, are free. */
const ROUTES: Route[] = [
  {
    path: /\/text-to-speech\/(?<voice>[^/]+)(\/stream)?(\/with-timestamps)?$/,
    operation: 'text_to_speech',
    text: 'text',
  },
  { path: /\/text-to-dialogue(\/stream)?(\/with-timestamps)?$/, operation: 'text_to_dialogue', text: 'inputs' },
  { path: /\/flows\/text-to-speech$/, operation: 'text_to_speech', text: 'text' },
  { path: /\/text-to-voice\/(?:design|create-previews|[^/]+\/remix)$/, operation: 'voice_design', text: 'text' },
  { path: /\/sound-generation$/, operation: 'sound_generation', billedBy: 'billed by the generation or its seconds' },
  {
    path: /\/speech-to-speech\/(?<voice>[^/]+)(\/stream)?$/,
    operation: 'speech_to_speech',
    billedBy: AUDIO_TIME,
  },
  { path: /\/audio-isolation(\/stream)?$/, operation: 'audio_isolation', billedBy: AUDIO_TIME },
  { path: /\/speech-to-text$/, operation: 'speech_to_text', tells: true, billedBy: AUDIO_TIME },
  { path: /\/forced-alignment$/, operation: 'forced_alignment', tells: true, billedBy: AUDIO_TIME },
  {
    path: /\/music(\/(stream|detailed|detailed\/stream|video-to-music|stem-separation|upload))?$/,
    operation: 'music',
    billedBy: 'billed by the length of the music',
  },
  {
    path: /\/dubbing(\/project|\/project\/[^/]+\/language|\/resource\/[^/]+\/[a-z]+)?$/,
    operation: 'dubbing',
    tells: true,
    billedBy: 'billed by the minute and language',
  },
  {
    path: /\/studio\/(projects\/[^/]+(\/chapters\/[^/]+)?\/convert|podcasts)$|\/audio-native$/,
    operation: 'studio',
    billedBy: 'billed by the characters of the project',
  },
  {
    path: /\/flows\/(image|video|templates\/[^/]+\/runs)$/,
    operation: 'flows',
    billedBy: 'billed by the generation',
  },
  {
    path: /\/convai\/((twilio|sip-trunk)\/outbound-call|agents\/[^/]+\/simulate-conversation(\/stream)?)$/,
    operation: 'agent_conversation',
    tells: true,
    billedBy: 'billed by the minute and for its language model',
  },
];

const HOST = /(^|\.)elevenlabs\.io$/;
const SOCKET = /\/v1\/text-to-(speech\/[^/]+|dialogue)\/(multi-)?stream-input$/;

/** By host; behind a gateway or test server, by path together with the header that carries an ElevenLabs key. */
export function isElevenLabsRequest(request: RequestHead): boolean {
  if (HOST.test(request.url.hostname) || SOCKET.test(request.url.pathname)) return true;
  return request.header('xi-api-key') !== undefined && request.url.pathname.includes('/v1/');
}

/** The endpoint of a request that may consume credits; undefined for all others. */
export function readEndpoint(request: RequestHead): Endpoint | undefined {
  if (request.method !== 'POST') return undefined;
  for (const { path, ...endpoint } of ROUTES) {
    const match = path.exec(request.url.pathname);
    if (!match) continue;
    const voice = match.groups?.voice;
    return voice ? { ...endpoint, voice: decodeUri(voice) } : endpoint;
  }
  return undefined;
}
