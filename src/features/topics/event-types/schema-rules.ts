import { compilePattern } from './schema-pattern.js';

export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** A place in a schema, as a JSON pointer (RFC 6901), and what is wrong there. */
export interface SchemaProblem {
  readonly pointer: string;
  readonly reason: string;
}

/** Keywords of JSON Schema 2020-12 by what they hold. Those without a schema inside hold a value. */
export const HOLDS: Readonly<Record<string, 'schema' | 'list' | 'map' | 'value'>> = Object.assign(
  Object.create(null) as object,
  keywords('schema', 'additionalProperties contains else if items not propertyNames then'),
  keywords('schema', 'unevaluatedItems unevaluatedProperties'),
  keywords('list', 'allOf anyOf oneOf prefixItems'),
  keywords('map', '$defs dependentSchemas patternProperties properties'),
  keywords('value', '$comment $id $ref $schema const default dependentRequired deprecated description enum examples'),
  keywords('value', 'contentEncoding contentMediaType exclusiveMaximum exclusiveMinimum format maxContains maxItems'),
  keywords('value', 'maxLength maxProperties maximum minContains minItems minLength minProperties minimum multipleOf'),
  keywords('value', 'pattern readOnly required title type uniqueItems writeOnly'),
);

/** Without an effect on payloads. */
const ANNOTATIONS: ReadonlySet<string> = new Set(
  '$comment $id $schema contentEncoding contentMediaType default deprecated description examples readOnly title writeOnly'.split(
    ' ',
  ),
);

export const FORMATS = [
  'date',
  'date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'time',
  'uri',
  'uuid',
] as const;

/** Schemas in these are checked for each item or property of a payload. */
const REPEATED: ReadonlySet<string> = new Set(
  'additionalProperties contains items patternProperties propertyNames unevaluatedItems unevaluatedProperties'.split(
    ' ',
  ),
);

/**
 * Values in a schema, with each reference replaced by its target and without annotations. They bound the time to
 * compile it and to check a payload, so what takes longer counts more.
 */
const MAX_VALUES = 2_000;
const REPEATED_WEIGHT = 4;
const FORMAT_WEIGHT = 10;
const MAX_DEPTH = 32;

class Refused extends Error {
  constructor(readonly problem: SchemaProblem) {
    super(problem.reason);
  }
}

/**
 * Checks what the meta-schema leaves open: unknown keywords, references, patterns, and the size with its references
 * written out.
 * @param schema has passed the meta-schema
 */
export function problemIn(schema: JsonSchema): SchemaProblem | undefined {
  try {
    new SchemaWalk(schema).check();
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.problem;
    throw error;
  }
}

class SchemaWalk {
  private readonly sizes = new Map<string, number>();
  private readonly open = new Set<string>();

  constructor(private readonly root: JsonSchema) {}

  check(): void {
    if (this.sizeAt('', this.root, 0) > MAX_VALUES)
      refuse('', `has more than ${MAX_VALUES} values, references included`);
  }

  /** @returns the number of values of the schema */
  private sizeAt(pointer: string, schema: JsonSchema, depth: number): number {
    if (depth > MAX_DEPTH) refuse(pointer, `is nested deeper than ${MAX_DEPTH} schemas`);
    if (typeof schema !== 'object') return 1;
    const known = this.sizes.get(pointer);
    if (known !== undefined) return known;
    this.open.add(pointer);
    const size = Object.entries(schema).reduce((sum, entry) => sum + this.sizeOfKeyword(pointer, entry, depth), 1);
    this.open.delete(pointer);
    this.sizes.set(pointer, size);
    return size;
  }

  private sizeOfKeyword(at: string, [keyword, value]: [string, unknown], depth: number): number {
    const pointer = `${at}/${escapeToken(keyword)}`;
    const holds = HOLDS[keyword] ?? refuse(pointer, 'is not a keyword that is supported');
    if (isOfRoot(keyword) && at !== '') refuse(pointer, 'is allowed only at the top');
    const size =
      holds === 'value'
        ? this.sizeOfValue(pointer, keyword, value, depth)
        : this.sizeOfSchemas(pointer, holds, value, depth);
    if (keyword === 'patternProperties')
      for (const pattern of Object.keys(value as object)) checkPattern(`${pointer}/${escapeToken(pattern)}`, pattern);
    // Definitions count where they are referred to.
    if (keyword === '$defs') return 1;
    return REPEATED.has(keyword) ? size * REPEATED_WEIGHT : size;
  }

  private sizeOfSchemas(pointer: string, holds: 'schema' | 'list' | 'map', value: unknown, depth: number): number {
    if (holds === 'schema') return this.sizeAt(pointer, value as JsonSchema, depth + 1);
    const inner = Object.entries(value as Record<string, JsonSchema>);
    return inner.reduce(
      (sum, [name, schema]) => sum + this.sizeAt(`${pointer}/${escapeToken(name)}`, schema, depth + 1),
      1,
    );
  }

  private sizeOfValue(pointer: string, keyword: string, value: unknown, depth: number): number {
    if (keyword === 'pattern') checkPattern(pointer, String(value));
    if (keyword === 'format')
      return isFormat(value) ? FORMAT_WEIGHT : refuse(pointer, `is none of ${FORMATS.join(', ')}`);
    if (ANNOTATIONS.has(keyword)) return 0;
    return keyword === '$ref' ? this.sizeOfTarget(pointer, String(value), depth) : valuesIn(value);
  }

  private sizeOfTarget(pointer: string, reference: string, depth: number): number {
    const name = definitionOf(reference);
    if (name === undefined) return refuse(pointer, 'is not `#/$defs/...`: no other schema can be referred to');
    const { $defs = {} } = this.root as { readonly $defs?: Readonly<Record<string, JsonSchema>> };
    const schema = Object.hasOwn($defs, name) ? $defs[name] : undefined;
    if (schema === undefined) return refuse(pointer, 'refers to no definition');
    const target = `/$defs/${escapeToken(name)}`;
    if (this.open.has(target)) refuse(pointer, 'is recursive');
    return this.sizeAt(target, schema, depth + 1);
  }
}

/** The name of the definition at the top that a reference refers to; undefined for any other reference. */
export function definitionOf(reference: string): string | undefined {
  const [, token] = /^#\/\$defs\/([^/]+)$/.exec(reference) ?? [];
  try {
    return token === undefined ? undefined : unescapeToken(decodeURIComponent(token));
  } catch {
    return undefined;
  }
}

function refuse(pointer: string, reason: string): never {
  throw new Refused({ pointer, reason });
}

function checkPattern(pointer: string, pattern: string): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    refuse(pointer, `is not a pattern that can be matched in linear time: ${(error as Error).message}`);
  }
}

function keywords<Held>(held: Held, names: string): Record<string, Held> {
  return Object.fromEntries(names.split(' ').map((name) => [name, held]));
}

const isOfRoot = (keyword: string): boolean => ['$defs', '$id', '$schema'].includes(keyword);
const isFormat = (value: unknown): boolean => FORMATS.some((format) => format === value);

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + valuesIn(inner), 1);
}

const escapeToken = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1');
const unescapeToken = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');
