import { execFileSync } from 'node:child_process';

/** This Node, and those that COSTWATCH_TEST_NODES names: paths of binaries, separated by colons. */
export const NODES = [process.execPath, ...(process.env.COSTWATCH_TEST_NODES ?? '').split(':').filter(Boolean)].map(
  (path) => {
    const version = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
    return { path, version, major: Number(version.split('.')[0]) };
  },
);
