import { at, count, list, text } from '../../../core/json.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { VideoSeconds } from '../../../core/usage/event.ts';
import type { UsageFacts } from '../../provider.ts';

/** What Veo does where the request does not say; an extension of a video has a length of its own. */
const DEFAULT_SECONDS = 8;
const EXTENSION_SECONDS = 7;
const DEFAULT_RESOLUTION = '720p';

/** One video as the body of a request asks for it, with what had to be assumed. */
export function askedVideo(model: string, body: Uint8Array | undefined): Pick<UsageFacts, 'usage' | 'estimated'> {
  const asked = body ? parseJson(body) : undefined;
  const isExtension = list(at(asked, 'instances')).some((instance) => at(instance, 'video'));
  const seconds = isExtension ? undefined : count(at(asked, 'parameters', 'durationSeconds'));
  const resolution = text(at(asked, 'parameters', 'resolution'))?.toLowerCase();
  const one: VideoSeconds = {
    resolution: resolution ?? DEFAULT_RESOLUTION,
    // Veo 2 is silent; later ones speak unless told not to.
    audio: !/^veo-2/.test(model) && at(asked, 'parameters', 'generateAudio') !== false,
    seconds: seconds ?? (isExtension ? EXTENSION_SECONDS : DEFAULT_SECONDS),
  };
  const assumed = [
    ...(seconds === undefined ? [`${one.seconds} seconds`] : []),
    ...(resolution === undefined ? [one.resolution] : []),
  ];
  return {
    usage: { video: [one] },
    ...(assumed.length > 0 ? { estimated: `the request does not name all: ${assumed.join(' and ')} assumed` } : {}),
  };
}
