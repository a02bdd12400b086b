/** Names the file of a `GateConfig`. Absent where no budget stops calls: then the hook only watches. */
export const GATE = 'COSTWATCH_GATE';

/** The file's name in the run's folder. */
export const GATE_FILE = 'gate.json';

/** What the hook needs to refuse calls: one JSON file of a run, written by `runCaptured` before the command starts. */
export interface GateConfig {
  /** Absolute path of the bundled gate (`dist/gate.cjs`); the hook loads it at the first billable call. */
  bundle: string;
  sessionId: string;
  /** All budgets that hold for this run, as `budgets.json` has them; of them those with `onBudget: "stop"` refuse. */
  budgets: readonly unknown[];
  /** IANA name of the time zone whose days and months the budgets count. */
  zone: string;
  /** Absolute path of costwatch's data folder, where all runs and sessions of this machine are. */
  dataDir: string;
  /** Absolute paths: the folder of the bundled prices, and the user's own, which may be absent. */
  pricing: { directory: string; overridesFile: string };
  /** How long a call waits for calls under way that hold the rest of a budget, without any change: 30,000 ms by default. */
  patienceMs?: number;
}

/**
 * A file of this name in the run's folder stops the processes that have no gate, such as Python's: their next billable
 * call of a service that it names raises an error. The parent writes it when a budget that stops is used up.
 */
export const STOP_FILE = 'stop';

/** What that file holds, as JSON: for each service that is used up, the budget and a sentence for the user. */
export type StopNotice = Record<string, { budget: string; message: string }>;
