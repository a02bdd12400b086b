import { isObject, type JsonObject, list } from '../../core/json.ts';
import { countAt, present, textAt, timeAt } from '../reading/fields.ts';
import { ofSeveralCalls } from '../reading/usage-counts.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';
import { ALIASES } from './aliases.ts';
import { readLine } from './flat-line.ts';

const STAGE = ['stage', 'name', 'model', 'calls', 'input', 'output', 'gr', 'cost_usd', 'input_tokens', 'output_tokens'];

/** A project's line for a whole run, with the sums of each stage: `{at, stages: [{stage, model, calls, input, output}]}`. */
export const runLine: LogShape = {
  id: 'run-line',
  summary: "a project's line for a run: sums by stage",
  keys: ['stages'],
  paths: [...STAGE.map((path) => `stages[].${path}`), ...ALIASES.timestamp],
  recognises: (record) => stagesOf(record).length > 0,
  toEvents: (record) => {
    const timestamp = ALIASES.timestamp.map((name) => timeAt(record, name)).find((time) => time !== undefined);
    return stagesOf(record).map((stage) => readStage(stage, present({ timestamp })));
  },
};

function stagesOf(record: JsonObject): JsonObject[] {
  return list(record.stages)
    .filter(isObject)
    .filter((stage) => textAt(stage, 'model') && ['input', 'output', 'calls'].some((key) => Object.hasOwn(stage, key)));
}

function readStage(stage: JsonObject, given: Partial<LoggedEvent>): LoggedEvent {
  const { input, output, ...rest } = stage;
  const counted = {
    ...rest,
    ...(input === undefined ? {} : { input_tokens: input }),
    ...(output === undefined ? {} : { output_tokens: output }),
  };
  const event = readLine(counted, given);
  const calls = countAt(stage, 'calls') ?? 1;
  return { ...event, ...(calls > 1 ? { calls } : {}), ...ofSeveralCalls(event, calls) };
}
