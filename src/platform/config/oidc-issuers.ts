import { z } from 'zod';

/** Public-key algorithms only: a public value must not be usable as a shared signing secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
const DEFAULT_ALGORITHMS: readonly Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

type Algorithm = (typeof ALGORITHMS)[number];

/** An issuer whose tokens are accepted, and the conditions on them. */
export interface OidcIssuer {
  /** Compared with `iss` exactly. */
  readonly issuer: string;
  /** The `aud` of a token must contain one of these. */
  readonly audiences: readonly string[];
  /**
   * A token without `aud` must contain one of these as `client_id` or `azp`. If the list is not empty, a token with
   * another client is rejected, whatever its audience.
   */
  readonly clientIds: readonly string[];
  readonly algorithms: readonly Algorithm[];
  /** URL of the issuer's configuration, if it cannot be derived from the issuer. */
  readonly discovery: string | undefined;
  /** URL of the issuer's keys; its configuration is then not requested. */
  readonly jwks: string | undefined;
  /** Whether a user with the same e-mail address, verified by the issuer, is treated as the same person. */
  readonly linkByEmail: boolean;
  /** Undefined: its tokens are accepted, but users cannot sign in to Tidings with it. */
  readonly signIn: OidcSignIn | undefined;
}

/** Tidings as a client of an issuer. */
export interface OidcSignIn {
  /** Part of the redirect URI, and unique. */
  readonly id: string;
  readonly clientId: string;
  /** Undefined for a public client, which PKCE protects. */
  readonly clientSecret: string | undefined;
  /** Shown on the button. */
  readonly name: string;
  readonly scopes: readonly string[];
}

const text = z.string().trim().min(1).max(2_000);
const algorithms = z.array(z.enum(ALGORITHMS)).min(1);

const DEFAULT_SCOPES = ['openid', 'email', 'profile'];

const signInObject = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits, dots and hyphens')
    .optional(),
  clientId: text,
  clientSecret: text.optional(),
  name: text.max(100).optional(),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'a scope without spaces'))
    .refine((scopes) => scopes.includes('openid'), 'must contain openid')
    .default(DEFAULT_SCOPES),
});

const issuerObject = z
  .strictObject({
    issuer: text,
    audiences: z.array(text).default([]),
    clientIds: z.array(text).default([]),
    algorithms: algorithms.default([...DEFAULT_ALGORITHMS]),
    discovery: text.refine(isSafeOrInside, 'https, or http to an internal host').optional(),
    jwks: text.refine(isSafeOrInside, 'https, or http to an internal host').optional(),
    linkByEmail: z.boolean().default(false),
    signIn: signInObject.optional(),
  })
  .refine(
    ({ issuer, discovery, jwks }) => discovery !== undefined || jwks !== undefined || isSafe(issuer),
    'an issuer that is not an https URL requires `discovery` or `jwks`',
  )
  .refine(
    ({ audiences, clientIds, signIn }) => audiences.length + clientIds.length > 0 || signIn !== undefined,
    '`audiences`, `clientIds` or `signIn` is required',
  )
  .refine(
    ({ issuer, discovery, signIn }) => signIn === undefined || discovery !== undefined || isSafe(issuer),
    '`signIn` of an issuer that is not an https URL requires `discovery`',
  )
  .transform((given): OidcIssuer => {
    const { issuer, discovery, jwks, signIn } = given;
    return { ...given, discovery, jwks, signIn: signIn && signInFrom(signIn, discovery ?? issuer) };
  });

/** The host of the issuer is its id and its name unless the settings name others. */
function signInFrom(given: z.infer<typeof signInObject>, address: string): OidcSignIn {
  const { hostname } = new URL(address);
  const { id = hostname.replaceAll(/[^a-z0-9.-]/g, ''), name = hostname, clientSecret } = given;
  return { ...given, id, name, clientSecret };
}

const SHORT_FORM =
  'https://issuer|audience or https://issuer|audience|RS256+ES256, comma-separated; or a JSON array of objects';

/** Entries that differ only in their audience are one issuer with several audiences. */
function parseShortForm(value: string, context: z.RefinementCtx): OidcIssuer[] {
  const found = new Map<string, OidcIssuer>();
  for (const entry of value.split(',')) {
    const [issuer = '', audience = '', names = DEFAULT_ALGORITHMS.join('+')] = entry
      .split('|')
      .map((part) => part.trim());
    const allowed = algorithms.safeParse(names.split('+'));
    if (!isSafe(issuer) || audience === '' || !allowed.success) {
      context.addIssue(SHORT_FORM);
      return z.NEVER;
    }
    const before = found.get(issuer);
    if (before !== undefined && before.algorithms.join('+') !== allowed.data.join('+')) {
      context.addIssue('an issuer appears twice with different algorithms');
      return z.NEVER;
    }
    const audiences = [...new Set([...(before?.audiences ?? []), audience])];
    const rest = { clientIds: [], discovery: undefined, jwks: undefined, linkByEmail: false, signIn: undefined };
    found.set(issuer, { issuer, audiences, algorithms: allowed.data, ...rest });
  }
  return [...found.values()];
}

function parseJson(value: string, context: z.RefinementCtx): OidcIssuer[] {
  const parsed = z.array(issuerObject).min(1).safeParse(jsonOf(value));
  if (!parsed.success) {
    // Report only the path and the rule: the value may be a secret pasted in the wrong place.
    const [issue] = parsed.error.issues;
    context.addIssue(`${issue?.path.map(String).join('.') || 'JSON'}: ${issue?.message ?? 'invalid'}`);
    return z.NEVER;
  }
  if (new Set(parsed.data.map(({ issuer }) => issuer)).size < parsed.data.length) {
    context.addIssue('an issuer appears twice: list several `audiences` instead');
    return z.NEVER;
  }
  const ids = parsed.data.flatMap(({ signIn }) => signIn?.id ?? []);
  if (new Set(ids).size < ids.length) {
    context.addIssue('two issuers have the same `signIn.id`');
    return z.NEVER;
  }
  return parsed.data;
}

function jsonOf(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
const PRIVATE_ADDRESS = /^(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./;
const INSIDE = /^[^.]+$|\.(?:internal|local|svc|lan|test)$/;

/** Keys fetched over plain http can be replaced on the way, except from this machine. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

/** The operator may use plain http inside their own network: a container name or a private address. */
function isSafeOrInside(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return isSafe(address) || (protocol === 'http:' && (PRIVATE_ADDRESS.test(hostname) || INSIDE.test(hostname)));
}

export const oidcIssuers = z
  .string()
  .transform((value, context) =>
    value.trimStart().startsWith('[') ? parseJson(value, context) : parseShortForm(value, context),
  )
  .optional()
  .describe(
    'OpenID Connect issuers whose tokens are accepted: issuer|audience or issuer|audience|RS256+ES256+EdDSA, comma-separated, or a JSON array of {issuer, audiences, clientIds, algorithms, discovery, jwks, linkByEmail, signIn}: see docs/sign-in.md',
  );
