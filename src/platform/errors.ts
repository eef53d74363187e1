/**
 * The kind of an error, which determines how it is reported. Each edge maps kinds once: HTTP to a status
 * (platform/http), the socket to an error frame (realtime), a job to its outcome (platform/queues).
 */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'precondition'
  | 'too-large'
  | 'unsupported'
  | 'too-many'
  | 'unavailable';

export interface ErrorDefinition {
  /** Stable, `noun.problem`: clients switch on it. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** One sentence for people. It never contains caller input. */
  readonly title: string;
  /** Whether an `error` frame of the socket can carry it. */
  readonly inFrames?: true;
  /** Whether every call that takes a token can fail with it. */
  readonly onEveryCall?: true;
}

export interface OccurrenceOptions extends ErrorOptions {
  readonly retryAfterSeconds?: number;
}

/** An error that callers may see. Any other error is internal and is reported without detail. */
export class TidingsError extends Error {
  constructor(
    readonly definition: ErrorDefinition,
    /** Details of this occurrence: safe to show to the caller. */
    readonly detail?: string,
    options?: OccurrenceOptions,
  ) {
    super(detail ?? definition.title, options);
    this.name = 'TidingsError';
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }

  /** When a retry makes sense, for the kinds `unavailable` and `too-many`. */
  readonly retryAfterSeconds: number | undefined;

  get code(): string {
    return this.definition.code;
  }

  get kind(): ErrorKind {
    return this.definition.kind;
  }
}

const catalogue = new Map<string, ErrorDefinition>();

/** All errors defined so far, for the generated list in docs/errors.md. */
export function definedErrors(): ErrorDefinition[] {
  return [...catalogue.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

/** Creates the error, as in `throw channelForbidden()`, and carries its definition for documentation. */
export interface ErrorFactory {
  (detail?: string, options?: OccurrenceOptions): TidingsError;
  readonly definition: ErrorDefinition;
}

/**
 * Declares an error once.
 * @throws Error when the code is declared twice
 */
export function defineError(definition: ErrorDefinition): ErrorFactory {
  if (catalogue.has(definition.code)) throw new Error(`The error ${definition.code} is defined twice.`);
  catalogue.set(definition.code, definition);
  const make = (detail?: string, options?: OccurrenceOptions) => new TidingsError(definition, detail, options);
  return Object.assign(make, { definition });
}
