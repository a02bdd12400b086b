import { cellsIn } from '../terminal/cells.ts';
import { distinctNames } from '../terminal/distinct.ts';
import type { TreeRow } from './rows.ts';

/** Cells that a level moves its names to the right. */
const STEP = 3;
/** With less than this for the innermost names, levels are told by a space alone. */
const MIN_NAME_WIDTH = 8;

/** How wide the names are when nothing is cut. */
export function treeCells(rows: readonly TreeRow[]): number {
  let most = 0;
  for (const { text, depth } of rows) most = Math.max(most, cellsIn(text) + STEP * depth);
  return most;
}

/** Each name with the lines of its tree, `│  └─ name`, in no more cells than there is room for. */
export function treeNames(rows: readonly TreeRow[], room: number): string[] {
  const deepest = rows.reduce((most, { depth }) => Math.max(most, depth), 0);
  const isRoomy = room >= STEP * deepest + MIN_NAME_WIDTH;
  const branches = isRoomy
    ? branchesOf(rows)
    : rows.map(({ depth }) => ' '.repeat(Math.max(0, Math.min(depth, room - MIN_NAME_WIDTH))));
  return names(rows, branches, room);
}

function branchesOf(rows: readonly TreeRow[]): string[] {
  const ended: boolean[] = [];
  return rows.map(({ depth, isLast }) => {
    ended[depth] = isLast;
    if (depth === 0) return '';
    const trunk = ended.slice(1, depth).map((isEnded) => (isEnded ? '   ' : '│  '));
    return [...trunk, isLast ? '└─ ' : '├─ '].join('');
  });
}

/** Names are told apart among those of their level, which have the same room. */
function names(rows: readonly TreeRow[], branches: readonly string[], room: number): string[] {
  const levels = new Map<number, { texts: string[]; room: number }>();
  for (const [index, { depth, text }] of rows.entries()) {
    const level = levels.get(depth) ?? { texts: [], room: Math.max(1, room - branches[index]!.length) };
    level.texts.push(text);
    levels.set(depth, level);
  }
  const shown = new Map([...levels].map(([depth, level]) => [depth, distinctNames(level.texts, level.room)]));
  return rows.map(({ depth, text }, index) => branches[index]! + shown.get(depth)!.get(text)!);
}
