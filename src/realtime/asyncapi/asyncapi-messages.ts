import type { z } from 'zod';
import { jsonSchemaOf, type JsonSchema } from '../../platform/http/openapi/zod-schemas.js';

/** A reference to a message by its key in the document. */
export interface Reference {
  readonly key: string;
}

/** The messages of an AsyncAPI document and the schemas that they share. */
export class Messages {
  readonly all: Record<string, object> = {};
  readonly schemas: Record<string, JsonSchema> = {};

  /** @param title sender and type; its letters become the key */
  add(
    title: string,
    name: string,
    summary: string,
    frame: z.ZodType,
    direction: 'input' | 'output' = 'output',
  ): Reference {
    const { root, definitions } = withSchemaReferences(jsonSchemaOf(frame, direction));
    Object.assign(this.schemas, definitions);
    const key = title.replaceAll(/[^a-z]+(.)/g, (_, letter: string) => letter.toUpperCase());
    if (key in this.all) throw new Error(`Two messages have the key ${key}.`);
    this.all[key] = { name, title, summary, payload: root };
    return { key };
  }

  /** The references in the form that a channel lists them. */
  named(references: readonly Reference[]): Record<string, { readonly $ref: string }> {
    return Object.fromEntries(references.map(({ key }) => [key, { $ref: `#/components/messages/${key}` }]));
  }
}

/** Rewrites zod's references to definitions into AsyncAPI's references to schemas. */
function withSchemaReferences<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
