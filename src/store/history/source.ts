import type { ProcessIdentity } from '../../capture/wire/process-identity.ts';

/** What the history needs of its surroundings. */
export interface HistorySource {
  env: Readonly<Record<string, string | undefined>>;
  now: Date;
  /** This process, and whether another has ended. */
  me: ProcessIdentity;
  isGone: (owner: ProcessIdentity) => boolean;
  /** How many sessions run now, which have no log yet. */
  running: number;
}
