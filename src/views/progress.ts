import type { Ora } from 'ora';

/** Says on a terminal that work is going on, once it has taken a second; writes nothing elsewhere. */
export function showProgress(text: string, stream: NodeJS.WriteStream, delayMs = 1000): { stop(): void } {
  if (!stream.isTTY) return { stop: () => {} };
  let spinner: Ora | undefined;
  let stopped = false;
  const timer = setTimeout(async () => {
    const { default: ora } = await import('ora');
    if (!stopped) spinner = ora({ text, stream, discardStdin: false }).start();
  }, delayMs);
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      spinner?.stop();
    },
  };
}
