import type { Tap } from './tap.ts';
import { httpTap } from './tap-http.ts';
import { undiciTap } from './tap-undici.ts';

/** Every way of talking HTTP that is watched. To add one: a file with its tap, and a line here. */
export const taps: readonly Tap[] = [undiciTap, httpTap];
