/** What projects call the fields of a call in their own logs; the first that holds anything counts. */
export const ALIASES = {
  timestamp: [
    ...['timestamp', 'ts', 'time', 'at', 'created_at', 'createdAt', 'generated_at', 'fetched_at', 'datetime'],
    ...['t', 'ts_epoch', 'date'],
  ],
  model: ['model', 'model_name', 'modelName', 'model_id', 'modelId', 'llm_model'],
  service: ['service', 'provider', 'vendor'],
  operation: ['operation', 'op', 'type', 'call_type'],
  session: ['session_id', 'sessionId', 'run_id', 'runId'],
  /** Not `request_id`: it may be that of the project's own request, with several calls in it. */
  id: ['response_id', 'responseId', 'call_id', 'generation_id'],
  elevenLabsId: ['request_id', 'requestId', 'request-id'],
  voice: ['voice_name', 'voice', 'voice_id', 'voiceName', 'voiceId'],
  duration: ['duration_ms', 'durationMs', 'latency_ms', 'latencyMs', 'elapsed_ms', 'response_time_ms'],
  error: ['error', 'error_type', 'errorType', 'error_code', 'error_message', 'errorMessage'],
  input: [
    ...['input_tokens', 'tokens_in', 'inputTokens', 'prompt_tokens', 'promptTokens', 'tokensIn', 'in_tokens'],
    ...['usage.input_tokens', 'usage.prompt_tokens', 'usage.inputTokens', 'usage.promptTokens', 'usage.input'],
    ...['tokens.input', 'tokens.prompt', 'tokens.in'],
  ],
  output: [
    ...['output_tokens', 'tokens_out', 'outputTokens', 'completion_tokens', 'completionTokens', 'tokensOut'],
    ...['out_tokens', 'usage.output_tokens', 'usage.completion_tokens', 'usage.outputTokens'],
    ...['usage.completionTokens', 'usage.output', 'tokens.output', 'tokens.completion', 'tokens.out'],
  ],
  total: [
    ...['total_tokens', 'totalTokens', 'tokens_total', 'tokens_used', 'usage.total_tokens', 'usage.totalTokens'],
    ...['usage.total', 'tokens.total', 'num_tokens'],
  ],
  cached: [
    ...['cached_tokens', 'cachedTokens', 'cached_input_tokens', 'cache_read_tokens', 'cache_read_input_tokens'],
    ...['usage.cached_tokens', 'usage.cache_read_input_tokens', 'usage.cache_read', 'tokens.cached'],
  ],
  cacheWrite: [
    ...['cache_write_tokens', 'cache_creation_input_tokens', 'usage.cache_creation_input_tokens'],
    'usage.cache_create',
  ],
  reasoning: [
    ...['reasoning_tokens', 'reasoningTokens', 'thinking_tokens', 'thoughts_tokens', 'thought_tokens'],
    ...['usage.reasoning_tokens', 'usage.thinking_tokens', 'usage.thoughts', 'tokens.thoughts', 'tokens.reasoning'],
  ],
  images: ['images', 'num_images', 'image_count', 'images_generated'],
  size: ['image_size', 'imageSize', 'image_resolution', 'resolution', 'size'],
  characters: [
    ...['characters', 'chars', 'character_count', 'num_characters', 'char_count', 'text_length', 'tts_chars'],
    'characters_used',
  ],
  credits: ['character_cost', 'credits', 'credits_used'],
  seconds: ['audio_seconds', 'audio_duration_secs'],
} as const satisfies Record<string, readonly string[]>;

/** Names that projects group their calls by. */
export const LABELS = [
  ...['stage', 'step', 'phase', 'project', 'section', 'task', 'action', 'tag', 'caller', 'purpose', 'role', 'label'],
  ...[
    'agent',
    'feature',
    'panel',
    'chapter',
    'episode',
    'episode_id',
    'scene',
    'scene_id',
    'video',
    'video_id',
    'job_id',
  ],
  ...['where', 'section_title'],
] as const;

/** Where a cost in a currency is kept. A price in Polish grosze has a hundredth of it; an estimate of 0 is unknown. */
export const COSTS: readonly { path: string; currency: string; estimate?: true; per?: number }[] = [
  ...['cost_usd', 'costUSD', 'costUsd', 'usd', 'total_cost_usd', 'price_usd'].map((path) => ({
    path,
    currency: 'USD',
  })),
  ...['estimated_cost_usd', 'estimatedCostUsd', 'est_cost_usd'].map((path) => ({
    path,
    currency: 'USD',
    estimate: true as const,
  })),
  ...['INR', 'TWD', 'EUR', 'GBP', 'JPY', 'KRW', 'CNY', 'PLN', 'BRL', 'VND', 'RUB', 'CHF', 'CAD', 'AUD'].flatMap(
    (currency) => [
      { path: `cost_${currency.toLowerCase()}`, currency },
      { path: `cost${currency}`, currency },
    ],
  ),
  { path: 'gr', currency: 'PLN', per: 100 },
  { path: 'totalGr', currency: 'PLN', per: 100 },
];
