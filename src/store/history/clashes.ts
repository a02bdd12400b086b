import { IdTable } from '../../core/id-table.ts';
import type { UsageEvent } from '../../core/usage/event.ts';
import { type Block, blockSums } from './blocks.ts';

/** Whether a call is in the sums of a compacted log already. */
export type IsSettled = (event: UsageEvent) => boolean;

interface Clashes {
  /** Logs that are to be read call by call. */
  clashing: Set<Block>;
  /** Undefined where nothing is. */
  isSettled: IsSettled | undefined;
}

/** The logs with records of calls that other logs have too. A call in the sums of a compacted log is settled. */
export function clashes(compacted: readonly Block[], logs: readonly Block[]): Clashes {
  const all = [...compacted, ...logs];
  /** The log that has an id first. */
  const owners = new IdTable(all.reduce((sum, { ids }) => sum + ids.length / 2, 0));
  const clashing = new Set<Block>();
  const isCompacted = (owner: number) => owner < compacted.length;
  const meet = (block: Block, owner: number) => {
    if (!isCompacted(owner)) clashing.add(all[owner]!);
    if (block.file !== undefined) clashing.add(block);
  };
  for (const [index, block] of all.entries()) {
    const { ids } = block;
    for (let at = 0; at < ids.length; at += 2) {
      const owner = owners.claim(ids[at]!, ids[at + 1]!, index);
      if (owner !== index) meet(block, owner);
    }
  }
  const ownerOf = ({ service, id }: UsageEvent) => owners.find(service, id);
  for (const [index, block] of all.entries()) {
    if (!block.hasWhole) continue;
    for (const { event } of blockSums(block).whole) {
      const owner = ownerOf(event);
      if (owner !== undefined && owner !== index) meet(block, owner);
    }
  }
  // Without a compacted log nothing is settled, and the table need not be held.
  if (compacted.length === 0) return { clashing, isSettled: undefined };
  const isSettled: IsSettled = (event) => {
    const owner = ownerOf(event);
    return owner !== undefined && isCompacted(owner);
  };
  return { clashing, isSettled };
}
