/** The part of JSON Schema that the OpenAPI document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

export interface DocumentedAnswer {
  readonly $ref?: string;
  readonly content?: Content;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, DocumentedAnswer>>;
  };
}

export interface Call {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

/** The OpenAPI document of a running service. */
export class Contract {
  private constructor(private readonly document: Document) {}

  static async of(url: string): Promise<Contract> {
    return new Contract((await (await fetch(`${url}/openapi.json`)).json()) as Document);
  }

  get calls(): Call[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    );
  }

  resolve(schema: Schema): Schema {
    return schema.$ref === undefined ? schema : (this.document.components.schemas[lastPart(schema.$ref)] ?? {});
  }

  answer(operation: Operation, status: number): DocumentedAnswer | undefined {
    const documented = operation.responses[status];
    if (documented?.$ref === undefined) return documented;
    return this.document.components.responses[lastPart(documented.$ref)];
  }

  /** Returns the violations of a schema by a value. */
  faults(schema: Schema, value: unknown, at = 'body'): string[] {
    const { type, anyOf, enum: allowed, pattern, format } = this.resolve(schema);
    if (anyOf?.every((choice) => this.faults(choice, value, at).length > 0)) return [`${at}: fits no choice`];
    if (allowed !== undefined && !allowed.includes(value)) return [`${at}: not in the enum`];
    const types = typeof type === 'string' ? [type] : type;
    if (types !== undefined && !types.some((name) => isOfType(name, value))) return [`${at}: no ${types.join('|')}`];
    if (typeof value === 'string') {
      const fits = (pattern === undefined || new RegExp(pattern, 'u').test(value)) && hasFormat(format, value);
      return fits ? [] : [`${at}: not of its format`];
    }
    return this.faultsWithin(this.resolve(schema), value, at);
  }

  private faultsWithin({ properties, required, items }: Schema, value: unknown, at: string): string[] {
    if (Array.isArray(value)) return items === undefined ? [] : value.flatMap((item) => this.faults(items, item, at));
    if (typeof value !== 'object' || value === null) return [];
    const fields = new Map<string, unknown>(Object.entries(value));
    const missing = (required ?? []).filter((name) => !fields.has(name)).map((name) => `${at}.${name}: missing`);
    const wrong = Object.entries(properties ?? {}).flatMap(([name, schema]) =>
      fields.has(name) ? this.faults(schema, fields.get(name), `${at}.${name}`) : [],
    );
    return [...missing, ...wrong];
  }
}

const lastPart = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

function isOfType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function hasFormat(format: string | undefined, value: string): boolean {
  if (format === 'uuid') return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(value);
  if (format === 'date-time') return /^\d{4}-\d\d-\d\dT.*Z$/.test(value) && !Number.isNaN(Date.parse(value));
  return format !== 'uri' || URL.canParse(value);
}
