const CENSORED = '[redacted]';

/** Names whose value is always a secret: headers, body fields, parameters. */
const SECRET_NAME =
  /^(?:proxy-)?authorization$|cookie|password|passwd|secret|signature|^(?:sec-websocket-protocol|jwt|bearer|ticket)$|tokens?$|api-?_?key$|^source-?_?key$/i;

/** Secrets within text, such as URLs and error messages. Each pattern runs in time linear in the text. */
const SECRET_TEXT: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(Bearer|Basic|bearer\.)(\s*)[\w.~+/=-]{8,}/gi, `$1$2${CENSORED}`],
  [/\beyJ[\w-]{6,1000}\.[\w-]+\.[\w-]*/g, CENSORED],
  [/\btk_[0-9a-f]{32}_[\w-]+/g, CENSORED],
  [/(:\/\/[^\s:/@"]*:)[^\s/@"]+@/g, `$1${CENSORED}@`],
  // The first words of the rules for a setting are no secrets: `JWT_SECRET: required in production`.
  [
    /((?:token|ticket|secret|password|api[_-]?key|signature)s?\\?["']?\s*[=:]\s*\\?["']?)(?!(?:required|set|too|invalid) )[^\s&"'\\,;)}\]]+/gi,
    `$1${CENSORED}`,
  ],
  [/(\/webhooks\/)(?!:)[^\s?#"'\\/]+/g, `$1${CENSORED}`],
];

/** Deeper than our own log calls; deeper values are omitted instead of searched. */
const MAX_DEPTH = 6;

/** A copy of a log value in which fields with a secret's name are redacted. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth === MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  if (ArrayBuffer.isView(value)) return '[binary]';
  if (Object.getPrototypeOf(value) !== Object.prototype && 'toJSON' in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAME.test(name) ? CENSORED : withoutSecrets(item, depth + 1),
    ]),
  );
}

/** The last step, applied to the finished line: redacts text that looks like a secret. */
export function censor(line: string): string {
  return SECRET_TEXT.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError;
}

/**
 * The loggable parts of an error. Only these fields: a failed query carries its parameters, which contain bodies,
 * hashes and user names.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined || depth === MAX_DEPTH ? {} : { cause: loggedError(error.cause, depth + 1) }),
  };
}
