// What is measured, against what, and what has to come of it.

/** Names of peers in tables and goals. */
export const NAMES = {
  python: 'python3 json',
  readline: 'readline + JSON.parse',
  bare: 'bare JSON.parse loop',
  jq: 'jq',
  duckdb: 'DuckDB, all cores',
  ccusage: 'ccusage, as many bytes of its own',
};
const SCRIPTS = ['python', 'readline', 'bare', 'jq'];
const ONE_THREAD = [{ name: 'costwatch', threads: 1 }];
const SMALL_LINES = [{ than: 'python', speed: 1 }, { than: 'bare', speed: 0.55 }, { peak: 160 }];

/**
 * `speed` is that of ours to a peer's at least, `time` the time of ours to a peer's at most, `peak` megabytes at most.
 * A goal is that of the first of `ours` unless it says which (`of`).
 */
export const BENCHES = [
  {
    name: 'varied',
    what: 'raw Gemini answers, fields differ from line to line',
    kind: 'gemini',
    megabytes: 300,
    ours: ONE_THREAD,
    peers: [...SCRIPTS, 'duckdb'],
    goals: SMALL_LINES,
  },
  {
    name: 'entries',
    what: 'cost tracker entries, nested counts and free metadata',
    kind: 'entries',
    megabytes: 160,
    ours: ONE_THREAD,
    peers: [...SCRIPTS, 'duckdb'],
    goals: SMALL_LINES,
  },
  {
    name: 'costs',
    what: 'cost lines, counts somewhere in free metadata',
    kind: 'costs',
    megabytes: 160,
    ours: ONE_THREAD,
    peers: [...SCRIPTS, 'duckdb'],
    goals: SMALL_LINES,
  },
  {
    name: 'uniform',
    what: 'one layout from the first line to the last',
    kind: 'uniform',
    megabytes: 300,
    ours: ONE_THREAD,
    peers: [...SCRIPTS, 'duckdb'],
    goals: SMALL_LINES,
  },
  {
    name: 'images',
    what: 'answers with an image in base64, 100 KB to 1 MB a line',
    kind: 'images',
    megabytes: 600,
    ours: ONE_THREAD,
    peers: SCRIPTS,
    goals: [{ than: 'python', speed: 1 }, { than: 'readline', speed: 2 }, { peak: 160 }],
  },
  {
    name: 'history',
    what: 'own history, 200,000 calls in 200 sessions',
    kind: 'history',
    sessions: 200,
    ours: [
      { name: 'costwatch, first time', threads: 1, first: true },
      { name: 'costwatch, again', threads: 1 },
    ],
    peers: ['bare'],
    goals: [
      { than: 'bare', time: 3 },
      { peak: 200 },
      { of: 'costwatch, again', than: 'bare', time: 3 },
      { of: 'costwatch, again', peak: 200 },
    ],
  },
  {
    name: 'cores',
    what: 'the varied log in four files, on all cores',
    kind: 'gemini',
    megabytes: 300,
    parts: 4,
    ours: [{ name: 'costwatch' }, { name: 'costwatch, one thread', threads: 1 }],
    peers: ['ccusage', 'duckdb'],
    goals: [{ than: 'costwatch, one thread', speed: 1.4 }, { than: 'ccusage', speed: 1 }, { peak: 320 }],
  },
];
