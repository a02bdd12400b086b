/** Of items inside each other, such as spans, those that hold no other: outer ones repeat or sum up the inner. */
export function innermost<T>(
  items: readonly T[],
  tree: { all: readonly T[]; idOf(item: T): string | undefined; parentOf(item: T): string | undefined },
): T[] {
  const parents = new Map(tree.all.map((item) => [tree.idOf(item), tree.parentOf(item)]));
  const outer = new Set<string>();
  for (const item of items) {
    for (let id = tree.parentOf(item); id !== undefined && !outer.has(id); id = parents.get(id)) outer.add(id);
  }
  return items.filter((item) => !outer.has(tree.idOf(item) ?? ''));
}
