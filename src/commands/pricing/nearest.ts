/** The candidates most like a mistyped name, best first; none when nothing is near. */
export function nearest(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase().slice(0, 80);
  const scored = [...new Set(candidates)].map((candidate) => ({ candidate, distance: distance(wanted, candidate) }));
  const near = scored.filter(({ candidate, distance: edits }) => edits <= Math.max(3, candidate.length / 3));
  near.sort((one, two) => one.distance - two.distance || (one.candidate < two.candidate ? -1 : 1));
  return near.slice(0, limit).map(({ candidate }) => candidate);
}

/** Levenshtein distance (https://en.wikipedia.org/wiki/Levenshtein_distance), one row at a time. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const change = row[column - 1]! + (letter === other[column - 1] ? 0 : 1);
      next.push(Math.min(change, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
