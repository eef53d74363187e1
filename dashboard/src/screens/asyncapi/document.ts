/** The parts of an AsyncAPI 3.0 document that the screen shows. */
export interface Message {
  readonly name: string;
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly payload?: unknown;
}

export interface Channel {
  readonly id: string;
  readonly address: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly messages: readonly string[];
}

export interface AsyncApi {
  readonly title: string;
  readonly description: string | undefined;
  readonly channels: readonly Channel[];
  /** By id. */
  readonly messages: ReadonlyMap<string, Message>;
  readonly schemas: readonly (readonly [string, unknown])[];
}

interface Raw {
  readonly info?: { readonly title?: string; readonly description?: string };
  readonly channels?: Readonly<
    Record<string, { address?: string; title?: string; description?: string; messages?: Record<string, unknown> }>
  >;
  readonly components?: {
    readonly messages?: Readonly<Record<string, Message>>;
    readonly schemas?: Readonly<Record<string, unknown>>;
  };
}

export function readDocument(value: unknown): AsyncApi {
  const { info, channels = {}, components } = value as Raw;
  return {
    title: info?.title ?? '',
    description: info?.description,
    channels: Object.entries(channels).map(([id, { address = id, title = id, description, messages = {} }]) => ({
      id,
      address,
      title,
      description,
      messages: Object.keys(messages),
    })),
    messages: new Map(Object.entries(components?.messages ?? {})),
    schemas: Object.entries(components?.schemas ?? {}),
  };
}

/** Whether a message belongs to a search in its names and words. */
export const fits = ({ name, title = '', summary = '' }: Message, search: string): boolean =>
  `${name} ${title} ${summary}`.toLowerCase().includes(search.trim().toLowerCase());
