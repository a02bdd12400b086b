import { startDemoSession } from '../../demo/session.ts';
import type { CommandIo } from '../command-io.ts';

export interface DemoOptions {
  live?: boolean;
  quiet?: boolean;
  format?: string;
  output?: string;
}

/** Runs the bundled script against the bundled local API, as `costwatch run` would. Offline and free. */
export async function demo(io: CommandIo, options: DemoOptions = {}): Promise<number> {
  const { run } = await import('../run/index.ts');
  const { api, command, env } = await startDemoSession(io.env);
  try {
    const code = await run({ ...options, command, env, history: false }, io);
    io.stderr.write('Nothing left this machine. Now try your own: costwatch run -- node your-script.js\n');
    return code;
  } finally {
    await api.close();
  }
}
