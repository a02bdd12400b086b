import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** GNU time: seconds of the CPU in the program and in the system, and the most kilobytes it had in memory. */
const TIME = ['/usr/bin/time', '-f', '%U %S %M'];
const SUMS = ['calls', 'input tokens', 'output tokens', 'dollars'];

/** Whether this machine can tell how much memory a program had. */
export function canMeasure() {
  return existsSync(TIME[0]);
}

/**
 * Measures all runs in turns, since machines are never quiet, and says of each
 * the medians, and what is wrong with its sums.
 */
export function measureInTurns(runs, rounds, expected) {
  const results = runs.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, run] of runs.entries()) if (round === 0 || !run.once) results[index].push(measure(run));
  return runs.map((run, index) => {
    const median = (key) =>
      results[index].map((result) => result[key]).sort((a, b) => a - b)[results[index].length >> 1];
    const wrong =
      run.sums && results[index].flatMap(({ output }) => differences(run.sums(output), run.expected ?? expected))[0];
    return {
      name: run.name,
      seconds: median('seconds'),
      quickest: Math.min(...results[index].map(({ seconds }) => seconds)),
      cpu: median('cpu'),
      peak: median('peak'),
      checked: !!run.sums,
      wrong,
    };
  });
}

function measure({ name, command, env, before }) {
  before?.();
  const [time, ...args] = [...TIME, ...command];
  const options = { encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, ...env } };
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(time, args, options);
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${name}: ${error ?? stderr}`);
  const [user, system, kilobytes] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { seconds, cpu: user + system, peak: (kilobytes * 1024) / 1e6, output: stdout };
}

function differences(found, expected) {
  return found.flatMap((value, index) => {
    const isRight = value === undefined || value === expected[index];
    return isRight ? [] : [`${SUMS[index]} ${value} instead of ${expected[index]}`];
  });
}
