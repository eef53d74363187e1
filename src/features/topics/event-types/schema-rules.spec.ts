import { describe, expect, it } from '@jest/globals';
import { compileSchema, schemaProblem } from './compile-schema.js';
import type { JsonSchema } from './schema-rules.js';

const pointerOf = (schema: JsonSchema) => schemaProblem(schema)?.pointer;

/** A chain of definitions, each of which refers to the next one twice. */
const doubling = (levels: number): JsonSchema => {
  const both = (n: number) => ({ allOf: [{ $ref: `#/$defs/d${n}` }, { $ref: `#/$defs/d${n}` }] });
  const $defs = Object.fromEntries(Array.from({ length: levels }, (_, n) => [`d${n}`, both(n + 1)]));
  return { $ref: '#/$defs/d0', $defs: { ...$defs, [`d${levels}`]: { type: 'integer' } } };
};

describe('the schema of an event type', () => {
  it.each<JsonSchema>([
    true,
    {},
    { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: 'https://example.com/order', type: 'object' },
    { $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'object', title: 'A' } } },
    { properties: { at: { type: 'string', format: 'date-time' }, sku: { pattern: '^[A-Z]{3}-\\d+$' } } },
    { if: { required: ['a'] }, else: { required: ['b'] }, unevaluatedProperties: false },
    doubling(4),
  ])('may be %j', (schema) => {
    expect(schemaProblem(schema)).toBeUndefined();
  });

  it.each<[string, JsonSchema]>([
    ['/properties/a/typ', { properties: { a: { typ: 'string' } } }],
    ['/type', { type: 'strin' }],
    ['/$schema', { $schema: 'http://json-schema.org/draft-07/schema#' }],
    ['/properties/a/$id', { properties: { a: { $id: 'https://example.com/a' } } }],
    ['/$ref', { $ref: 'https://example.com/order.json' }],
    ['/$ref', { $ref: 'other.json#/a' }],
    ['/$ref', { $ref: '#/$defs/missing' }],
    ['/$ref', { $ref: '#/examples/0', examples: [{ allOf: null }] }],
    ['/not/$defs', { not: { $defs: { a: true } } }],
    ['/$dynamicRef', { $dynamicRef: '#a' }],
    ['/$defs/a/properties/child/$ref', { $defs: { a: { properties: { child: { $ref: '#/$defs/a' } } } } }],
    ['/items/format', { items: { format: 'phone' } }],
    ['/pattern', { pattern: '(a)\\1' }],
    ['/pattern', { pattern: '(?=a)b' }],
    ['/pattern', { pattern: '(a{30}){30}' }],
    ['/patternProperties/(', { patternProperties: { '(': {} } }],
    ['', doubling(12)],
    ['', { items: { enum: Array.from({ length: 600 }, (_, n) => n) } }],
    ['', { if: { type: 'object' } }],
  ])('is refused at %j: %j', (pointer, schema) => {
    expect(pointerOf(schema)).toBe(pointer);
  });

  it('is refused when it nests deeper than 32 schemas', () => {
    const nested = Array.from({ length: 40 }).reduce<JsonSchema>((inner) => ({ not: inner }), true);
    expect(schemaProblem(nested)?.reason).toContain('deeper');
  });
});

describe('a payload', () => {
  const order = compileSchema({
    $id: 'https://example.com/order',
    type: 'object',
    properties: { lines: { items: { $ref: '#/$defs/line' }, uniqueItems: true } },
    $defs: { line: { required: ['sku'], properties: { count: { type: 'integer', minimum: 1 } } } },
  });

  it.each([{}, { lines: [] }, { lines: [{ sku: 'a' }, { sku: 'b', count: 2 }] }, { other: null }])(
    'fits: %j',
    (payload) => {
      expect(order(payload)).toBeUndefined();
    },
  );

  it.each<[string, unknown]>([
    ['payload must be object', null],
    ["payload/lines/1 must have required property 'sku'", { lines: [{ sku: 'a' }, {}] }],
    ['payload/lines/0/count must be >= 1', { lines: [{ sku: 'a', count: 0 }] }],
    [
      'payload/lines must not have equal items',
      {
        lines: [
          { sku: 'a', count: 1 },
          { count: 1, sku: 'a' },
        ],
      },
    ],
  ])('does not fit: %s', (mistake, payload) => {
    expect(order(payload)).toBe(mistake);
  });

  it('does not get fields from the prototype of objects', () => {
    expect(compileSchema({ required: ['constructor'] })({})).toContain('constructor');
  });

  const took = (work: () => unknown): number => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };

  it('of 64 KiB is matched with (a+)+$ in linear time', () => {
    const check = compileSchema({ pattern: '(a+)+$' });
    const text = `${'a'.repeat(65_000)}!`;
    expect(check(text)).toContain('pattern');
    expect(took(() => check(text))).toBeLessThan(500);
  });

  it('is refused when its patterns would take too long', () => {
    const check = compileSchema({ items: { pattern: '^.*a.{100}$' } });
    const text = Array.from({ length: 65_000 }, (_, n) => 'ab'[((n * n) % 7) & 1]).join('');
    expect(check([text])).toContain('too long');
    expect(check(['short'])).toContain('pattern');
  });

  it('of 10,000 values is compared with uniqueItems in less than a second', () => {
    const check = compileSchema({ uniqueItems: true });
    const items = Array.from({ length: 9_999 }, (_, n) => [n]);
    expect(took(() => expect(check(items)).toBeUndefined())).toBeLessThan(1_000);
  });
});
