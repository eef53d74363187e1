import { environment, type Environment } from './environment.js';

type Name = keyof Environment;

/**
 * Settings whose values administrators may see. Every other setting counts as a secret, so that a new one is not shown
 * by mistake: URLs of backends and of mail servers contain passwords.
 */
const SHOWN: ReadonlySet<Name> = new Set<Name>([
  'NODE_ENV',
  'ROLE',
  'HOST',
  'PORT',
  'PUBLIC_URL',
  'ALLOWED_ORIGINS',
  'TRUST_PROXY',
  'DATA_DIR',
  'EMBEDDED_DATABASE',
  'DATABASE_POOL',
  'EMBEDDED_PG_USER',
  'REDIS_PREFIX',
  'ACCESS_TOKEN_SECONDS',
  'WS_QUERY_TOKEN',
  'PRESENCE_GRACE_SECONDS',
  'ADMIN_EMAIL',
  'LOG_LEVEL',
  'API_RATE_LIMIT_PER_MINUTE',
  'ANONYMOUS_RATE_LIMIT_PER_MINUTE',
  'DRAIN_LEAD_MS',
  'MAX_CONNECTIONS',
  'MAX_CONNECTIONS_PER_USER',
  'MAX_CONNECTIONS_PER_ADDRESS',
  'CONNECTS_PER_SECOND',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_SERVICE_NAME',
  'OTEL_TRACES_SAMPLER_ARG',
  'VAPID_SUBJECT',
  'EXPO_PUSH_URL',
  'PUSH_DELAY_SECONDS',
  'SMTP_FROM',
  'NOTIFICATION_RETENTION_DAYS',
  'OUTBOUND_TO_LOOPBACK',
  'OUTBOUND_ALLOW',
  'WEBHOOK_BODY_BYTES',
  'GITHUB_API_URL',
  'SENDER_MIRROR_URL',
  'DELIVERY_ATTEMPTS',
  'DELIVERY_RETENTION_DAYS',
  'EVENT_RETENTION_DAYS',
  'REACH_RETENTION_DAYS',
  'RETENTION_HOLD_HOURS',
  'EVENT_RETENTION_COUNT',
]);

export interface ShownSetting {
  readonly name: string;
  readonly description: string;
  /** Null for a secret, and for a setting without a value. */
  readonly value: string | null;
  readonly secret: boolean;
  readonly isDefault: boolean;
}

/** @param given the variables that are set; values of secrets are not kept */
export function showSettings(given: Readonly<Record<string, unknown>>): ShownSetting[] {
  return (Object.keys(environment.shape) as Name[]).map((name) => {
    const byDefault = defaultOf(name);
    const text = typeof given[name] === 'string' ? given[name] : undefined;
    const secret = !SHOWN.has(name);
    return {
      name,
      description: environment.shape[name].description ?? '',
      value: secret ? null : withoutCredentials(text ?? byDefault),
      secret,
      isDefault: text === undefined || text === byDefault,
    };
  });
}

/** ROLE means all roles by default, and its parsed form lists them. */
function defaultOf(name: Name): string | null {
  if (name === 'ROLE') return 'all';
  const { data } = environment.shape[name].safeParse(undefined);
  return ['string', 'number', 'boolean'].includes(typeof data) ? String(data) : null;
}

/** Any URL can carry a user, a password or a token. */
const withoutCredentials = (text: string | null): string | null =>
  text === null
    ? null
    : text.replaceAll(/:\/\/[^/\s,?#]*@/g, '://***@').replaceAll(/(:\/\/[^\s,?#]*)[?#][^\s,]*/g, '$1?***');
