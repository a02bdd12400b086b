import { DIRECTORY, LABELS_JSON, parseLabels, SESSION, SOCKET, variablesOf } from '../wire/env.ts';
import { GATE } from '../wire/gate-config.ts';
import { HOOK } from './active-labels.ts';
import { describeProcess } from './describe-process.ts';
import { lazily, safe } from './host.ts';
import { offerRecording } from './offer-recording.ts';
import { Recorder } from './recorder.ts';
import { keepWatchingChildren } from './reinject.ts';
import { taps } from './taps/index.ts';
import type { Watcher } from './watcher.ts';

/** What `node --require` loads into every process of a run. Without a run it does nothing at all. */
safe(() => {
  const { env } = process;
  const directory = env[DIRECTORY];
  if (!directory || Reflect.get(globalThis, HOOK)) return;
  // Throws where the run has ended and its folder is gone: then there is nobody to record for.
  const recorder = new Recorder(directory, env[SOCKET], describeProcess());
  Object.defineProperty(globalThis, HOOK, { value: recorder.process });

  let started: Watcher | undefined;
  const options = { sessionId: env[SESSION], labels: parseLabels(env[LABELS_JSON]), gate: env[GATE] };
  const watcher = lazily(
    () => {
      // Required here, so that a process without a request does not pay for all that reads requests.
      const { Watcher } = require('./watcher.ts') as typeof import('./watcher.ts');
      started = new Watcher(recorder, options);
      return started;
    },
    { isGated: options.gate !== undefined },
  );
  offerRecording((call) => watcher.record(call));
  for (const tap of taps) {
    try {
      tap.install(watcher);
    } catch {
      recorder.reportProblem('one way of making calls could not be watched in this version of Node');
    }
  }
  // The only listener of ours that the program can see.
  process.on('exit', () =>
    safe(() => {
      started?.close();
      recorder.processEnded();
    }),
  );
  safe(() => keepWatchingChildren({ hook: __filename, variables: variablesOf(env) }));
});
