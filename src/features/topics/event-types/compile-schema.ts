import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { PatternBudget, PatternsTooSlow } from './schema-pattern.js';
import { FORMATS, problemIn, type JsonSchema, type SchemaProblem } from './schema-rules.js';

/** @returns what is wrong with a payload; undefined if it fits */
export type PayloadCheck = (payload: unknown) => string | undefined;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

const metaSchema = new Ajv2020({ strict: false, validateFormats: false });

/** @returns the first reason why a value cannot be the schema of an event type */
export function schemaProblem(schema: JsonSchema): SchemaProblem | undefined {
  if (typeof schema === 'object' && (schema['$schema'] ?? DIALECT) !== DIALECT) {
    return { pointer: '/$schema', reason: `is not ${DIALECT}` };
  }
  if (metaSchema.validateSchema(schema) !== true) return problemOf(metaSchema.errors?.[0]);
  return problemIn(schema) ?? compileProblem(schema);
}

function problemOf(error: ErrorObject | undefined): SchemaProblem {
  return { pointer: error?.instancePath ?? '', reason: error?.message ?? 'is not a schema' };
}

/** Finds mistakes that strict mode refuses, such as an unknown format or `if` without `then`. */
function compileProblem(schema: JsonSchema): SchemaProblem | undefined {
  try {
    compileSchema(schema);
    return undefined;
  } catch (error) {
    return { pointer: '', reason: (error as Error).message };
  }
}

/**
 * Compiles a schema to code. Each schema has a compiler of its own, which is released with it.
 * @param schema without a `schemaProblem`
 */
export function compileSchema(schema: JsonSchema): PayloadCheck {
  const budget = new PatternBudget();
  const ajv = new Ajv2020({
    strict: false,
    strictSchema: true,
    strictNumbers: true,
    validateSchema: false,
    meta: false,
    inlineRefs: false,
    ownProperties: true,
    // Optimizing the code takes four times as long as making it.
    code: { regExp: budget.engine, optimize: false },
  });
  addFormats.default(ajv, { formats: [...FORMATS] });
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: areUnique,
    error: { message: 'must not have equal items' },
  });
  const validate = ajv.compile(withoutIds(schema));
  return (payload) => {
    budget.renew();
    try {
      return validate(payload) ? undefined : mistakeOf(validate.errors?.[0]);
    } catch (error) {
      if (error instanceof PatternsTooSlow) return 'payload is too long for the patterns of its schema';
      throw error;
    }
  };
}

/** Dialect and name of the document: the compiler would look the dialect up and remember the name. */
function withoutIds(schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  const { $id: _id, $schema: _dialect, ...rest } = schema;
  return rest;
}

/** In linear time; the compiler's own keyword compares each pair of items. */
const areUnique = (wanted: boolean, items: readonly unknown[]): boolean =>
  !wanted || new Set(items.map(canonical)).size === items.length;

const canonical = (item: unknown): string => JSON.stringify(item, sortKeys);

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const MAX_MISTAKE_LENGTH = 300;

function mistakeOf(error: ErrorObject | undefined): string {
  const mistake = `payload${error?.instancePath ?? ''} ${error?.message ?? 'does not fit'}`;
  return mistake.slice(0, MAX_MISTAKE_LENGTH);
}
