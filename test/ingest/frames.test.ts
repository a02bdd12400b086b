import { expect, test } from 'vitest';
import { collectText } from './collect.ts';

const LOG = `>59 {"setup":{"model":"models/gemini-live-2.5-flash-preview"}}
<27 {
  "setupComplete": {}
}

>120 {"clientContent":{"turnComplete":true}}
<380 {
  "serverContent": { "turnComplete": true },
  "usageMetadata": { "promptTokenCount": 515, "responseTokenCount": 31, "totalTokenCount": 546 }
}
`;

test.each([1 << 20, 64, 7, 1])('a socket log of the JS SDK, in pieces of %i bytes', async (size) => {
  const { events, skipped } = await collectText(LOG, size);
  expect(skipped).toStrictEqual([]);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    id: '-:7',
    requestModel: 'models/gemini-live-2.5-flash-preview',
    usage: { inputTokens: 515, outputTokens: 31 },
  });
});
