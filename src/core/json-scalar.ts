/** Models, modalities and the like come again in every record: the same text is the same string, made once. */
const known: (string | undefined)[] = new Array(4096).fill(undefined);

/** For the codes of one text, by its length: a view of the bytes would cost more than all else. */
const codesOfLength: number[][] = [];

function textOf(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  codesOfLength[length] ??= new Array(length).fill(0);
  const codes = codesOfLength[length];
  for (let i = 0; i < length; i++) codes[i] = bytes[start + i]!;
  return String.fromCharCode.apply(null, codes);
}

/** The string of the ASCII characters in `bytes[start, end)`. */
export function knownText(bytes: Uint8Array, start: number, end: number): string {
  const slot = slotOf(bytes, start, end);
  const candidate = known[slot];
  if (candidate !== undefined && isSame(candidate, bytes, start, end)) return candidate;
  const text = textOf(bytes, start, end);
  known[slot] = text;
  return text;
}

/** By the length and a few of the characters: most texts differ at their end. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let hash = length;
  for (let at = Math.max(start, end - 4); at < end; at++) hash = Math.imul(hash, 31) + bytes[at]!;
  hash = Math.imul(hash, 31) + bytes[start]!;
  hash = Math.imul(hash, 31) + bytes[start + (length >> 1)]!;
  return (hash ^ (hash >>> 12)) & (known.length - 1);
}

function isSame(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  // From the end, where most texts differ.
  for (let i = text.length - 1, at = end - 1; i >= 0; i--, at--) if (text.charCodeAt(i) !== bytes[at]) return false;
  return true;
}
