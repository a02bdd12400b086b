import { host, safe } from '../host.ts';

/** A call that waits for calls under way to give back what they hold of a budget. */
export interface Waiter {
  /** What it waits for, in words that change as calls under way go on; undefined when there is nothing to wait for. */
  heldBy(): string | undefined;
  /** Tries again; `isLast`: it will not wait any longer. Returns whether it is done with waiting. */
  attempt(isLast: boolean): boolean;
}

const INTERVAL_MS = 100;

interface Place {
  waiter: Waiter;
  heldBy: string | undefined;
  since: number;
}

/** The calls of a process that wait, first come, first served. Nobody waits longer than `patienceMs` for any change. */
export class WaitingRoom {
  private readonly refresh: () => void;
  private readonly patienceMs: number;
  private places: Place[] = [];
  private isOpen = false;

  /** `refresh` is called before each round. */
  constructor(refresh: () => void, patienceMs: number) {
    this.refresh = refresh;
    this.patienceMs = patienceMs;
  }

  enter(waiter: Waiter): void {
    this.places.push({ waiter, heldBy: undefined, since: host.ticks() });
    if (!this.isOpen) this.later();
    this.isOpen = true;
  }

  private later(): void {
    host.setTimeout(() => this.round(), INTERVAL_MS);
  }

  private round(): void {
    this.refresh();
    this.places = this.places.filter((place) => {
      let isServed = true;
      safe(() => {
        isServed = this.serve(place);
      });
      return !isServed;
    });
    this.isOpen = this.places.length > 0;
    if (this.isOpen) this.later();
  }

  private serve(place: Place): boolean {
    const heldBy = place.waiter.heldBy();
    if (heldBy === undefined) return place.waiter.attempt(false);
    if (heldBy !== place.heldBy) {
      place.heldBy = heldBy;
      place.since = host.ticks();
    }
    return host.ticks() - place.since >= this.patienceMs && place.waiter.attempt(true);
  }
}
