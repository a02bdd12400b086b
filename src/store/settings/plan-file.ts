import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { InputError } from '../../core/errors.ts';
import { type Plan, parsePlan } from '../../core/estimate/plan.ts';

/**
 * Reads the plan of a production from a JSON or YAML file; see docs/plan-file.md.
 * @throws InputError naming the file and the field that is wrong.
 */
export function readPlan(path: string): Plan {
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
  const isYaml = /^\.ya?ml$/i.test(extname(path));
  try {
    return isYaml ? parseYaml(content) : JSON.parse(content);
  } catch (cause) {
    // What follows the first line of a YAML error quotes the file.
    const [what] = (cause as Error).message.split('\n');
    throw new InputError(`${path} is not valid ${isYaml ? 'YAML' : 'JSON'}: ${what}`, {
      hint: 'Correct it there; docs/plan-file.md has an example.',
      cause,
    });
  }
}
