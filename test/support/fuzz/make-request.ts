import type { Call, Contract, Parameter, Schema } from './contract.js';
import type { Dice } from '../dice.js';

export interface FuzzRequest {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

type Choices = readonly [unknown, ...unknown[]];

/** Returns values that mean something to the service for a field of a path. Others are made from the schema. */
export type Known = (path: string, name: string) => Choices | undefined;

const HOSTILE_VALUES: Choices = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  "' OR 1=1 --",
  '💥',
  'null',
  'NaN',
  '-1',
  '1e999',
  '٣',
  '\r\nx: y',
  'x'.repeat(150),
  'x'.repeat(300),
  'x'.repeat(5_000),
  'constructor',
  '__proto__',
  '[object Object]',
  '9007199254740993',
  '99999999999999999999',
  '2026-02-31T00:00:00Z',
  '+999999-01-01T00:00:00Z',
  '%s%n',
  null,
  true,
  0,
  -1,
  0.5,
  1e308,
  2 ** 31,
  2 ** 63,
  Number.MAX_SAFE_INTEGER,
  [],
  {},
  [[]],
  [null],
  { a: { b: 1 } },
];
const BODIES: readonly [string, ...string[]] = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '0',
  '{}{}',
  '\ufeff{}',
  '{"__proto__":{"a":1}}',
  '{"constructor":{"prototype":1}}',
  `${'['.repeat(80)}${']'.repeat(80)}`,
  `"${'x'.repeat(1_100_000)}"`,
];
const HEADERS: readonly [Record<string, string>, ...Record<string, string>[]] = [
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': '' },
  { 'content-encoding': 'gzip' },
  { accept: 'image/png' },
  { authorization: 'Bearer x.y.z' },
  { authorization: 'Basic eDp5' },
  { origin: 'https://elsewhere.example' },
  { 'x-forwarded-for': "'" },
];

/** Makes requests for an operation of the contract, from valid ones to completely invalid ones. */
export class RequestMaker {
  constructor(
    private readonly contract: Contract,
    private readonly dice: Dice,
    private readonly known: Known,
  ) {}

  /** Makes a request with only the required fields, with known values where there are any. */
  plain(call: Call): FuzzRequest {
    return this.make(call, 0);
  }

  /** @param wildness the share that violates the contract: 0 nothing, 1 everything */
  make({ path, method, operation }: Call, wildness: number): FuzzRequest {
    const plain = wildness === 0;
    const parameters = operation.parameters ?? [];
    const named = (parameter: Parameter) => this.parameter(path, parameter, wildness);
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const parameter = parameters.find((candidate) => candidate.name === name);
      // An empty segment, or one of dots, makes another path.
      return parameter === undefined ? 'x' : encoded(named(parameter)).replace(/^(?:%00)?$/, 'x');
    });
    const query = parameters
      .filter(
        (parameter) => parameter.in === 'query' && (parameter.required === true || (!plain && this.dice.chance(0.4))),
      )
      .flatMap((parameter) => {
        const given = `${parameter.name}=${encoded(named(parameter))}`;
        return this.dice.chance(wildness / 10) ? [given, given] : [given];
      });
    const search = query.length > 0 ? `?${query.join('&')}` : '';
    return { path: `${address}${search}`, method, ...this.content(path, method, operation, wildness) };
  }

  private content(path: string, method: string, operation: Call['operation'], wildness: number) {
    const [schema] = Object.values(operation.requestBody?.content ?? {}).map((media) => media.schema ?? {});
    const wild = this.dice.chance(wildness);
    const extra = wild && this.dice.chance(0.3) ? this.dice.pick(HEADERS) : {};
    // Wild requests may have a body that the contract does not ask for. With GET, fetch sends none.
    const takesBody = method !== 'GET' && (schema !== undefined || (wild && this.dice.chance(0.3)));
    if (!takesBody) return { headers: extra, body: undefined };
    const headers = { 'content-type': 'application/json', ...extra };
    if (wild && this.dice.chance(0.2)) return { headers, body: this.dice.pick(BODIES) };
    const value = this.value(path, schema ?? {}, wildness, 'body');
    return { headers, body: JSON.stringify(wild ? this.corrupted(value) : value) };
  }

  private parameter(path: string, { name, schema }: Parameter, wildness: number): unknown {
    return this.dice.chance(wildness / 3) ? this.dice.pick(HOSTILE_VALUES) : this.value(path, schema, wildness, name);
  }

  private value(path: string, schema: Schema, wildness: number, name: string): unknown {
    const known = this.known(path, name);
    if (known !== undefined && wildness === 0) return known[0];
    if (known !== undefined && this.dice.chance(0.7)) return this.dice.pick(known);
    const { type, anyOf, enum: allowed, items, ...rest } = this.contract.resolve(schema);
    if (allowed !== undefined) return allowed[this.dice.below(allowed.length)];
    if (anyOf !== undefined) return this.value(path, anyOf[this.dice.below(anyOf.length)] ?? {}, wildness, name);
    if (type === 'object') return this.object(path, rest, wildness);
    if (type === 'array') {
      const length = (rest.minItems ?? 0) + this.dice.below(3);
      return Array.from({ length }, () => this.value(path, items ?? {}, wildness, `${name}[]`));
    }
    return this.scalar(type, rest);
  }

  private object(path: string, { properties = {}, required = [] }: Schema, wildness: number): object {
    const given = Object.entries(properties).filter(
      ([name]) => required.includes(name) || (wildness === 0 ? this.known(path, name) : this.dice.chance(0.5)),
    );
    return Object.fromEntries(given.map(([name, schema]) => [name, this.value(path, schema, wildness, name)]));
  }

  private scalar(type: Schema['type'], { format, minLength, minimum = 0, maximum = 1_000 }: Schema): unknown {
    if (type === 'boolean') return this.dice.chance(0.5);
    if (type === 'integer' || type === 'number')
      return minimum + this.dice.below(Math.min(maximum - minimum, 10_000) + 1);
    if (format === 'uuid') return this.dice.uuid();
    if (format === 'date-time') return new Date(this.dice.below(2 ** 31) * 1_000).toISOString();
    return this.dice.letters(Math.max(minLength ?? 0, 3 + this.dice.below(10)));
  }

  /** Returns the value with a missing, an extra or a wrong field. */
  private corrupted(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return this.dice.pick(HOSTILE_VALUES);
    const fields = Object.entries(value);
    const place = this.dice.below(fields.length);
    const way = this.dice.below(4);
    if (way === 0) return Object.fromEntries(fields.toSpliced(place, 1));
    if (way === 1) return { ...value, [this.dice.letters(4)]: this.dice.pick(HOSTILE_VALUES) };
    const [name = 'x', old] = fields[place] ?? [];
    const hostile =
      Array.isArray(old) && way === 2 ? [...old, this.dice.pick(HOSTILE_VALUES)] : this.dice.pick(HOSTILE_VALUES);
    return { ...value, [name]: hostile };
  }
}

function encoded(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  // A lone surrogate has no percent-encoding: a careless client sends these bytes for it.
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}
