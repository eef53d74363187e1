import type { z } from 'zod';
import { jsonSchemaOf, type JsonSchema } from '../../platform/http/openapi/zod-schemas.js';

/** A reference to a message by its key in the document. */
export interface Reference {
  readonly key: string;
}

/** A type of events that a workspace has defined. */
export interface CustomEvent {
  /** Unique; the key of the message and of the payload's schema. */
  readonly key: string;
  readonly type: string;
  readonly description: string;
  /** Its references begin with `referenceTo(key)`, or with the key of a definition. */
  readonly payload: JsonSchema;
  /** By keys that are unique too. */
  readonly definitions: Readonly<Record<string, JsonSchema | boolean>>;
}

export const referenceTo = (key: string): string => `#/components/schemas/${key}`;

/** The messages of an AsyncAPI document and the schemas that they share. */
export class Messages {
  readonly all: Record<string, object> = {};
  readonly schemas: Record<string, JsonSchema | boolean> = {};

  /** @param title sender and type; its letters become the key */
  add(
    title: string,
    name: string,
    summary: string,
    frame: z.ZodType,
    direction: 'input' | 'output' = 'output',
  ): Reference {
    const payload = this.payloadOf(frame, direction);
    const key = title.replaceAll(/[^a-z]+(.)/g, (_, letter: string) => letter.toUpperCase());
    if (key in this.all) throw new Error(`Two messages have the key ${key}.`);
    this.all[key] = { name, title, summary, payload };
    return { key };
  }

  /** @param event the schema of the event, whose payload is replaced */
  addCustom({ key, type, description, payload, definitions }: CustomEvent, event: z.ZodType): Reference {
    const { properties, ...rest } = this.payloadOf(event, 'output');
    const typed = { ...rest, properties: { ...properties, payload: { $ref: referenceTo(key) } } };
    Object.assign(this.schemas, definitions, { [key]: payload });
    this.all[key] = { name: type, title: `event ${type}`, summary: description, payload: typed };
    return { key };
  }

  private payloadOf(frame: z.ZodType, direction: 'input' | 'output'): JsonSchema {
    const { root, definitions } = withSchemaReferences(jsonSchemaOf(frame, direction));
    Object.assign(this.schemas, definitions);
    return root;
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
