import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../src/core/usage/event.ts';
import { providerFor, providers } from '../../src/providers/index.ts';
import { exchange } from './exchange.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/exchanges');

interface Fixture {
  summary: string;
  request: { method: string; url: string; headers: Record<string, string>; body?: unknown };
  response: { status: number; headers: Record<string, string>; body?: unknown };
  /** The facts that the provider must read, all of them and no more. */
  expected: object;
  /** The count of every meter that is billed. */
  meters: Record<string, number>;
}

function fixturesOf(provider: string): [string, Fixture][] {
  const folder = join(FOLDER, provider);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Fixture]);
}

describe.each(providers.map((provider) => [provider.id, provider] as const))('provider %s', (id, provider) => {
  const fixtures = fixturesOf(id);

  it('has fixtures in test/fixtures/exchanges', () => {
    expect(fixtures.length, `add an exchange to test/fixtures/exchanges/${id}`).toBeGreaterThan(0);
  });

  it.each(fixtures)('%s', (_file, { request, response, expected, meters }) => {
    const { body: requestBody, ...head } = request;
    const { body, headers: responseHeaders, status } = response;
    const made = exchange({ ...head, request: requestBody, status, responseHeaders, response: body });
    expect(providers.filter((other) => other.matches(made.request))).toEqual([provider]);
    expect(providerFor(made.request)).toBe(provider);
    const facts = provider.readUsage(made);
    expect(facts).toEqual(expected);
    expect(Object.fromEntries(provider.meter(facts as UsageEvent).map(({ meter, count }) => [meter, count]))).toEqual(
      meters,
    );
    // The request alone already tells that this is a call, and never that it is finished.
    expect(provider.readUsage(exchange({ ...head, request: requestBody }))).toMatchObject({ status: 'incomplete' });
  });
});
