/** What each kind of line says of its call: the id, if any, and tokens of input and output. */
export const READERS = {
  gemini: (record) => answer(record),
  uniform: ({ response }) => answer(response),
  images: ({ response }) => answer(response),
  entries: ({ input, output }) => [undefined, input.prompt_tokens, output.output_tokens],
  costs: ({ metadata }) => [
    undefined,
    metadata.input_tokens ?? metadata.prompt_tokens ?? metadata.tokens ?? 0,
    metadata.output_tokens ?? metadata.completion_tokens ?? 0,
  ],
  history: ({ id, usage }) => [id, usage?.inputTokens ?? 0, usage?.outputTokens ?? 0],
};

function answer({ responseId, usageMetadata }) {
  if (usageMetadata === undefined) return [responseId, 0, 0];
  const {
    promptTokenCount,
    toolUsePromptTokenCount = 0,
    candidatesTokenCount = 0,
    thoughtsTokenCount = 0,
  } = usageMetadata;
  return [responseId, promptTokenCount + toolUsePromptTokenCount, candidatesTokenCount + thoughtsTokenCount];
}
