/** How long after a failure an identical request still counts as its retry. */
const RETRY_WINDOW_MS = 10 * 60 * 1000;

interface Failure {
  attempt: number;
  at: number;
}

/** Which attempt a request is: an identical one after a failed or broken-off one is the next. */
export class Attempts {
  private readonly failures = new Map<string, Failure[]>();

  /** The number of an attempt that starts at `now`. Takes up the failure that it retries, so that each is retried once. */
  next(key: string, now: number): number {
    const recent = this.recent(key, now);
    const failure = recent.shift();
    this.keep(key, recent);
    return failure ? failure.attempt + 1 : 1;
  }

  failed(key: string, attempt: number, now: number): void {
    this.forgetOld(now);
    this.keep(key, [...this.recent(key, now), { attempt, at: now }]);
  }

  private recent(key: string, now: number): Failure[] {
    return (this.failures.get(key) ?? []).filter(({ at }) => now - at < RETRY_WINDOW_MS);
  }

  /** The entry moves to the end of the map, so the oldest come first. */
  private keep(key: string, failures: Failure[]): void {
    this.failures.delete(key);
    if (failures.length > 0) this.failures.set(key, failures);
  }

  private forgetOld(now: number): void {
    for (const key of this.failures.keys()) {
      const recent = this.recent(key, now);
      if (recent.length > 0) return;
      this.failures.delete(key);
    }
  }
}
