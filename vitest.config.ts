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

/** Tests of functions alone: the files share one copy of the modules, which takes a third of the time. */
const PURE = ['core', 'providers', 'shapes', 'views'].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      {
        extends: true,
        test: { name: 'all else', include: ['test/**/*.test.ts'], exclude: [...PURE, '**/node_modules/**'] },
      },
    ],
    globalSetup: ['test/support/install-clients.ts'],
    // They end what hangs; a machine that is busy with other things is only slow.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // Two cores, and most tests spawn processes of their own.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
