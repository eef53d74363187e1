import createClient, { type Client } from 'openapi-fetch';
import type { CustomPayload, CustomType, Published } from '@tidings/client';
import type { paths } from './api-types.js';
import { withRetries } from './retries.js';

export type { components, paths } from './api-types.js';
export { TidingsError, type Published } from '@tidings/client';
export {
  verify,
  verifyEvent,
  VerificationError,
  type HeadersLike,
  type VerificationCode,
  type Verified,
  type VerifiedEvent,
  type VerifyOptions,
} from './verify.js';

export interface TidingsServerOptions {
  /** The absolute URL of the server, e.g. `https://tidings.example.com`. */
  readonly url: string;
  /** An API key with `topics:publish`, and with `users:notify` for channels of users. */
  readonly apiKey: string;
  readonly workspaceId: string;
  /** How often `publish` is repeated after a failure that may pass; by default 4 times. */
  readonly retries?: number;
  /** How long the server may take to answer, in milliseconds; by default 10 s. */
  readonly requestTimeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/** An event to publish, by the application's own types. */
export type NewEvent<MyEvents extends object = never> = {
  [Type in CustomType<MyEvents>]: {
    /** `topic:<workspaceId>/<path>`, which `topic` makes, or `user:<id>` of a member. */
    readonly channel: string;
    readonly type: Type;
    /** Any JSON, at most 64 KiB. */
    readonly payload: CustomPayload<MyEvents, Type>;
    /** Your own key of the event: for 24 hours a repeat is answered with the place of the first event. */
    readonly id?: string;
  };
}[CustomType<MyEvents>];

export interface CallOptions {
  /** The key of the call, for its events without an `id`; by default a new one, which all its retries share. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/**
 * Publishes events from a backend, and calls the HTTP API.
 * @typeParam MyEvents the payloads of the application's own events by their types
 */
export class TidingsServer<MyEvents extends object = never> {
  /** Calls the HTTP API, with the paths and types of its OpenAPI document. It does not retry. */
  readonly api: Client<paths>;
  readonly #options: TidingsServerOptions;
  readonly #fetch: typeof fetch;
  readonly #url: string;

  constructor(options: TidingsServerOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? ((...call) => globalThis.fetch(...call));
    this.#url = options.url.replace(/\/+$/, '');
    const headers = { authorization: `Bearer ${options.apiKey}` };
    this.api = createClient<paths>({ baseUrl: this.#url, headers, fetch: (request) => this.#fetch(request) });
  }

  /** The channel of a topic of the workspace. */
  topic(path: string): string {
    return `topic:${this.#options.workspaceId}/${path}`;
  }

  /**
   * Publishes an event, or up to 100 that are written together or not at all. Retries after a lost connection, and when
   * the service asks for it, with the same keys: the events are written once.
   * @throws TidingsError `permission.denied`, `publish.*`, `connection.failed`, `answer.late` and the other errors of
   *   the service; the reason of `signal`
   */
  publish(event: NewEvent<MyEvents>, options?: CallOptions): Promise<Published>;
  publish(events: ReadonlyArray<NewEvent<MyEvents>>, options?: CallOptions): Promise<Published[]>;
  async publish(
    events: NewEvent<MyEvents> | ReadonlyArray<NewEvent<MyEvents>>,
    { idempotencyKey = crypto.randomUUID(), signal }: CallOptions = {},
  ): Promise<Published | Published[]> {
    const isMany = Array.isArray(events);
    const body = JSON.stringify({ events: isMany ? events : [events] });
    const { apiKey, workspaceId, retries = 4, requestTimeoutMs = 10_000 } = this.#options;
    const headers = {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': idempotencyKey,
    };
    const url = `${this.#url}/v1/workspaces/${workspaceId}/events`;
    const published = await withRetries({ retries, requestTimeoutMs, signal }, async (ending) => {
      const answer = await this.#fetch(url, { method: 'POST', headers, body, signal: ending });
      // A connection that is lost in the body is an attempt that failed.
      return new Response(await answer.text(), answer);
    });
    const { events: places } = (await published.json()) as { events: [Published, ...Published[]] };
    return isMany ? places : places[0];
  }
}
