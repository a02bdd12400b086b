// Lines of Claude Code, of which ccusage makes its reports: no log of ours, but as much to read.
import { Random } from './random.js';
import { prose } from './text.js';

/** Questions and answers; one answer in five is there twice, as of an answer with two parts. */
export function claudeLine(n, sums) {
  const random = new Random(n);
  const head = {
    parentUuid: `p${n}`,
    isSidechain: false,
    cwd: '/home/kim/webtoon',
    sessionId: sessionOf(n),
    version: '2.0.1',
  };
  if (n % 3 === 0) return JSON.stringify({ ...head, ...question(random), uuid: `u${n}` });
  const isRepeat = n % 15 === 2;
  const { answer, call } = answerOf(isRepeat ? n - 1 : n);
  if (!isRepeat) sums.add(call);
  return JSON.stringify({ ...head, ...answer, uuid: `u${n}` });
}

function sessionOf(n) {
  return `a2b7c5de-1111-4222-8333-${String(Math.floor(n / 1000)).padStart(12, '0')}`;
}

function question(random) {
  const content = [{ type: 'tool_result', tool_use_id: `toolu_${random.below(1e9)}`, content: prose(random) }];
  return { type: 'user', message: { role: 'user', content }, timestamp: random.date().toISOString() };
}

function answerOf(n) {
  const random = new Random(n + 1_000_003);
  const [input, output] = [random.between(1, 9000), random.between(1, 900)];
  const usage = {
    input_tokens: input,
    cache_creation_input_tokens: random.below(900),
    cache_read_input_tokens: random.below(90_000),
    output_tokens: output,
    service_tier: 'standard',
  };
  const tool = { type: 'tool_use', id: `toolu_${n}`, name: 'Read', input: { file_path: '/home/kim/webtoon/scene.md' } };
  const content = [random.chance(0.4) ? tool : { type: 'text', text: prose(random) }];
  const message = {
    id: `msg_${n}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-20250514',
    content,
    usage,
  };
  return {
    answer: { type: 'assistant', message, requestId: `req_${n}`, timestamp: random.date().toISOString() },
    call: { input, output },
  };
}
