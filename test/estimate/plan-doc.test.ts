import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../src/core/estimate/plan.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/plan-file.md'), 'utf8');
const [example, schema] = [...PAGE.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, block]) => JSON.parse(block!));
const validate = new Ajv2020().compile(schema);

describe('docs/plan-file.md', () => {
  it('has an example that the schema and costwatch take', () => {
    expect([validate(example), validate.errors]).toEqual([true, null]);
    expect(parsePlan(example, 'plan.json')).toMatchObject({
      margin: '10',
      unit: { name: 'panel', count: 25 },
      steps: [
        { name: 'script', tier: 'standard', repeat: 1, prompt: ['prompts/script.txt'], outputTokens: 8000 },
        { name: 'panels', repeat: 25, labels: { phase: 'panels' }, imageSize: '2K', images: 1 },
        { name: 'clip', repeat: 3, videoSeconds: 8, resolution: '1080p', sound: true },
        { name: 'voice', characters: 24_000 },
      ],
    });
  });

  const step = { model: 'gemini-3.8-flash' };
  it.each([
    [{ steps: [step] }, true],
    [{ $schema: 'x', steps: [{ ...step, prompt: ['a', 'b'], sound: false, songs: 1 }] }, true],
    [{ steps: [] }, false],
    [{ steps: [{}] }, false],
    [{ steps: [{ ...step, imagse: 1 }] }, false],
    [{ steps: [{ ...step, repeat: 0 }] }, false],
    [{ steps: [{ ...step, tier: 'cheap' }] }, false],
    [{ steps: [{ ...step, videoSeconds: 0 }] }, false],
    [{ steps: [step], margin: -1 }, false],
    [{ steps: [step], unit: { name: 'x' } }, false],
  ])('agrees with costwatch on %j', (plan, valid) => {
    const parses = () => parsePlan(plan, 'plan.json');
    expect(validate(plan)).toBe(valid);
    if (valid) expect(parses).not.toThrow();
    else expect(parses).toThrow('plan.json: ');
  });

  it('explains every field of the schema', () => {
    const fields = [...Object.keys(schema.properties), ...Object.keys(schema.$defs.step.properties)];
    const missing = fields.filter((name) => name !== '$schema' && !PAGE.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });
});
