import { z } from 'zod';

/** With a public key each: what anyone may know can't be mistaken for a secret that signs. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
const USUAL: readonly Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

type Algorithm = (typeof ALGORITHMS)[number];

/** An issuer whose tokens count, and which of them. */
export interface OidcIssuer {
  /** As in `iss`, letter for letter. */
  readonly issuer: string;
  /** A token with `aud` names one of these. */
  readonly audiences: readonly string[];
  /**
   * A token without `aud` names one of these as `client_id` or `azp`. Where there are any, no token may name another
   * client, whatever its audience.
   */
  readonly clientIds: readonly string[];
  readonly algorithms: readonly Algorithm[];
  /** The address of its configuration, where that doesn't follow from its name. */
  readonly discovery: string | undefined;
  /** The address of its keys, where its configuration is not to be asked. */
  readonly jwks: string | undefined;
  /** Whether a user here with an e-mail address that the issuer has verified is the same person. */
  readonly linkByEmail: boolean;
}

const text = z.string().trim().min(1).max(2_000);
const algorithms = z.array(z.enum(ALGORITHMS)).min(1);

const issuerObject = z
  .strictObject({
    issuer: text,
    audiences: z.array(text).default([]),
    clientIds: z.array(text).default([]),
    algorithms: algorithms.default([...USUAL]),
    discovery: text.refine(isSafeOrInside, 'https, or http to a host inside').optional(),
    jwks: text.refine(isSafeOrInside, 'https, or http to a host inside').optional(),
    linkByEmail: z.boolean().default(false),
  })
  .refine(
    ({ issuer, discovery, jwks }) => discovery !== undefined || jwks !== undefined || isSafe(issuer),
    'an issuer that is no https address takes `discovery` or `jwks`',
  )
  .refine(({ audiences, clientIds }) => audiences.length + clientIds.length > 0, 'takes `audiences` or `clientIds`')
  .transform((given): OidcIssuer => ({ ...given, discovery: given.discovery, jwks: given.jwks }));

const SHORT_FORM =
  'https://issuer|audience or https://issuer|audience|RS256+ES256, several of them with commas between; or a JSON array of objects';

/** Entries that differ in nothing but their audience are one issuer with several. */
function parseShortForm(value: string, context: z.RefinementCtx): OidcIssuer[] {
  const found = new Map<string, OidcIssuer>();
  for (const entry of value.split(',')) {
    const [issuer = '', audience = '', names = USUAL.join('+')] = entry.split('|').map((part) => part.trim());
    const allowed = algorithms.safeParse(names.split('+'));
    if (!isSafe(issuer) || audience === '' || !allowed.success) {
      context.addIssue(SHORT_FORM);
      return z.NEVER;
    }
    const before = found.get(issuer);
    if (before !== undefined && before.algorithms.join('+') !== allowed.data.join('+')) {
      context.addIssue('names an issuer twice, with different algorithms');
      return z.NEVER;
    }
    const audiences = [...new Set([...(before?.audiences ?? []), audience])];
    const rest = { clientIds: [], discovery: undefined, jwks: undefined, linkByEmail: false };
    found.set(issuer, { issuer, audiences, algorithms: allowed.data, ...rest });
  }
  return [...found.values()];
}

function parseJson(value: string, context: z.RefinementCtx): OidcIssuer[] {
  const parsed = z.array(issuerObject).min(1).safeParse(jsonOf(value));
  if (!parsed.success) {
    // Only where and which rule: a value may be what somebody pasted in the wrong place.
    const [issue] = parsed.error.issues;
    context.addIssue(`${issue?.path.map(String).join('.') || 'JSON'}: ${issue?.message ?? 'invalid'}`);
    return z.NEVER;
  }
  if (new Set(parsed.data.map(({ issuer }) => issuer)).size < parsed.data.length) {
    context.addIssue('names an issuer twice: give it several `audiences` instead');
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

/** Keys that came over plain http could be anybody's, except from this machine. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

/** An operator may name a host of the own network, where plain http is usual: a container's name, a private address. */
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
    'OpenID Connect issuers whose tokens are accepted: issuer|audience or issuer|audience|RS256+ES256+EdDSA, comma-separated, or a JSON array of {issuer, audiences, clientIds, algorithms, discovery, jwks, linkByEmail}: see docs/sign-in.md',
  );
