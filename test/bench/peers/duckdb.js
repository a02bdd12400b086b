// The sums of a log in DuckDB: `node duckdb.js ENTRY KIND FILE…`. Of two records of a call the fuller one counts.
import { pathToFileURL } from 'node:url';

const USAGE =
  'STRUCT(promptTokenCount BIGINT, toolUsePromptTokenCount BIGINT, candidatesTokenCount BIGINT, thoughtsTokenCount BIGINT)';
/** The columns to read, and what of them is the id, the input and the output. */
const QUERIES = {
  gemini: { columns: { responseId: 'VARCHAR', usageMetadata: USAGE }, ...answer('') },
  uniform: { columns: { response: `STRUCT(responseId VARCHAR, usageMetadata ${USAGE})` }, ...answer('response.') },
  entries: {
    columns: { input: 'STRUCT(prompt_tokens BIGINT)', output: 'STRUCT(output_tokens BIGINT)' },
    id: 'NULL',
    input: 'input.prompt_tokens',
    output: 'output.output_tokens',
  },
  costs: {
    columns: {
      metadata:
        'STRUCT(tokens BIGINT, input_tokens BIGINT, output_tokens BIGINT, prompt_tokens BIGINT, completion_tokens BIGINT)',
    },
    id: 'NULL',
    input: 'coalesce(metadata.input_tokens, metadata.prompt_tokens, metadata.tokens, 0)',
    output: 'coalesce(metadata.output_tokens, metadata.completion_tokens, 0)',
  },
};
const [, , entry, kind, ...files] = process.argv;
const { columns, id, input, output } = QUERIES[kind];
const { DuckDBInstance } = await import(pathToFileURL(entry).href);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const reader = await connection.runAndReadAll(`
  WITH calls AS (
    SELECT ${id} AS id, ${input} AS input, ${output} AS output
    FROM read_json([${files.map(quoted)}], format = 'newline_delimited', columns = {${typed(columns)}})
  ), fullest AS (
    SELECT arg_max(input, input + output) AS input, arg_max(output, input + output) AS output
    FROM calls WHERE id IS NOT NULL GROUP BY id
    UNION ALL SELECT input, output FROM calls WHERE id IS NULL
  )
  SELECT count(*)::DOUBLE, sum(input)::DOUBLE, sum(output)::DOUBLE FROM fullest`);
console.log(...reader.getRows()[0]);

function answer(prefix) {
  const usage = (name) => `coalesce(${prefix}usageMetadata.${name}, 0)`;
  return {
    id: `${prefix}responseId`,
    input: `${usage('promptTokenCount')} + ${usage('toolUsePromptTokenCount')}`,
    output: `${usage('candidatesTokenCount')} + ${usage('thoughtsTokenCount')}`,
  };
}

function typed(types) {
  return Object.entries(types)
    .map(([name, type]) => `${name}: ${quoted(type)}`)
    .join(', ');
}

function quoted(text) {
  return `'${text.replaceAll("'", "''")}'`;
}
