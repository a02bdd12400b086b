import { projection } from '../core/project.ts';
import { callEntry, callRecord } from './call-record.ts';
import { CONTAINERS } from './containers.ts';
import { costEntry } from './cost-entry.ts';
import { geminiBatch, vertexBatch } from './gemini-batch.ts';
import { geminiResponse } from './gemini-response.ts';
import { generationRow } from './generation-row.ts';
import { noCall } from './no-call.ts';
import { sessionLine } from './session.ts';
import type { LogShape } from './shape.ts';
import { usageEvent } from './usage-event.ts';

/** Every log shape that is understood; the first that recognises a record reads it, so the special come first. */
export const shapes: readonly LogShape[] = [
  sessionLine,
  usageEvent,
  noCall,
  geminiBatch,
  vertexBatch,
  geminiResponse,
  callEntry,
  callRecord,
  costEntry,
  generationRow,
];

const paths = [...new Set(shapes.flatMap((shape) => shape.paths))];

/** All that any shape reads of a record, also where the record is an element of an export. */
export const RECORD = projection([...paths, ...CONTAINERS.flatMap((key) => paths.map((path) => `${key}[].${path}`))]);
