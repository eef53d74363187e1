import { originRule } from './origin-rule.js';
import { environment, type Environment, type Role } from './environment.js';
import { loadGeneratedSecrets } from './generated-secrets.js';
import type { OidcIssuer } from './oidc-issuers.js';
import { publicVapidKey, vapidKeyFrom, vapidSubjectFrom, type VapidDetails } from './vapid-keys.js';

/** Longer than a proxy waits between two looks at our readiness. */
const PRODUCTION_LEAD_MS = 1_500;

interface PushSettings {
  /** For Web Push; there is none when undefined. */
  readonly vapid: VapidDetails | undefined;
  readonly expoPushUrl: string;
  readonly expoAccessToken: string | undefined;
  readonly pushDelaySeconds: number;
  readonly notificationRetentionDays: number;
  readonly outboundToLoopback: boolean;
}

interface Settings extends PushSettings {
  readonly production: boolean;
  readonly roles: ReadonlySet<Role>;
  readonly host: string;
  readonly port: number;
  /** No slash at the end. */
  readonly publicUrl: string;
  /** Rules as in ALLOWED_ORIGINS; the origin of PUBLIC_URL is always among them. */
  readonly allowedOrigins: readonly string[];
  readonly trustProxy: readonly string[];
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** For what needs a session of its own, where `databaseUrl` leads through a pooler that gives none. */
  readonly databaseDirectUrl: string | undefined;
  readonly databasePool: number;
  readonly embeddedPgUser: string | undefined;
  readonly redisUrl: string | undefined;
  readonly redisPrefix: string;
  readonly jwtSecret: string;
  /** 32 bytes. */
  readonly secretsKey: Buffer;
  /** Those from before: they still open what they have sealed. */
  readonly previousSecretsKeys: readonly Buffer[];
  readonly accessTokenSeconds: number;
  /** Nobody's tokens but our own when empty. */
  readonly oidcIssuers: readonly OidcIssuer[];
  readonly queryTokenAllowed: boolean;
  readonly presenceGraceSeconds: number;
  readonly admin: { readonly email: string; readonly password: string } | undefined;
  readonly logLevel: Environment['LOG_LEVEL'];
  readonly drainLeadMs: number;
  /** When unset, only this machine may read the metrics. */
  readonly metricsToken: string | undefined;
  readonly userCallsPerMinute: number;
  readonly anonymousCallsPerMinute: number;
  /** Of WebSockets and streams, on this process. */
  readonly maxConnections: {
    readonly all: number;
    readonly perUser: number;
    readonly perAddress: number;
  };
  readonly connectsPerSecond: number;
  readonly webhookBodyBytes: number;
  readonly deliveryAttempts: number;
  readonly deliveryRetentionDays: number;
  readonly eventRetentionDays: number;
  readonly eventRetentionCount: number;
  readonly retentionHoldHours: number;
}

export interface Config extends Settings {}

/** The settings of this process, checked once. A class, so that it can be injected by its type. */
export class Config {
  constructor(settings: Settings) {
    Object.assign(this, settings);
  }
}

/** Says which settings are wrong, all of them at once; it carries names and rules, never a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Tidings can't start with these settings:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the settings from environment variables; an empty value counts as unset.
 * @throws ConfigError naming every wrong setting
 */
export function loadConfig(variables: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const problems = parsed.success ? unsafeSettings(parsed.data) : problemsOf(given, parsed.error.issues);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return new Config(settingsFrom(parsed.data));
}

/** One malformed setting must not hide that others are missing or unsafe: these are looked for among the rest. */
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
    problems.push('EMBEDDED_DATABASE, DATABASE_URL: set one of them');
  }
  if ((env.ADMIN_EMAIL === undefined) !== (env.ADMIN_PASSWORD === undefined)) {
    problems.push('ADMIN_EMAIL, ADMIN_PASSWORD: set both or neither');
  }
  if (env.DATABASE_DIRECT_URL !== undefined && env.DATABASE_URL === undefined) {
    problems.push('DATABASE_DIRECT_URL: only beside DATABASE_URL');
  }
  for (const origin of env.ALLOWED_ORIGINS ?? []) {
    const rule = originRule(origin);
    if (rule === undefined || (rule.kind === 'any' && env.NODE_ENV === 'production')) {
      problems.push(`ALLOWED_ORIGINS: ${ORIGIN_FORMS}`);
    }
  }
  if (env.NODE_ENV !== 'production') return problems;
  if (env.OUTBOUND_TO_LOOPBACK) problems.push('OUTBOUND_TO_LOOPBACK: never in production');
  problems.push(...unsafeSecret('JWT_SECRET', env.JWT_SECRET));
  problems.push(...unsafeSecret('SECRETS_KEY', env.SECRETS_KEY && Buffer.from(env.SECRETS_KEY, 'base64')));
  if (env.PUBLIC_URL === undefined) problems.push('PUBLIC_URL: required in production');
  if (env.DATABASE_URL === undefined && env.EMBEDDED_DATABASE !== true) {
    problems.push('DATABASE_URL: required in production, where EMBEDDED_DATABASE=true asks for the embedded database');
  }
  return problems;
}

/** Of 32 random characters more than this differ, even where each is one of sixteen: with fewer, somebody typed them. */
const FEWEST_DIFFERENT = 8;

function unsafeSecret(name: string, secret: Iterable<unknown> | undefined): string[] {
  if (secret === undefined) return [`${name}: required in production`];
  return new Set(secret).size < FEWEST_DIFFERENT ? [`${name}: anybody could guess it; have it made at random`] : [];
}

const ORIGIN_FORMS =
  'origins as browsers send them, without a path: https://app.example.com, capacitor://localhost, null, ' +
  'https://*.example.com for its subdomains; no other wildcard, and * never in production';

function settingsFrom(env: Environment): Settings {
  const production = env.NODE_ENV === 'production';
  const secrets = secretsFrom(env);
  const publicUrl = (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, '');
  return {
    production,
    roles: new Set(env.ROLE),
    host: env.HOST,
    port: env.PORT,
    publicUrl,
    allowedOrigins: [
      new URL(publicUrl).origin,
      ...(env.ALLOWED_ORIGINS ?? []),
      ...(production ? [] : loopbackOrigins(env.PORT)),
    ],
    trustProxy: env.TRUST_PROXY ?? [],
    dataDir: env.DATA_DIR,
    ...backendsFrom(env),
    ...secrets,
    accessTokenSeconds: env.ACCESS_TOKEN_SECONDS,
    oidcIssuers: env.OIDC_ISSUERS ?? [],
    queryTokenAllowed: env.WS_QUERY_TOKEN ?? !production,
    presenceGraceSeconds: env.PRESENCE_GRACE_SECONDS,
    admin: adminFrom(env),
    logLevel: env.LOG_LEVEL,
    drainLeadMs: env.DRAIN_LEAD_MS ?? (production ? PRODUCTION_LEAD_MS : 0),
    metricsToken: env.METRICS_TOKEN,
    ...limitsFrom(env),
    ...pushSettingsFrom(env, secrets.secretsKey, publicUrl),
    webhookBodyBytes: env.WEBHOOK_BODY_BYTES,
    deliveryAttempts: env.DELIVERY_ATTEMPTS,
    deliveryRetentionDays: env.DELIVERY_RETENTION_DAYS,
    eventRetentionDays: env.EVENT_RETENTION_DAYS,
    eventRetentionCount: env.EVENT_RETENTION_COUNT,
    retentionHoldHours: env.RETENTION_HOLD_HOURS,
  };
}

function backendsFrom(
  env: Environment,
): Pick<
  Settings,
  'databaseUrl' | 'databaseDirectUrl' | 'databasePool' | 'embeddedPgUser' | 'redisUrl' | 'redisPrefix'
> {
  return {
    databaseUrl: env.DATABASE_URL,
    databaseDirectUrl: env.DATABASE_DIRECT_URL,
    databasePool: env.DATABASE_POOL,
    embeddedPgUser: env.EMBEDDED_PG_USER,
    redisUrl: env.REDIS_URL,
    redisPrefix: env.REDIS_PREFIX,
  };
}

function adminFrom({ ADMIN_EMAIL: email, ADMIN_PASSWORD: password }: Environment): Settings['admin'] {
  return email !== undefined && password !== undefined ? { email, password } : undefined;
}

function limitsFrom(
  env: Environment,
): Pick<Settings, 'userCallsPerMinute' | 'anonymousCallsPerMinute' | 'maxConnections' | 'connectsPerSecond'> {
  return {
    userCallsPerMinute: env.API_RATE_LIMIT_PER_MINUTE,
    anonymousCallsPerMinute: env.ANONYMOUS_RATE_LIMIT_PER_MINUTE,
    maxConnections: {
      all: env.MAX_CONNECTIONS,
      perUser: env.MAX_CONNECTIONS_PER_USER,
      perAddress: env.MAX_CONNECTIONS_PER_ADDRESS,
    },
    connectsPerSecond: env.CONNECTS_PER_SECOND,
  };
}

function secretsFrom(env: Environment): Pick<Settings, 'jwtSecret' | 'secretsKey' | 'previousSecretsKeys'> {
  const generated =
    env.JWT_SECRET === undefined || env.SECRETS_KEY === undefined ? loadGeneratedSecrets(env.DATA_DIR) : undefined;
  return {
    jwtSecret: env.JWT_SECRET ?? generated?.jwtSecret ?? '',
    secretsKey: Buffer.from(env.SECRETS_KEY ?? generated?.secretsKey ?? '', 'base64'),
    previousSecretsKeys: (env.SECRETS_KEY_PREVIOUS ?? []).map((key) => Buffer.from(key, 'base64')),
  };
}

function pushSettingsFrom(env: Environment, secretsKey: Buffer, publicUrl: string): PushSettings {
  const production = env.NODE_ENV === 'production';
  const privateKey = env.VAPID_PRIVATE_KEY ?? (production ? undefined : vapidKeyFrom(secretsKey));
  const subject = env.VAPID_SUBJECT ?? vapidSubjectFrom(publicUrl, env.ADMIN_EMAIL);
  return {
    vapid: privateKey === undefined ? undefined : { subject, privateKey, publicKey: publicVapidKey(privateKey) },
    expoPushUrl: env.EXPO_PUSH_URL.replace(/\/+$/, ''),
    expoAccessToken: env.EXPO_ACCESS_TOKEN,
    pushDelaySeconds: env.PUSH_DELAY_SECONDS,
    notificationRetentionDays: env.NOTIFICATION_RETENTION_DAYS,
    outboundToLoopback: env.OUTBOUND_TO_LOOPBACK,
  };
}

const loopbackOrigins = (port: number): string[] => [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
