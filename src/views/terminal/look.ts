import type { ChalkInstance } from 'chalk';

/** How much room there is, and the colours to use. */
export interface Look {
  columns: number;
  colors: ChalkInstance;
}
