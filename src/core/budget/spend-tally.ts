import type { Bucket } from './budget.ts';
import { addSpend, noSpend, type Spend } from './state.ts';

/** Spends by bucket. */
export class SpendTally {
  private readonly entries = new Map<string, { bucket: Bucket; spend: Spend }>();

  add(bucket: Bucket, spend: Spend, sign: 1 | -1 = 1): void {
    let entry = this.entries.get(bucket.key);
    if (!entry) {
      entry = { bucket, spend: noSpend() };
      this.entries.set(bucket.key, entry);
    }
    addSpend(entry.spend, spend, sign);
  }

  merge(other: SpendTally, sign: 1 | -1 = 1): void {
    for (const { bucket, spend } of other.entries.values()) this.add(bucket, spend, sign);
  }

  of(bucket: Bucket): Spend | undefined {
    return this.entries.get(bucket.key)?.spend;
  }

  all(): { bucket: Bucket; spend: Spend }[] {
    return [...this.entries.values()];
  }
}
