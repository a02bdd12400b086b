import { HOOK } from './active-labels.ts';
import { DIRECTORY, LABELS_JSON, parseLabels, SESSION, SOCKET, variablesOf } from './env.ts';
import { GATE } from './gate-config.ts';
import { safe } from './host.ts';
import { hello, offerRecording } from './record-call.ts';
import { Recorder } from './recorder.ts';
import { keepWatchingChildren } from './reinject.ts';
import { taps } from './taps.ts';
import { Watcher } from './watcher.ts';

/** What `node --require` loads into every process of a run. Without a run it does nothing at all. */
safe(() => {
  const { env } = process;
  const directory = env[DIRECTORY];
  if (!directory || Reflect.get(globalThis, HOOK)) return;
  // Throws where the run has ended and its folder is gone: then there is nobody to tell.
  const recorder = new Recorder(directory, env[SOCKET], hello());
  Object.defineProperty(globalThis, HOOK, { value: recorder.process });

  const options = { sessionId: env[SESSION], labels: parseLabels(env[LABELS_JSON]), gate: env[GATE] };
  const watcher = new Watcher(recorder, options);
  offerRecording(watcher);
  for (const tap of taps) {
    try {
      tap.install(watcher);
    } catch {
      recorder.trouble('one way of making calls could not be watched in this version of Node');
    }
  }
  // The only listener of ours that the program can see.
  process.on('exit', () =>
    safe(() => {
      watcher.close();
      recorder.bye();
    }),
  );
  safe(() => keepWatchingChildren({ hook: __filename, variables: variablesOf(env) }));
});
