// C0 and C1 controls, and the characters that reorder or hide text (https://www.unicode.org/reports/tr9/).
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Text from outside made safe for a terminal line: no control, escape or direction characters, and not endless. */
export function plain(text: string, maxLength = 200): string {
  const safe = text.replace(UNSAFE, '');
  return safe.length > maxLength ? `${safe.slice(0, maxLength - 1)}…` : safe;
}

/** Undoes percent-encoding; text that is not validly encoded stays as it is. */
export function decodeUri(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Unicode code points, which is what characters mean at both vendors. */
export function codePoints(text: string): number {
  let points = 0;
  for (const _ of text) points++;
  return points;
}

/** Digits in groups of three, as in English: `1,234,500`. The engine's own formatters take milliseconds to make. */
export function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
}
