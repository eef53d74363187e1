import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { checkFilter } from '../../dashboard/src/screens/endpoints/event-filter.js';
import { isContentFilter, matcherOf, type ContentFilter } from '../../src/features/outbound-webhooks/content-filter.js';

const EVENTS = [
  { type: 'task:created', channel: 'tasks:1', actor: 'ann', payload: { id: '1', title: 'a', labels: ['x', 'y'] } },
  { type: 'webhook:received', channel: 'webhooks:1', actor: null, payload: { provider: 'github', sender: null } },
  { type: 'order:paid', channel: 'topic:1/orders', actor: 'bob', payload: { total: 20, items: [{ sku: 'a', n: 2 }] } },
];

const FILTERS: readonly ContentFilter[] = [
  {},
  { type: 'task:created' },
  { 'payload.provider': 'github' },
  { 'payload.provider': { $in: ['github', 'gitlab'] } },
  { 'payload.total': { $gte: 20, $lt: 21 } },
  { 'payload.sender': { $exists: true } },
  { 'payload.sender': null },
  { 'payload.labels': 'x' },
  { 'payload.labels': { $all: ['x', 'y'] } },
  { 'payload.labels': { $size: 2 } },
  { 'payload.items': { $elemMatch: { sku: 'a', n: { $gt: 1 } } } },
  { $or: [{ actor: 'ann' }, { type: { $ne: 'order:paid' } }] },
  { $nor: [{ actor: 'ann' }] },
  { actor: { $not: { $eq: 'bob' } } },
];

const REFUSED: readonly ContentFilter[] = [
  { type: { $regex: 'a' } },
  { $where: 'true' },
  { 'payload.a': { $size: { $where: 'true' } } },
  { type: 'x'.repeat(5_000) },
  { a: { b: { c: { d: { e: { f: { g: { h: { i: 1 } } } } } } } } },
];

const fieldsOf = (event: (typeof EVENTS)[number]) =>
  ({ ...event, payload: JSON.stringify(event.payload) }) as unknown as Parameters<ReturnType<typeof matcherOf>>[0];

describe('the filter of the dashboard', () => {
  it.each(FILTERS.map((filter) => [JSON.stringify(filter), filter] as const))(
    'lets the same events through as the server: %s',
    (text, filter) => {
      const { matches, problem } = checkFilter(text);
      expect(problem).toBeUndefined();
      expect(isContentFilter(filter)).toBe(true);
      const onServer = matcherOf(filter);
      expect(EVENTS.map(matches)).toEqual(EVENTS.map((event) => onServer(fieldsOf(event))));
    },
  );

  it.each(REFUSED.map((filter) => [JSON.stringify(filter).slice(0, 60), filter] as const))(
    'refuses what the server refuses: %s',
    (_name, filter) => {
      expect(isContentFilter(filter)).toBe(false);
      expect(checkFilter(JSON.stringify(filter)).problem).toBeDefined();
    },
  );

  it('says what is wrong', () => {
    expect(checkFilter('{').problem).toBe('not-json');
    expect(checkFilter('[]').problem).toBe('not-object');
    expect(checkFilter('{"type": {"$regex": "a"}}')).toMatchObject({ problem: 'unknown-operator', operator: '$regex' });
    expect(checkFilter(JSON.stringify(REFUSED.at(-1))).problem).toBe('too-deep');
  });

  it('lets everything through without a filter', () => {
    const { filter, matches } = checkFilter(' ');
    expect(filter).toBeNull();
    expect(EVENTS.every(matches)).toBe(true);
  });

  it('is accepted by the built server, which loads its library as Node does', () => {
    const script = `import { isContentFilter } from './dist/features/outbound-webhooks/content-filter.js';
      process.stdout.write(String(isContentFilter({ 'payload.provider': 'github' })));`;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })).toBe('true');
  });
});
