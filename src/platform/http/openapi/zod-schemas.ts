import type { SwaggerDocumentOptions } from '@nestjs/swagger';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

type Converter = NonNullable<SwaggerDocumentOptions['standardSchemaConverter']>;
export type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface ConvertedSchema {
  readonly root: JsonSchema;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/**
 * Converts zod schemas to JSON Schema 2020-12, as OpenAPI 3.1 requires; Nest's own converter targets 3.0. A schema with
 * an `id` becomes a component of that name. Use one converter per document.
 * @throws Error when two different schemas have the same id, for example input and output that differ by a default
 */
export function zodConverter(): Converter {
  const components = new Map<string, JsonSchema>();
  return (schema, { schemaType }) => {
    if (!(schema instanceof z.ZodType)) return undefined;
    const { root, definitions } = jsonSchemaOf(schema, schemaType);
    for (const [id, definition] of Object.entries(definitions)) {
      const earlier = components.get(id);
      if (earlier !== undefined && !isDeepStrictEqual(earlier, definition)) {
        throw new Error(`Two different schemas have the id ${id}: name the request and the response separately.`);
      }
      components.set(id, definition);
    }
    return { schema: root, components: definitions };
  };
}

/**
 * Converts one schema and, separately, the schemas with an `id` that it references as `#/$defs/<id>`. The schema is
 * wrapped, because zod creates definitions only for referenced schemas.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): ConvertedSchema {
  const { $defs = {}, properties } = z.toJSONSchema(z.object({ root: schema }), {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => simplify(zodSchema._zod.def, jsonSchema),
  });
  const root = properties?.['root'];
  const definitions = Object.entries($defs).map(([id, { id: _named, ...definition }]) => [id, definition] as const);
  return {
    root: typeof root === 'object' ? root : {},
    definitions: Object.fromEntries<JsonSchema>(definitions),
  };
}

function simplify(def: z.core.$ZodTypeDef, json: JsonSchema): void {
  // Adding a field to a response must not break clients that validate it.
  const isOpen = def.type === 'object' && !('catchall' in def && def.catchall !== undefined);
  if (isOpen) delete json.additionalProperties;
  // The format is sufficient; zod's pattern for a date is 250 characters long.
  if (json.format !== undefined) delete json.pattern;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  if (def.type === 'date') Object.assign(json, { type: 'string', format: 'date-time' });
}
