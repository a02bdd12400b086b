import type { Summary } from '../core/summary.ts';

/** The JSON contract: one object, numbers as numbers, a newline at the end. */
export function jsonView(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}
