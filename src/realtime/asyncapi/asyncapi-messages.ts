import type { z } from 'zod';
import { jsonSchemaOf, type JsonSchema } from '../../platform/http/openapi/zod-schemas.js';

/** A message by its key in the document. */
export interface Reference {
  readonly key: string;
}

/** The messages of an AsyncAPI document, and the schemas that several of them have in common. */
export class Messages {
  readonly all: Record<string, object> = {};
  readonly schemas: Record<string, JsonSchema> = {};

  /** @param title who says what: its letters become the key */
  add(
    title: string,
    name: string,
    summary: string,
    frame: z.ZodType,
    direction: 'input' | 'output' = 'output',
  ): Reference {
    const { root, definitions } = referring(jsonSchemaOf(frame, direction));
    Object.assign(this.schemas, definitions);
    const key = title.replaceAll(/[^a-z]+(.)/g, (_, letter: string) => letter.toUpperCase());
    if (key in this.all) throw new Error(`Two messages have the key ${key}.`);
    this.all[key] = { name, title, summary, payload: root };
    return { key };
  }

  /** For the list of a channel. */
  named(references: readonly Reference[]): Record<string, { readonly $ref: string }> {
    return Object.fromEntries(references.map(({ key }) => [key, { $ref: `#/components/messages/${key}` }]));
  }
}

/** With what zod calls definitions as what AsyncAPI calls schemas. */
function referring<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
