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
  ])('names %s.%s %s', (controller, method, expected) => {
    expect(operationId(controller, method)).toBe(expected);
  });

  it('splits the operation id into words for the summary', () => {
    expect(summary('replayDeliveries')).toBe('Replay deliveries');
  });
});

describe('zodConverter', () => {
  it('makes a component of every named schema, however deeply nested', () => {
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

  it('uses the number keywords of OpenAPI 3.1', () => {
    const converted = zodConverter()(z.object({ n: z.int().positive().max(9) }), { schemaType: 'input' });
    expect(converted?.schema).toMatchObject({
      properties: { n: { type: 'integer', exclusiveMinimum: 0, maximum: 9 } },
    });
  });

  it('sets additionalProperties: false for strict objects only', () => {
    const convert = zodConverter();
    const closed = convert(z.strictObject({ a: z.string() }), { schemaType: 'input' });
    const open = convert(z.object({ a: z.string() }), { schemaType: 'output' });
    expect(closed?.schema).toMatchObject({ additionalProperties: false });
    expect(open?.schema).not.toHaveProperty('additionalProperties');
  });

  it('rejects two different schemas with the same name', () => {
    const convert = zodConverter();
    const item = z.object({ quantity: z.int().default(1) }).meta({ id: 'Item' });
    convert(item, { schemaType: 'input' });
    expect(() => convert(item, { schemaType: 'output' })).toThrow('Two different schemas have the id Item');
  });

  it('ignores schemas other than zod schemas', () => {
    expect(zodConverter()(class {}, { schemaType: 'output' })).toBeUndefined();
  });
});
