import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, costwatch, pinned, ROOT, start, temporaryFolder } from './costwatch.ts';

describe('help and version', () => {
  it('--version prints the version', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(await costwatch(['--version'])).toEqual({ code: 0, signal: null, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [['--help']],
    [['run', '--help']],
    [['report', '--help']],
    [['pricing', '--help']],
    [['pricing', 'set', '--help']],
    [[]],
  ])('%j prints help', async (args) => {
    const { code, stdout, stderr } = await costwatch(args);
    expect(code).toBe(0);
    expect(stdout + stderr).toContain('Usage: costwatch');
  });

  it.each([['--help'], ['--version']])('%s loads neither ora nor @google/genai', async (option) => {
    const loaded = join(temporaryFolder(), 'loaded.txt');
    const { code } = await start(process.execPath, ['--experimental-loader', recordingLoader(loaded), BIN, option], {
      env: pinned(),
    });
    expect(code).toBe(0);
    const urls = readFileSync(loaded, 'utf8');
    expect(urls).toContain('bin/costwatch.js');
    expect(urls).not.toMatch(/node_modules\/(ora|@google)\//);
  });
});

describe('without anything built', () => {
  it('says what to type', async () => {
    const clone = temporaryFolder();
    cpSync(join(ROOT, 'bin'), join(clone, 'bin'), { recursive: true });
    const program = join(clone, 'bin/costwatch.js');
    expect(await start(process.execPath, [program, 'demo'])).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: 'costwatch is not built yet. In a clone run: npm ci\n',
    });
  });

  it.skipIf(process.platform === 'win32')('can be run as a program', () => {
    expect(statSync(BIN).mode & 0o111).toBe(0o111);
  });
});

/** A module loader, as a data URL, that writes down every module it resolves. */
function recordingLoader(file: string): string {
  const source = `import { appendFileSync } from 'node:fs';
export async function resolve(specifier, context, next) { const found = await next(specifier, context); appendFileSync(${JSON.stringify(file)}, found.url + '\\n'); return found; }`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

describe('bad input: exit 2, one clear message, nothing changed', () => {
  const cases: [string, string[], RegExp][] = [
    ['an unknown command', ['reprot'], /unknown command 'reprot'[\s\S]*report/i],
    ['an unknown option', ['report', '--colour'], /unknown option '--colour'/],
    ['run without a command', ['run'], /missing required argument 'command'/],
    ['a label without a value', ['run', '--label', 'ep1', 'true'], /--label 'ep1' is not a name and a value/],
    ['a missing file', ['report', 'no-such-file.jsonl'], /no-such-file\.jsonl/],
    ['a pattern that matches nothing', ['report', 'no-such-*.jsonl'], /no-such-\*\.jsonl/],
    ['an unknown format', ['report', '--format', 'pdf'], /Unknown format 'pdf'[\s\S]*table, json/],
    ['an unknown group', ['report', '--by', 'colour'], /Unknown group 'colour'[\s\S]*label:<name>/],
    ['a day that is none', ['report', '--since', '2026-02-31'], /--since '2026-02-31' is not a day/],
    ['days in the wrong order', ['report', '--since', '2026-11-02', '--until', '2026-11-01'], /is after --until/],
    ['an unknown zone', ['report', '--timezone', 'Mars/Base'], /Unknown time zone 'Mars\/Base'/],
    ['no session yet', ['report'], /There is no session of your own yet[\s\S]*costwatch run/],
    ['an output folder that is missing', ['run', '-o', 'no/such/folder/x.json', 'true'], /folder of --output/],
    ['a negative price', ['pricing', 'set', 'gemini-3.8-flash', '--input', '-1'], /-1/],
    ['a price that is no number', ['pricing', 'set', 'gemini-3.8-flash', '--input', 'cheap'], /cheap/],
    ['an exponent for a price', ['pricing', 'set', 'gemini-3.8-flash', '--input', '1e3'], /1e3/],
    ['an unknown model in show', ['pricing', 'show', 'gemini-9-flash'], /gemini-9-flash/],
  ];

  it.each(cases)('%s', async (_name, args, message) => {
    const home = temporaryFolder();
    const { code, stdout, stderr } = await costwatch(args, {
      env: pinned({ COSTWATCH_HOME: home }),
      cwd: temporaryFolder(),
    });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect(readdirSync(home)).toEqual([]);
  });

  it('prices of your own that cannot be read', async () => {
    const home = temporaryFolder();
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'prices.json'), '{ "models": [ {');
    const { code, stderr } = await costwatch(['pricing', 'list'], { env: pinned({ COSTWATCH_HOME: home }) });
    expect(code).toBe(2);
    expect(stderr).toContain('prices.json');
    expect(readFileSync(join(home, 'prices.json'), 'utf8')).toBe('{ "models": [ {');
  });
});
