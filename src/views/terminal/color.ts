import { Chalk, type ChalkInstance } from 'chalk';

/** Whether a stream takes colours: `--no-color`, then NO_COLOR and FORCE_COLOR (https://no-color.org), then the terminal. */
export function palette(
  stream: { isTTY?: boolean | undefined },
  env: NodeJS.ProcessEnv,
  options: { color?: boolean | undefined } = {},
): ChalkInstance {
  return new Chalk({ level: wantsColor(stream, env, options) ? 1 : 0 });
}

function wantsColor(
  stream: { isTTY?: boolean | undefined },
  env: NodeJS.ProcessEnv,
  options: { color?: boolean | undefined },
): boolean {
  if (options.color === false) return false;
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}
