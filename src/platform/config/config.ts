import { originRule } from './origin-rule.js';
import { environment, type Environment, type Role } from './environment.js';
import { loadGeneratedSecrets } from './generated-secrets.js';
import type { OidcIssuer } from './oidc-issuers.js';
import { showSettings, type ShownSetting } from './shown-settings.js';
import { publicVapidKey, vapidKeyFrom, vapidSubjectFrom, type VapidDetails } from './vapid-keys.js';

/** Longer than the usual interval between two readiness checks of a proxy. */
const PRODUCTION_LEAD_MS = 1_500;

/** `DATABASE_POOL` as `databasePool`. */
type CamelCase<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${Lowercase<First>}${Capitalize<CamelCase<Rest>>}`
  : Lowercase<Name>;

/** Every setting under its name in camel case, as the schema parses it: a line in the schema is a field here. */
type Plain = { readonly [Name in keyof Environment as CamelCase<Name>]: Environment[Name] };

/** Settings that are more than the parsed value of one variable. */
interface Derived {
  readonly production: boolean;
  readonly roles: ReadonlySet<Role>;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  /** Same syntax as ALLOWED_ORIGINS; always includes the origin of PUBLIC_URL. */
  readonly allowedOrigins: readonly string[];
  readonly trustProxy: readonly string[];
  readonly jwtSecret: string;
  /** 32 bytes. */
  readonly secretsKey: Buffer;
  /** Older keys that can still decrypt existing secrets. */
  readonly previousSecretsKeys: readonly Buffer[];
  /** When empty, only Tidings' own tokens are accepted. */
  readonly oidcIssuers: readonly OidcIssuer[];
  readonly queryTokenAllowed: boolean;
  readonly admin: { readonly email: string; readonly password: string } | undefined;
  readonly drainLeadMs: number;
  readonly userCallsPerMinute: number;
  readonly anonymousCallsPerMinute: number;
  /** WebSockets and streams, per process. */
  readonly maxConnections: {
    readonly all: number;
    readonly perUser: number;
    readonly perAddress: number;
  };
  /** Undefined when Web Push is off. */
  readonly vapid: VapidDetails | undefined;
  readonly expoPushUrl: string;
  /** For administrators: without secrets. */
  readonly shownSettings: readonly ShownSetting[];
}

type Settings = Omit<Plain, keyof Derived> & Derived;

export interface Config extends Settings {}

/** The settings of this process, checked once. A class, so that it can be injected by its type. */
export class Config {
  constructor(settings: Settings) {
    Object.assign(this, settings);
  }
}

/** Reports all invalid settings at once, by name and rule; it never contains a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Tidings can't start with these settings:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the settings from environment variables; an empty value counts as unset.
 * @throws ConfigError that lists every invalid setting
 */
export function loadConfig(variables: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const problems = parsed.success ? unsafeSettings(parsed.data) : problemsOf(given, parsed.error.issues);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return new Config({ ...settingsFrom(parsed.data), shownSettings: showSettings(given) });
}

/** A malformed setting must not hide missing or unsafe ones, so the remaining settings are checked as well. */
function problemsOf(given: Record<string, unknown>, issues: readonly Issue[]): string[] {
  const malformed = new Set(issues.map(({ path }) => path[0]?.toString() ?? 'environment'));
  const rest = environment.partial().safeParse(withoutMalformed(given, malformed));
  const unsafe = rest.success ? unsafeSettings(rest.data) : [];
  return [
    ...issues.map(({ path, message }) => `${path[0]?.toString() ?? 'environment'}: ${message}`),
    ...unsafe.filter((problem) => ![...malformed].some((name) => problem.split(':')[0]?.includes(name))),
  ];
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

function withoutMalformed(given: Record<string, unknown>, malformed: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !malformed.has(name)));
}

function unsafeSettings(env: Partial<Environment>): string[] {
  const problems: string[] = [];
  if (env.EMBEDDED_DATABASE === true && env.DATABASE_URL !== undefined) {
    problems.push('EMBEDDED_DATABASE, DATABASE_URL: set only one of them');
  }
  if ((env.ADMIN_EMAIL === undefined) !== (env.ADMIN_PASSWORD === undefined)) {
    problems.push('ADMIN_EMAIL, ADMIN_PASSWORD: set both or neither');
  }
  if ((env.SMTP_URL === undefined) !== (env.SMTP_FROM === undefined)) {
    problems.push('SMTP_URL, SMTP_FROM: set both or neither');
  }
  if (env.DATABASE_DIRECT_URL !== undefined && env.DATABASE_URL === undefined) {
    problems.push('DATABASE_DIRECT_URL: requires DATABASE_URL');
  }
  for (const origin of env.ALLOWED_ORIGINS ?? []) {
    const rule = originRule(origin);
    if (rule === undefined || (rule.kind === 'any' && env.NODE_ENV === 'production')) {
      problems.push(`ALLOWED_ORIGINS: ${ORIGIN_FORMS}`);
    }
  }
  if (env.NODE_ENV !== 'production') return problems;
  if (env.OUTBOUND_TO_LOOPBACK) problems.push('OUTBOUND_TO_LOOPBACK: not allowed in production');
  problems.push(...unsafeSecret('JWT_SECRET', env.JWT_SECRET));
  problems.push(...unsafeSecret('SECRETS_KEY', env.SECRETS_KEY && Buffer.from(env.SECRETS_KEY, 'base64')));
  if (env.PUBLIC_URL === undefined) problems.push('PUBLIC_URL: required in production');
  if (env.DATABASE_URL === undefined && env.EMBEDDED_DATABASE !== true) {
    problems.push('DATABASE_URL: required in production; set EMBEDDED_DATABASE=true to use the embedded database');
  }
  return problems;
}

/** 32 random hexadecimal characters almost always contain more distinct values; fewer suggest a typed secret. */
const MIN_DISTINCT = 8;

function unsafeSecret(name: string, secret: Iterable<unknown> | undefined): string[] {
  if (secret === undefined) return [`${name}: required in production`];
  return new Set(secret).size < MIN_DISTINCT ? [`${name}: too easy to guess; use a random value`] : [];
}

const ORIGIN_FORMS =
  'origins without a path, as browsers send them: https://app.example.com, capacitor://localhost, null, or ' +
  'https://*.example.com for its subdomains; no other wildcard is allowed, and * is not allowed in production';

function settingsFrom(env: Environment): Omit<Settings, 'shownSettings'> {
  const production = env.NODE_ENV === 'production';
  const secrets = secretsFrom(env);
  const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, '');
  return {
    ...plainSettings(env),
    ...secrets,
    production,
    roles: new Set(env.ROLE),
    publicUrl,
    allowedOrigins: [
      new URL(publicUrl).origin,
      ...(env.ALLOWED_ORIGINS ?? []),
      ...(production ? [] : loopbackOrigins(env.PORT)),
    ],
    trustProxy: env.TRUST_PROXY ?? [],
    oidcIssuers: env.OIDC_ISSUERS ?? [],
    queryTokenAllowed: env.WS_QUERY_TOKEN ?? !production,
    admin: adminFrom(env),
    drainLeadMs: env.DRAIN_LEAD_MS ?? (production ? PRODUCTION_LEAD_MS : 0),
    userCallsPerMinute: env.API_RATE_LIMIT_PER_MINUTE,
    anonymousCallsPerMinute: env.ANONYMOUS_RATE_LIMIT_PER_MINUTE,
    maxConnections: {
      all: env.MAX_CONNECTIONS,
      perUser: env.MAX_CONNECTIONS_PER_USER,
      perAddress: env.MAX_CONNECTIONS_PER_ADDRESS,
    },
    vapid: vapidFrom(env, secrets.secretsKey, publicUrl),
    expoPushUrl: env.EXPO_PUSH_URL.replace(/\/+$/, ''),
  };
}

function plainSettings(env: Environment): Plain {
  const named = Object.entries(env).map(([name, value]) => [camelCase(name), value] as const);
  return Object.fromEntries(named) as unknown as Plain;
}

const camelCase = (name: string): string =>
  name.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function adminFrom({ ADMIN_EMAIL: email, ADMIN_PASSWORD: password }: Environment): Derived['admin'] {
  return email !== undefined && password !== undefined ? { email, password } : undefined;
}

function secretsFrom(env: Environment): Pick<Derived, 'jwtSecret' | 'secretsKey' | 'previousSecretsKeys'> {
  const generated =
    env.JWT_SECRET === undefined || env.SECRETS_KEY === undefined ? loadGeneratedSecrets(env.DATA_DIR) : undefined;
  return {
    jwtSecret: env.JWT_SECRET ?? generated?.jwtSecret ?? '',
    secretsKey: Buffer.from(env.SECRETS_KEY ?? generated?.secretsKey ?? '', 'base64'),
    previousSecretsKeys: (env.SECRETS_KEY_PREVIOUS ?? []).map((key) => Buffer.from(key, 'base64')),
  };
}

function vapidFrom(env: Environment, secretsKey: Buffer, publicUrl: string): Derived['vapid'] {
  const production = env.NODE_ENV === 'production';
  const privateKey = env.VAPID_PRIVATE_KEY ?? (production ? undefined : vapidKeyFrom(secretsKey));
  const subject = env.VAPID_SUBJECT ?? vapidSubjectFrom(publicUrl, env.ADMIN_EMAIL);
  return privateKey === undefined ? undefined : { subject, privateKey, publicKey: publicVapidKey(privateKey) };
}

const loopbackOrigins = (port: number): string[] => [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
