/** Values found by several keys in turn, a step for each: joining the keys to a text would cost more than all else. */
export class Trie<V> {
  value: V | undefined;
  private readonly below = new Map<unknown, Trie<V>>();

  step(key: unknown): Trie<V> {
    let next = this.below.get(key);
    if (!next) {
      next = new Trie();
      this.below.set(key, next);
    }
    return next;
  }
}
