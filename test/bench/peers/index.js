// What the report is measured against: other ways to add up the same log (calls, input and output tokens).
import { join } from 'node:path';
import { findPeers, installPeers } from './install.js';

const script = (name) => join(import.meta.dirname, name);
const sums = (output) => output.trim().split(' ').map(Number);
const JQ_FIELDS = {
  gemini: answer('$r.usageMetadata'),
  uniform: answer('$r.response.usageMetadata'),
  images: answer('$r.response.usageMetadata'),
  entries: ['$r.input.prompt_tokens', '$r.output.output_tokens'],
  costs: [
    '($r.metadata | .input_tokens // .prompt_tokens // .tokens)',
    '($r.metadata | .output_tokens // .completion_tokens)',
  ],
};

/** The peers that there are on this machine, by name: each makes a run of a log's kind and files. */
export function peersAt(folder, options) {
  const { python, jq } = findPeers();
  const { duckdb, ccusage } = installPeers(folder, options);
  const all = {
    python: python && ((kind, files) => ({ command: [python, script('sum.py'), kind, ...files], sums })),
    readline: (kind, files) => ({ command: [process.execPath, script('readline.js'), kind, ...files], sums }),
    bare: (kind, files) => ({ command: [process.execPath, script('bare.js'), kind, ...files] }),
    // Slow: it runs once. It counts repeated calls twice, since it would be slower still otherwise.
    jq: jq && ((kind, files) => ({ command: [jq, '-nc', jqProgram(kind), ...files], once: true })),
    duckdb:
      duckdb && ((kind, files) => ({ command: [process.execPath, script('duckdb.js'), duckdb, kind, ...files], sums })),
    ccusage:
      ccusage &&
      ((_, files) => ({
        command: [ccusage, 'claude', 'daily', '--offline', '--json'],
        env: { CLAUDE_CONFIG_DIR: join(files[0], '../../..') },
        sums: ccusageSums,
      })),
  };
  return new Map(Object.entries(all).filter(([, peer]) => peer !== undefined));
}

/** It does not count calls. */
function ccusageSums(output) {
  const { totals } = JSON.parse(output);
  return [undefined, totals.inputTokens, totals.outputTokens];
}

function jqProgram(kind) {
  const [input, output] = JQ_FIELDS[kind];
  return `reduce inputs as $r ([0,0,0]; [.[0] + 1, .[1] + ${input}, .[2] + ${output}])`;
}

function answer(usage) {
  return [
    `(${usage} | .promptTokenCount + .toolUsePromptTokenCount)`,
    `(${usage} | .candidatesTokenCount + .thoughtsTokenCount)`,
  ];
}
