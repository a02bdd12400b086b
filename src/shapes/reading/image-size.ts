import { text } from '../../core/json.ts';
import { remember } from '../../core/remember.ts';

/**
 * The price step of an image: `512`, `1K`, `2K` or `4K`, from that name, from a range such as `1k_2k` (one price holds
 * for both), or from pixels such as `1344x768`. Undefined for anything else.
 */
export function imageSize(value: unknown): string | undefined {
  const named = text(value);
  return named === undefined ? undefined : sizeOf(named);
}

const sizeOf = remember((named): string | undefined => {
  const name = named.trim().toLowerCase();
  const pixels = /^(\d{2,5})\s*[x×*]\s*(\d{2,5})$/.exec(name);
  if (pixels) return STEPS.find(([area]) => Number(pixels[1]) * Number(pixels[2]) < area)?.[1];
  return (
    /^([124])k\b|^([124])k_/.exec(name)?.[0].slice(0, 2).toUpperCase() ??
    (/^(?:0?\.5k|512(?:px)?)$/.test(name) ? '512' : undefined)
  );
});

/** Each step has four times the pixels of the one before; aspect ratios vary a little around it. */
const STEPS: [area: number, size: string][] = [
  [2 ** 19, '512'],
  [2 ** 21, '1K'],
  [2 ** 23, '2K'],
  [Number.POSITIVE_INFINITY, '4K'],
];
