import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { operationId, summary } from './operation-names.js';
import { zodConverter } from './zod-schemas.js';

describe('operationId', () => {
  it.each([
    ['DeliveriesController', 'list', 'listDeliveries'],
    ['DeliveriesController', 'get', 'getDelivery'],
    ['DeliveriesController', 'replayMany', 'replayDeliveries'],
    ['SourcesController', 'create', 'createSource'],
    ['MeController', 'show', 'showMe'],
    ['MetricsController', 'readMetrics', 'readMetrics'],
    ['AddressController', 'get', 'getAddress'],
    ['StatusController', 'get', 'getStatus'],
  ])('calls %s.%s %s', (controller, method, expected) => {
    expect(operationId(controller, method)).toBe(expected);
  });

  it('reads as words in the summary', () => {
    expect(summary('replayDeliveries')).toBe('Replay deliveries');
  });
});

describe('zodConverter', () => {
  it('makes a component of what has a name, wherever it stands', () => {
    const user = z.object({ id: z.uuid(), born: z.date().nullable() }).meta({ id: 'User' });
    const converted = zodConverter()(z.object({ items: z.array(user) }), { schemaType: 'output' });
    expect(converted).toEqual({
      schema: {
        type: 'object',
        properties: { items: { type: 'array', items: { $ref: '#/$defs/User' } } },
        required: ['items'],
      },
      components: {
        User: {
          type: 'object',
          properties: {
            id: { type: 'string', format: 'uuid' },
            born: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
          },
          required: ['id', 'born'],
        },
      },
    });
  });

  it('writes numbers as 3.1 does', () => {
    const converted = zodConverter()(z.object({ n: z.int().positive().max(9) }), { schemaType: 'input' });
    expect(converted?.schema).toMatchObject({
      properties: { n: { type: 'integer', exclusiveMinimum: 0, maximum: 9 } },
    });
  });

  it('says that unknown fields are refused only where they are', () => {
    const convert = zodConverter();
    const closed = convert(z.strictObject({ a: z.string() }), { schemaType: 'input' });
    const open = convert(z.object({ a: z.string() }), { schemaType: 'output' });
    expect(closed?.schema).toMatchObject({ additionalProperties: false });
    expect(open?.schema).not.toHaveProperty('additionalProperties');
  });

  it('refuses one name for two shapes, instead of letting the second replace the first', () => {
    const convert = zodConverter();
    const item = z.object({ quantity: z.int().default(1) }).meta({ id: 'Item' });
    convert(item, { schemaType: 'input' });
    expect(() => convert(item, { schemaType: 'output' })).toThrow('Two different schemas have the id Item');
  });

  it('leaves what is no zod schema to others', () => {
    expect(zodConverter()(class {}, { schemaType: 'output' })).toBeUndefined();
  });
});
