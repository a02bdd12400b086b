import { fetchTap } from './fetch.ts';
import { httpTap } from './http.ts';
import { http2Tap } from './http2.ts';
import type { Tap } from './tap.ts';
import { undiciTap } from './undici.ts';

/** Every way of talking HTTP that is watched. To add one: a file with its tap, and a line here. */
export const taps: readonly Tap[] = [undiciTap, httpTap, http2Tap, fetchTap];
