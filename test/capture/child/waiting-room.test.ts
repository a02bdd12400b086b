import { beforeEach, describe, expect, it, vi } from 'vitest';
import { WaitingRoom } from '../../../src/capture/child/gate/waiting-room.ts';
import { host } from '../../../src/capture/child/host.ts';

let now: number;
let rounds: (() => void)[];
let refreshed: number;
beforeEach(() => {
  now = 0;
  rounds = [];
  refreshed = 0;
  vi.spyOn(host, 'ticks').mockImplementation(() => now);
  vi.spyOn(host, 'setTimeout').mockImplementation(((round: () => void) => rounds.push(round)) as never);
  return () => vi.restoreAllMocks();
});

const room = () => new WaitingRoom(() => refreshed++, 1000);

/** Lets time pass up to the next round. */
function pass(ms: number): void {
  now += ms;
  rounds.shift()!();
}

/** A call that waits as long as `held` says; it writes down when it tries. */
function waiter(held: { by: string | undefined }, succeeds = true) {
  const attempts: boolean[] = [];
  const attempt = (isLast: boolean): boolean => {
    attempts.push(isLast);
    return succeeds || isLast;
  };
  return { heldBy: () => held.by, attempt, attempts };
}

describe('a call that waits', () => {
  it('tries again when nothing is held any more, and no sooner', () => {
    const held: { by: string | undefined } = { by: 'a' };
    const one = waiter(held);
    room().enter(one);
    pass(100);
    expect(one.attempts).toEqual([]);
    held.by = undefined;
    pass(100);
    expect(one.attempts).toEqual([false]);
    expect(refreshed).toBe(2);
    // Nobody waits any more, so nothing keeps the process busy.
    expect(rounds).toEqual([]);
  });

  it('waits on where another was faster', () => {
    const held: { by: string | undefined } = { by: undefined };
    const one = waiter(held, false);
    room().enter(one);
    pass(100);
    pass(100);
    expect(one.attempts).toEqual([false, false]);
    expect(rounds.length).toBe(1);
  });

  it.each([
    [999, []],
    [1000, [true]],
  ])('gives up when nothing has changed for 1,000 ms, not at %i', (ms, attempts) => {
    const one = waiter({ by: 'a' });
    room().enter(one);
    pass(5000);
    pass(ms);
    expect(one.attempts).toEqual(attempts);
  });

  it('has patience as long as calls under way go on', () => {
    const held = { by: 'a' };
    const one = waiter(held);
    room().enter(one);
    for (const by of ['b', 'c', 'd', 'e']) {
      held.by = by;
      pass(900);
    }
    expect(one.attempts).toEqual([]);
  });

  it('is served in the order of coming, and one that fails holds up nobody', () => {
    const served: string[] = [];
    const waiting = room();
    for (const name of ['first', 'broken', 'last'])
      waiting.enter({
        heldBy: () => undefined,
        attempt: () => {
          if (name === 'broken') throw new Error(name);
          served.push(name);
          return true;
        },
      });
    expect(rounds.length).toBe(1);
    pass(100);
    expect(served).toEqual(['first', 'last']);
    expect(rounds).toEqual([]);
  });
});
