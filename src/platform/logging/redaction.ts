const CENSORED = '[redacted]';

/** Names whose value is a secret wherever it appears: a header, a field of a body, a parameter. */
const SECRET_NAME =
  /^(?:proxy-)?authorization$|cookie|password|passwd|secret|signature|^(?:sec-websocket-protocol|jwt|bearer|ticket)$|tokens?$|api-?_?key$|^source-?_?key$/i;

/** Secrets inside of sentences: addresses, error messages. Each pattern takes a time that grows no faster than the text. */
const SECRET_TEXT: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(Bearer|Basic|bearer\.)(\s*)[\w.~+/=-]{8,}/gi, `$1$2${CENSORED}`],
  [/\beyJ[\w-]{6,1000}\.[\w-]+\.[\w-]*/g, CENSORED],
  [/\btk_[0-9a-f]{32}_[\w-]+/g, CENSORED],
  [/(:\/\/[^\s:/@"]*:)[^\s/@"]+@/g, `$1${CENSORED}@`],
  [
    /((?:token|ticket|secret|password|api[_-]?key|signature)s?\\?["']?\s*[=:]\s*\\?["']?)[^\s&"'\\,;)}\]]+/gi,
    `$1${CENSORED}`,
  ],
  [/(\/webhooks\/)(?!:)[^\s?#"'\\/]+/g, `$1${CENSORED}`],
];

/** Deeper than any of our own log calls goes; what is below is left out rather than searched. */
const DEEPEST = 6;

/** A copy of what is to be logged in which no field with a secret's name has a value. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth === DEEPEST) return '[deep]';
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

/** The last net, over the finished line: what looks like a secret is one. */
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
 * What a log may say of an error. Only these fields: a failed query carries its parameters, and with them bodies,
 * hashes and names of users.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(error.cause === undefined || depth === DEEPEST ? {} : { cause: loggedError(error.cause, depth + 1) }),
  };
}
