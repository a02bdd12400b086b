import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/core/ledger/summary.ts';
import { failFirst } from '../../src/demo/faults.ts';
import { rateLimited } from '../../src/demo/gemini/errors.ts';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { costwatch, pinned, ROOT, start, temporaryFolder } from './costwatch.ts';

const GENERATE = join(ROOT, 'test/fixtures/programs/generate.mjs');
const MANY = join(ROOT, 'test/fixtures/programs/many-calls.mjs');

/** US dollars per million tokens on the day of the tests, read by hand from the price list: input, output, image or audio output. */
const PRICES: Record<string, [bigint, bigint, bigint]> = {
  'gemini-3.8-flash': [750_000n, 3_750_000n, 0n],
  'gemini-3.5-flash-lite': [300_000n, 2_500_000n, 0n],
  'gemini-nano-banana-2.1': [1_500_000n, 7_500_000n, 30_000_000n],
  'gemini-3.8-flash-tts': [500_000n, 9_000_000n, 9_000_000n],
};
interface Metadata {
  promptTokenCount?: number;
  candidatesTokenCount?: number;
  thoughtsTokenCount?: number;
  candidatesTokensDetails?: { modality: string; tokenCount: number }[];
}

/** The bill in pico-dollars, from what the server sent and the numbers above alone. */
function billByHand(api: LocalApi): bigint {
  let total = 0n;
  for (const { path, usage, status } of api.exchanges) {
    const model = /models\/([^:]+):/.exec(path)?.[1];
    if (!model || status !== 200 || !usage) continue;
    const metadata = usage as Metadata;
    const media = metadata.candidatesTokensDetails?.find(({ modality }) => modality !== 'TEXT')?.tokenCount ?? 0;
    const text = (metadata.candidatesTokenCount ?? 0) - media + (metadata.thoughtsTokenCount ?? 0);
    const [input, output, other] = PRICES[model]!;
    total += BigInt(metadata.promptTokenCount ?? 0) * input + BigInt(text) * output + BigInt(media) * other;
  }
  return total;
}

function fromPico(pico: bigint): number {
  return Number(`${pico / 10n ** 12n}.${(pico % 10n ** 12n).toString().padStart(12, '0')}`);
}

function environment(api: LocalApi, home: string): NodeJS.ProcessEnv {
  return pinned({ COSTWATCH_HOME: home, GOOGLE_GEMINI_BASE_URL: api.url, ELEVENLABS_BASE_URL: api.url });
}

function everythingUnder(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

describe('a script with both SDKs', () => {
  const apis: LocalApi[] = [];
  const fresh = async () => {
    const api = await startLocalApi({
      handlers: [failFirst(/nano-banana-2\.1:generateContent$/, () => rateLimited('gemini-nano-banana-2.1'))],
    });
    apis.push(api);
    return api;
  };
  afterAll(() => Promise.all(apis.map((api) => api.close())));

  it('gets the exact bill, and the script notices nothing', async () => {
    const [bareApi, watchedApi] = [await fresh(), await fresh()];
    const home = temporaryFolder();
    const output = join(home, 'summary.json');
    const bare = await start(process.execPath, [GENERATE], { env: environment(bareApi, home) });
    // Not live: a slow machine would see a line of ours every 30 seconds.
    const args = ['run', '--no-live', '--label', 'video=ep1', '-o', output, '--', process.execPath, GENERATE];
    const watched = await costwatch(args, { env: environment(watchedApi, home) });
    expect(bare.code).toBe(7);
    expect(watched.code).toBe(7);
    expect(watched.stdout).toBe(bare.stdout);
    expect(watched.stderr.slice(0, bare.stderr.length)).toBe(bare.stderr);

    const summary = JSON.parse(readFileSync(output, 'utf8')) as Summary;
    const bill = billByHand(watchedApi);
    expect(bill).toBeGreaterThan(0n);
    expect(summary.totals.costUsd).toBe(fromPico(bill));
    expect(summary.totals).toMatchObject({
      calls: 8,
      succeeded: 7,
      failed: 1,
      retries: 1,
      priced: 7,
      unpriced: 0,
      estimated: 0,
      incomplete: 0,
      images: 1,
    });
    expect(summary.incomplete).toBe(false);
    const credits = watchedApi.exchanges.reduce((sum, { characterCost }) => sum + Number(characterCost ?? 0), 0);
    expect(summary.totals).toMatchObject({ characters: 35, credits });
    expect(summary.byVoice.map(({ voice, characters }) => [voice, characters])).toEqual([
      ['Rachel', 23],
      ['George', 12],
    ]);
    expect(summary.session).toMatchObject({ exitCode: 7 });

    // What a person sees says the same.
    expect(watched.stderr).toContain('API Usage Summary');
    expect(watched.stderr).toContain('8 calls, 1 failed (not charged), 1 retry');
    expect(watched.stderr).toContain('ElevenLabs Characters: 35');

    // And `report` reads the same bill back from the session it left.
    const report = await costwatch(['report', '--json', '--by', 'label:video'], { env: environment(watchedApi, home) });
    const readBack = JSON.parse(report.stdout) as Summary;
    expect(readBack.totals).toEqual(summary.totals);
    expect(readBack.groups.map(({ key, calls }) => [key['label:video'], calls])).toEqual([['ep1', 8]]);

    // No key and no prompt is in any file or output of ours.
    for (const secret of ['AIzaSECRET', 'sk_secret', 'SECRET PROMPT']) {
      expect(everythingUnder(home) + watched.stderr + report.stdout).not.toContain(secret);
    }
  });

  it('counts 2,000 calls at concurrency 50 that end in process.exit(3)', async () => {
    const api = await fresh();
    const home = temporaryFolder();
    const output = join(home, 'summary.json');
    const { code } = await costwatch(['run', '-o', output, process.execPath, MANY, '2000', '50', '3'], {
      env: environment(api, home),
    });
    expect(code).toBe(3);
    const { totals } = JSON.parse(readFileSync(output, 'utf8')) as Summary;
    expect(totals).toMatchObject({ calls: 2000, priced: 2000, incomplete: 0 });
    expect(totals.costUsd).toBe(fromPico(billByHand(api)));
  });
});

describe('outputs of run', () => {
  let api: LocalApi;
  beforeAll(async () => {
    api = await startLocalApi();
  });
  afterAll(() => api.close());
  const one = ['node', MANY, '1', '1', '0'];

  it('--json takes the place of the box, on stderr', async () => {
    const { stdout, stderr } = await costwatch(['run', '--json', ...one], { env: environment(api, temporaryFolder()) });
    expect(stdout).toBe('');
    expect((JSON.parse(stderr) as Summary).totals.calls).toBe(1);
  });

  it('--quiet says nothing and still records the session', async () => {
    const env = environment(api, temporaryFolder());
    const run = await costwatch(['run', '--quiet', '--', ...one], { env });
    expect(run).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    const report = await costwatch(['report', '--json'], { env });
    expect((JSON.parse(report.stdout) as Summary).totals.calls).toBe(1);
  });

  it("leaves the command's own options alone, with and without --", async () => {
    const script = ['-e', 'console.log(process.argv.slice(1).join(" "))', '--', '--json', '-o', 'x', '--label', 'a'];
    const env = environment(api, temporaryFolder());
    for (const separator of [[], ['--']]) {
      const { stdout } = await costwatch(['run', '-q', ...separator, process.execPath, ...script], { env });
      expect(stdout).toBe('--json -o x --label a\n');
    }
  });

  it('says so when no call was seen', async () => {
    const { stderr, code } = await costwatch(['run', process.execPath, '-e', '0'], {
      env: environment(api, temporaryFolder()),
    });
    expect(code).toBe(0);
    expect(stderr).toContain('No Gemini or ElevenLabs call was seen.');
  });

  it('a session keeps no secret of the command line', async () => {
    const env = environment(api, temporaryFolder());
    await costwatch(
      [
        'run',
        '-q',
        process.execPath,
        '-e',
        '0',
        '--',
        '--api-key',
        'AIzaSyD-verysecretverysecret1234',
        'a prompt with spaces',
        '--chapters',
        '3',
      ],
      { env },
    );
    const log = everythingUnder(join(env.COSTWATCH_HOME!, 'sessions'));
    expect(log).toContain('"--chapters","3"');
    expect(log).not.toMatch(/verysecret|a prompt/);
  });
});

describe('exit codes of run', () => {
  const env = () => pinned({ COSTWATCH_HOME: temporaryFolder() });

  it.each([0, 1, 2, 3, 42])('passes on %i', async (code) => {
    expect((await costwatch(['run', '-q', process.execPath, '-e', `process.exit(${code})`], { env: env() })).code).toBe(
      code,
    );
  });

  it('dies of the signal that ended the command', async () => {
    const { code, signal } = await costwatch(['run', '-q', 'sh', '-c', 'kill -TERM $$'], { env: env() });
    expect([code, signal]).toEqual([null, 'SIGTERM']);
  });

  it.each([
    [127, ['no-such-command-here'], 'no-such-command-here'],
    [126, [join(ROOT, 'package.json')], 'package.json'],
  ])('%i when it cannot be started', async (code, command, named) => {
    const run = await costwatch(['run', ...command], { env: env() });
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(named);
    expect(run.stderr).not.toContain('    at ');
  });

  it.each(['home', 'prices'])('125 when costwatch itself cannot start: its %s', async (broken) => {
    const home = temporaryFolder();
    if (broken === 'prices') writeFileSync(join(home, 'prices.json'), '{');
    const env = pinned({ COSTWATCH_HOME: broken === 'prices' ? home : join(ROOT, 'package.json', 'home') });
    const { code, stdout, stderr } = await costwatch(['run', process.execPath, '-e', 'console.log("ran")'], { env });
    expect(code).toBe(125);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^costwatch: /);
    expect(stderr).not.toContain('    at ');
  });

  it("keeps the command's code and shows the figures when they cannot be kept", async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'sessions'), 'not a folder');
    const output = join(home, 'gone', 'x.json');
    mkdirSync(join(home, 'gone'));
    const script = `rm -r '${join(home, 'gone')}' && touch '${join(home, 'gone')}'; exit 4`;
    const { code, stderr } = await costwatch(['run', '-o', output, '--', 'sh', '-c', script], {
      env: pinned({ COSTWATCH_HOME: home }),
    });
    expect(code).toBe(4);
    expect(stderr).toContain('API Usage Summary');
    expect(stderr).toContain('costwatch: the session log could not be written');
    expect(stderr).toContain(`costwatch: Cannot write ${output}`);
    expect(stderr).not.toContain('    at ');
  });
});
