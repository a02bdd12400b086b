import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/install-clients.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores, and most tests spawn processes of their own.
    maxWorkers: 2,
  },
});
