import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { ROOT } from './costwatch.ts';

const FOLDER = join(ROOT, 'schema');

/** The published schemas, by file name. */
export const SCHEMAS = readdirSync(FOLDER).filter((name) => name.endsWith('.schema.json'));

export function readSchema(file: string) {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
}

/** All published schemas, but nothing may be in an output that they do not tell of. */
const closed = new Ajv2020({ allErrors: true, allowUnionTypes: true });
for (const file of SCHEMAS)
  closed.addSchema(
    JSON.parse(JSON.stringify(readSchema(file)), (_, value) =>
      value?.properties ? { additionalProperties: false, ...value } : value,
    ),
  );

/** What is wrong with an output by a published schema, and what the schema does not tell of; null for neither. */
export function wrongIn(output: unknown, file: string): ErrorObject[] | null {
  closed.validate(file, output);
  return closed.errors ?? null;
}
