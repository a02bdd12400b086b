import type { LiveLine } from './types.ts';

/**
 * Ctrl-Z and `fg`: gives the terminal back before this process stops, takes it again when it continues.
 * Returns a function that ends this.
 */
export function handleJobControl(liveLine: Pick<LiveLine, 'suspend' | 'resume'>): () => void {
  function onStop(): void {
    liveLine.suspend();
    process.off('SIGTSTP', onStop);
    // Not SIGSTOP: where no shell could continue us, the kernel ignores SIGTSTP, and the call below just returns.
    process.kill(process.pid, 'SIGTSTP');
    process.on('SIGTSTP', onStop);
    // The kernel tells only the foreground about a new size, so ask for it before drawing.
    process.emit('SIGWINCH');
    liveLine.resume();
  }

  process.on('SIGTSTP', onStop);
  return () => process.off('SIGTSTP', onStop);
}
