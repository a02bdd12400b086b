import { isObject, type JsonObject, list } from '../../core/json.ts';
import { countAt, present, textAt, timeAt } from '../reading/fields.ts';
import { ofSeveralCalls } from '../reading/usage-counts.ts';
import type { LoggedEvent, LogShape } from '../shape.ts';
import { ALIASES } from './aliases.ts';
import { readLine } from './flat-line.ts';

/** A project's line for a whole run, with the sums of each stage: `{at, stages: [{stage, model, calls, input, output}]}`. */
export const runLine: LogShape = {
  id: 'run-line',
  summary: "a project's line for a run: sums by stage",
  keys: ['stages'],
  recognises: (record) => stagesOf(record).length > 0,
  toEvents: (record) => {
    const time = ALIASES.timestamp.map((name) => timeAt(record, name)).find((each) => each !== undefined);
    return stagesOf(record).map((stage) => readStage(stage, time));
  },
};

function stagesOf(record: JsonObject): JsonObject[] {
  return list(record.stages)
    .filter(isObject)
    .filter((stage) => textAt(stage, 'model') && ['input', 'output', 'calls'].some((key) => Object.hasOwn(stage, key)));
}

function readStage(stage: JsonObject, time: string | undefined): LoggedEvent {
  const { stage: name, model, gr, cost_usd } = stage;
  const counts = {
    input_tokens: stage.input ?? stage.input_tokens,
    output_tokens: stage.output ?? stage.output_tokens,
  };
  const event = readLine(present({ stage: name, model, gr, cost_usd, ...counts }), time);
  const calls = countAt(stage, 'calls') ?? 1;
  return { ...event, ...ofSeveralCalls(event, calls), ...(calls > 1 ? { calls } : {}) };
}
