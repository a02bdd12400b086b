/** What a report shows other than the manifest's row states, and why that is right. */
export interface Reviewed {
  why: string;
  calls?: number;
  skipped?: number;
  inputTokens?: number;
  outputTokens?: number;
  reasoningTokens?: number;
  cachedInputTokens?: number;
  characters?: number;
}

const NO_CALL = { calls: 0, skipped: 1 };
const REPR = 'the repr of a Python object, not JSON: each line is reported';
const TOOL_RESULTS = "the AI SDK leaves tool results out of its inputTokens; Google's own counts beside them have them";
const HIDDEN_THOUGHTS = 'the row states the output as logged; the total shows the thoughts that it leaves out';

export const REVIEWED: Record<string, Reviewed> = {
  'call-logs/wooya27-Cost_Manager-llm_calls.jsonl': {
    ...NO_CALL,
    why: 'a template answer without model, usage or cost',
  },
  'elevenlabs/elevenlabs-docs-example-usage-character-stats.json': { ...NO_CALL, why: 'statistics of an account' },
  'gemini-cli-logs/gemini-cli-output-stream-json-stream.jsonl': {
    why: 'the result line does not say of how many calls it is the sum; thoughts show in its total alone',
    calls: 1,
    outputTokens: 80,
    reasoningTokens: 56,
  },
  'gemini-http-body/vercel-ai-google-vertex-embedding.json': {
    why: 'the row states no counts; the tokens are in predictions[].embeddings.statistics',
    inputTokens: 11,
  },
  'gemini-http-body/vertexai-sdk-test-data-vertexai-streaming-failure-invalid-json.txt': {
    ...NO_CALL,
    why: 'its only event is not valid JSON',
  },
  'gemini-http-body/vertexai-sdk-test-data-vertexai-unary-success-total-tokens.json': {
    ...NO_CALL,
    why: 'a countTokens answer, which is free',
  },
  'gemini-vcr/pydantic-ai-test_google_model_armor_prompt_template_text_gets_blocked.jsonl': {
    why: 'one of its exchanges fetches an OAuth token',
    calls: 1,
    skipped: 1,
  },
  'gemini-vcr/pydantic-ai-test_google_model_document_url_input.jsonl': {
    why: 'one of its exchanges downloads a PDF from elsewhere',
    calls: 1,
    skipped: 1,
  },
  'gemini-vcr/pydantic-ai-test_google_model_file_search_grounding_gemini_3-True.jsonl': {
    why: 'two of its exchanges create and delete a file search store; both steps of the upload bill indexing',
    calls: 4,
    skipped: 2,
  },
  'gemini-vcr/pydantic-ai-test_multimodal_tool_return_matrix-direct-url-document-google_2_5.jsonl': {
    why: 'one of its exchanges downloads a PDF from elsewhere',
    calls: 2,
    skipped: 1,
  },
  'notebook-output/gemini-cookbook-Caching-cell13.txt': { why: REPR, calls: 0, skipped: 11 },
  'notebook-output/gemini-cookbook-Caching-cell20.txt': { why: REPR, calls: 0, skipped: 17, cachedInputTokens: 0 },
  'notebook-output/gemini-cookbook-Error_handling-cell11.txt': { why: REPR, ...NO_CALL },
  'observability-export/langfuse-vercel-aisdk-2025-11-17.json': {
    why: 'the outer generation, ai.generateText, is the same call as the one inside it',
    calls: 1,
    inputTokens: 62,
    outputTokens: 85,
  },
  'observability-export/langfuse-vertex-ai-2025-08-01.json': { why: HIDDEN_THOUGHTS, outputTokens: 2018 },
  'openai-compatible/pydantic-ai-test_openrouter_cache_instructions_gemini_real_api.jsonl': {
    why: 'the row does not state the cached part of the prompt',
    cachedInputTokens: 4322,
  },
  'sdk-replay/elevenlabs-js-responses.jsonl': {
    why: 'three of its lines are an SDK error of parsing, account statistics and emptied headers; texts give characters',
    calls: 4,
    skipped: 3,
    characters: 40,
  },
  'sdk-replay/langchain-js-aimessage.jsonl': { why: HIDDEN_THOUGHTS, outputTokens: 6051, cachedInputTokens: 14755 },
  'sdk-replay/vercel-ai-generateText-result.jsonl': { why: TOOL_RESULTS, inputTokens: 36003 },
  'sdk-replay/vercel-ai-generateText-step.jsonl': { why: TOOL_RESULTS, inputTokens: 36003 },
  'sdk-replay/vercel-ai-otlp-part1.jsonl': {
    why: TOOL_RESULTS,
    inputTokens: 10800,
    cachedInputTokens: 3512,
    reasoningTokens: 873,
  },
  'sdk-replay/vercel-ai-streamText-onFinish.jsonl': { why: TOOL_RESULTS, inputTokens: 5194 },
};
