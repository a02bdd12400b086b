import type { Tap } from './tap.ts';
import { fetchTap } from './tap-fetch.ts';
import { httpTap } from './tap-http.ts';
import { http2Tap } from './tap-http2.ts';
import { undiciTap } from './tap-undici.ts';

/** Every way of talking HTTP that is watched. To add one: a file with its tap, and a line here. */
export const taps: readonly Tap[] = [undiciTap, httpTap, http2Tap, fetchTap];
