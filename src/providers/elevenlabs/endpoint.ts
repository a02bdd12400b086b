import { decodeUri } from '../../core/text.ts';
import type { RequestHead } from '../provider.ts';

/** What a request addresses, from its path. */
export interface Endpoint {
  operation: string;
  voice?: string;
  /** Where the characters of the request are that ElevenLabs bills by; absent for what it bills by time or per piece. */
  text?: 'text' | 'inputs';
  /** The response body is JSON that tells the seconds that were billed. */
  tellsSeconds?: true;
}

interface Route {
  path: RegExp;
  operation: string;
  text?: 'text' | 'inputs';
  tellsSeconds?: true;
}

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
  { path: /\/sound-generation$/, operation: 'sound_generation' },
  { path: /\/speech-to-speech\/(?<voice>[^/]+)(\/stream)?$/, operation: 'speech_to_speech' },
  { path: /\/audio-isolation(\/stream)?$/, operation: 'audio_isolation' },
  { path: /\/speech-to-text$/, operation: 'speech_to_text', tellsSeconds: true },
  { path: /\/forced-alignment$/, operation: 'forced_alignment' },
  { path: /\/music(\/(stream|detailed|detailed\/stream|video-to-music|stem-separation|upload))?$/, operation: 'music' },
  { path: /\/dubbing(\/project|\/project\/[^/]+\/language|\/resource\/[^/]+\/[a-z]+)?$/, operation: 'dubbing' },
  { path: /\/studio\/(projects\/[^/]+(\/chapters\/[^/]+)?\/convert|podcasts)$/, operation: 'studio' },
  { path: /\/audio-native$/, operation: 'studio' },
  { path: /\/flows\/(image|video|templates\/[^/]+\/runs)$/, operation: 'flows' },
];

const HOST = /(^|\.)elevenlabs\.io$/;

/** By host; behind a gateway or test server, by path together with the header that carries an ElevenLabs key. */
export function isElevenLabsRequest(request: RequestHead): boolean {
  if (HOST.test(request.url.hostname)) return true;
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
