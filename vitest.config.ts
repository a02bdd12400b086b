import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest files, so that they do not run alone at the end. */
const FIRST = /capture\/(?:matrix|gate)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => FIRST.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/install-clients.ts'],
    // They end what hangs; a machine that is busy with other things is only slow.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // Two cores, and most tests spawn processes of their own.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
