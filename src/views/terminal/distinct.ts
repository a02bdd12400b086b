import { plain } from '../../core/text.ts';
import { cellsIn, charactersOf } from './cells.ts';

/**
 * Names as they are shown, in at most `width` cells and safe for a terminal. Long ones lose their middle
 * (`gemini-…-image`), and two different names never read the same.
 */
export function distinctNames(names: Iterable<string>, width = Number.POSITIVE_INFINITY): Map<string, string> {
  const shown = new Map<string, string>();
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  for (const name of new Set(names)) {
    const text = plain(name) || '(blank)';
    const choice = firstFree(choices(text, width), taken) ?? firstFree(numbered(text, width, numbers), taken)!;
    taken.add(choice);
    shown.set(name, choice);
  }
  return shown;
}

function firstFree(candidates: Iterable<string>, taken: ReadonlySet<string>): string | undefined {
  for (const candidate of candidates) if (!taken.has(candidate)) return candidate;
  return undefined;
}

/** The whole name, else both ends with the cut in the middle, then further and further from it. */
function* choices(text: string, width: number): Generator<string> {
  if (cellsIn(text) <= width) {
    yield text;
    return;
  }
  const characters = charactersOf(text);
  const room = Math.max(0, width - 1);
  const middle = Math.ceil(room / 2);
  for (let off = 0; off <= room; off++) {
    for (const head of off === 0 ? [middle] : [middle + off, middle - off]) {
      if (head >= 0 && head <= room) yield `${start(characters, head)}…${end(characters, room - head)}`;
    }
  }
}

function* numbered(text: string, width: number, numbers: Map<string, number>): Generator<string> {
  const characters = charactersOf(text);
  const stem = start(characters, width);
  for (;;) {
    const number = (numbers.get(stem) ?? 1) + 1;
    numbers.set(stem, number);
    const mark = `~${number}`;
    yield `${start(characters, width - mark.length)}${mark}`;
  }
}

function start(characters: readonly string[], cells: number): string {
  let text = '';
  let free = cells;
  for (const character of characters) {
    free -= cellsIn(character);
    if (free < 0) break;
    text += character;
  }
  return text;
}

function end(characters: readonly string[], cells: number): string {
  let text = '';
  let free = cells;
  for (let index = characters.length - 1; index >= 0; index--) {
    free -= cellsIn(characters[index]!);
    if (free < 0) break;
    text = characters[index] + text;
  }
  return text;
}
