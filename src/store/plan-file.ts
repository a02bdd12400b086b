import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { InputError } from '../core/errors.ts';
import { type Plan, parsePlan } from '../core/plan.ts';

/**
 * Reads the plan of a production from a JSON file; see docs/plan-file.md.
 * @throws InputError naming the file and the field that is wrong.
 */
export function readPlan(path: string): Plan {
  if (/^\.ya?ml$/i.test(extname(path)))
    throw new InputError(`Plans are read as JSON only, and ${path} is YAML.`, { hint: 'Write it as JSON: plan.json' });
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InputError(`Cannot read the plan ${path}: ${code === 'ENOENT' ? 'there is no such file' : code}`, {
      hint: 'Check the path of --plan.',
      cause,
    });
  }
  return parsePlan(parse(content, path), path);
}

function parse(content: string, path: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw new InputError(`${path} is not valid JSON: ${(cause as Error).message}`, {
      hint: 'Correct it there; docs/plan-file.md has an example.',
      cause,
    });
  }
}
