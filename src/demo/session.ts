import { join } from 'node:path';
import { packageFile } from '../store/files/package-files.ts';
import { failFirst } from './faults.ts';
import { rateLimited } from './gemini/errors.ts';
import { type LocalApi, startLocalApi } from './local-api.ts';

const LATENCY_MS = 400;
const PICTURE_MODEL = /\/models\/(gemini-nano-banana[^/:]*):generateContent$/;

/** The bundled script and the local API it talks to. */
export interface DemoSession {
  api: LocalApi;
  command: string[];
  /** What the script must find in its environment to stay on this machine. */
  env: Record<string, string>;
}

/** Starts the local API with one scripted 429. `COSTWATCH_DEMO_SPEED=fast` in `env` takes its waiting away. */
export async function startDemoSession(env: NodeJS.ProcessEnv): Promise<DemoSession> {
  const command = [process.execPath, packageFile(join('demo', 'generate.js'))];
  const latencyMs = env.COSTWATCH_DEMO_SPEED === 'fast' ? 0 : LATENCY_MS;
  const busyOnce = failFirst(PICTURE_MODEL, ({ path }) => rateLimited(PICTURE_MODEL.exec(path)?.[1] ?? ''));
  const api = await startLocalApi({ latencyMs, handlers: [busyOnce], quota: { limit: 40_000, used: 4_600 } });
  return { api, command, env: localEnvironment(api.url) };
}

/** Overrides all that could send the script elsewhere: keys, other platforms, other versions, proxies. */
function localEnvironment(url: string): Record<string, string> {
  return {
    GOOGLE_GEMINI_BASE_URL: url,
    ELEVENLABS_BASE_URL: url,
    // Wins over GEMINI_API_KEY where it is set.
    GOOGLE_API_KEY: '',
    GEMINI_API_KEY: 'demo',
    ELEVENLABS_API_KEY: 'demo',
    GOOGLE_GENAI_USE_VERTEXAI: 'false',
    GOOGLE_GENAI_USE_ENTERPRISE: 'false',
    GOOGLE_GENAI_API_VERSION: 'v1beta',
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  };
}
