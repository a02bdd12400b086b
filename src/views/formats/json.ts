import type { Summary } from '../../core/ledger/summary.ts';

/** The JSON contract: one object, numbers as numbers, a newline at the end. */
export function jsonView(summary: Summary): string {
  return jsonText(summary);
}

/** Any value as JSON that is safe to show on a terminal. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2).replace(UNSAFE, escaped)}\n`;
}

// Beyond what JSON has to escape: terminals obey C1 controls too, and the others reorder what is shown.
const UNSAFE = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
