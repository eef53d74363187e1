import proxyAddr from '@fastify/proxy-addr';
import { z } from 'zod';
import { allowedTargets } from './allowed-targets.js';
import { databaseUrl } from './database-url.js';
import { mailSender } from './mail-sender.js';
import { isVapidKey } from './vapid-keys.js';
import { oidcIssuers } from './oidc-issuers.js';
import { otlpHeaders } from './otlp-headers.js';

const ROLES = ['api', 'worker', 'gateway'] as const;

export type Role = (typeof ROLES)[number];

const commaSeparated = (value: string): string[] => value.split(',').map((part) => part.trim());
const list = z
  .string()
  .transform(commaSeparated)
  .pipe(z.array(z.string().min(1)));
const count = (byDefault: number, max: number) => z.coerce.number().int().positive().max(max).default(byDefault);

function isProxyList(addresses: string[]): boolean {
  try {
    proxyAddr.compile(addresses);
    return true;
  } catch {
    return false;
  }
}

const role = z
  .string()
  .default('all')
  .transform((value) => (value === 'all' ? [...ROLES] : commaSeparated(value)))
  .pipe(z.array(z.enum(ROLES)).min(1))
  .describe('api, worker, gateway, a comma-separated list of them, or all');

const aesKey = z.base64().refine((value) => Buffer.from(value, 'base64').length === 32, '32 bytes in base64');

const secretsKey = aesKey
  .optional()
  .describe('key that encrypts webhook secrets at rest, 32 bytes in base64; generated in DATA_DIR outside production');

/** Every setting with its default and bounds. `.env.example` is generated from it. */
export const environment = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production rejects unsafe settings'),
  ROLE: role,
  PROCESSES: z
    .union([z.literal('auto'), z.coerce.number().int().min(1).max(64)])
    .default(1)
    .describe('number of processes that share the port; auto: one for each core'),
  HOST: z.string().min(1).default('::').describe('address to listen on; :: means all addresses, including IPv4'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe('port for both HTTP and WebSocket'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'URL that senders and browsers use, including a path prefix that a proxy adds; default http://localhost:PORT',
    ),
  ALLOWED_ORIGINS: list
    .optional()
    .describe(
      "comma-separated origins, besides Tidings' own, that may open a WebSocket and call /v1; https://*.example.com matches subdomains, and apps use origins such as capacitor://localhost",
    ),
  TRUST_PROXY: list
    .refine(isProxyList, 'addresses or CIDR ranges')
    .optional()
    .describe('comma-separated addresses or CIDR ranges of proxies whose X-Forwarded-* headers are trusted'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('.tidings')
    .describe('directory of the embedded database and the generated secrets'),
  DATABASE_URL: databaseUrl
    .optional()
    .describe(
      'PostgreSQL 15 or newer, postgres://user:password@host/database?sslmode=require; the embedded database when unset',
    ),
  DATABASE_DIRECT_URL: databaseUrl
    .optional()
    .describe(
      'direct URL of the same database, needed when DATABASE_URL points to a pooler in transaction mode: migrations, hints and jobs require sessions; default DATABASE_URL',
    ),
  EMBEDDED_DATABASE: z
    .stringbool()
    .optional()
    .describe('true allows the embedded database in DATA_DIR in production; outside production it is the default'),
  DATABASE_POOL: count(20, 500).describe('size of the connection pool of each process'),
  EMBEDDED_PG_USER: z
    .string()
    .min(1)
    .optional()
    .describe('unprivileged user that runs the embedded database when the service starts as root'),
  REDIS_URL: z
    .url({ protocol: /^rediss?(\+cluster)?$/ })
    .optional()
    .describe(
      'Redis or Valkey for queues and hints between processes, redis+cluster://… for a cluster; PostgreSQL is used when unset',
    ),
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w-]+$/)
    .default('tidings')
    .describe('prefix of all keys and channels in Redis'),
  JWT_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe('secret that signs access tokens, at least 32 characters; generated in DATA_DIR outside production'),
  SECRETS_KEY: secretsKey,
  SECRETS_KEY_PREVIOUS: z
    .string()
    .transform(commaSeparated)
    .pipe(z.array(aesKey))
    .optional()
    .describe(
      'comma-separated older keys that can still decrypt secrets; secrets encrypted with them are re-encrypted with SECRETS_KEY at start',
    ),
  ACCESS_TOKEN_SECONDS: count(900, 86_400).describe('lifetime of an access token'),
  OIDC_ISSUERS: oidcIssuers,
  WS_QUERY_TOKEN: z
    .stringbool()
    .optional()
    .describe('accept ?token=<jwt> on /ws; default true outside production, false in production'),
  PRESENCE_GRACE_SECONDS: z.coerce
    .number()
    .min(0)
    .max(600)
    .default(10)
    .describe('seconds that a user still counts as present after their last connection closed'),
  ADMIN_EMAIL: z.email().optional().describe('email address of the first administrator, created on the first start'),
  ADMIN_PASSWORD: z.string().min(12).optional().describe('password of the first administrator, at least 12 characters'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('log level; debug adds a line for each accepted webhook'),
  API_RATE_LIMIT_PER_MINUTE: count(600, 1_000_000_000).describe('requests to /v1 per minute and user'),
  ANONYMOUS_RATE_LIMIT_PER_MINUTE: count(60, 1_000_000_000).describe(
    'requests to /v1 per minute and network address, without a valid token',
  ),
  DRAIN_LEAD_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(4_000)
    .optional()
    .describe(
      'milliseconds that a stopping process reports not ready but still accepts connections, so that proxies notice first; default 1500 in production, 0 elsewhere',
    ),
  MAX_CONNECTIONS: count(20_000, 1_000_000).describe(
    'maximum WebSockets and streams per process; each uses a file descriptor',
  ),
  MAX_CONNECTIONS_PER_USER: count(100, 1_000_000).describe('maximum WebSockets and streams per user and process'),
  MAX_CONNECTIONS_PER_ADDRESS: count(1_000, 1_000_000).describe(
    'maximum WebSockets and streams per network address (IPv6: /64) and process; behind a proxy, also set TRUST_PROXY',
  ),
  CONNECTS_PER_SECOND: count(1_000, 1_000_000).describe(
    'new WebSockets and streams that a process accepts per second; bursts can be twice as large',
  ),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe(
      'bearer token for GET /metrics, at least 16 characters; when unset, only this machine may read the metrics',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('base URL of an OpenTelemetry collector that gets traces over OTLP/HTTP; without it nothing is traced'),
  OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders
    .optional()
    .transform((headers) => headers ?? {})
    .describe('headers for the collector, such as authorization=Bearer%20…, comma-separated'),
  OTEL_SERVICE_NAME: z.string().trim().min(1).max(200).default('tidings').describe('name of this service in traces'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      'share of the traces that begin here and are recorded, 0 to 1; the `traceparent` of a request goes first',
    ),
  VAPID_PRIVATE_KEY: z
    .string()
    .refine((value) => /^[\w-]{43}$/.test(value) && isVapidKey(value), 'a private key on P-256 in base64url')
    .optional()
    .describe(
      'key that signs Web Push, as generated by `npx web-push generate-vapid-keys`; when unset, derived from SECRETS_KEY outside production, and Web Push is off in production',
    ),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(mailto:|https:\/\/)\S+$/)
    .optional()
    .describe('contact for push services, mailto: or https:; default PUBLIC_URL if it is https, otherwise ADMIN_EMAIL'),
  EXPO_PUSH_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://exp.host/--/api/v2/push')
    .describe('URL of the Expo push service'),
  EXPO_ACCESS_TOKEN: z.string().min(1).optional().describe('access token for Expo projects that require one'),
  PUSH_DELAY_SECONDS: z.coerce
    .number()
    .min(0)
    .max(3600)
    .default(5)
    .describe('seconds before an unread notification is pushed'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .refine((value) => URL.canParse(value) && new URL(value).hostname !== '', 'a URL with a host')
    .optional()
    .describe(
      'mail server for invitations, password resets and notifications, smtps://user:password@host:465, or smtp://user:password@host:587?requireTLS=true; without it no e-mail is offered',
    ),
  SMTP_FROM: mailSender.optional().describe('sender of e-mails: an address, or Name <address>'),
  NOTIFICATION_RETENTION_DAYS: count(90, 3650).describe('days that notifications are kept'),
  OUTBOUND_TO_LOOPBACK: z
    .stringbool()
    .default(false)
    .describe(
      'allow requests to addresses that users entered to reach this machine, unencrypted; rejected in production',
    ),
  OUTBOUND_ALLOW: list
    .optional()
    .refine((entries) => entries === undefined || allowedTargets(entries) !== undefined, 'hosts, addresses or networks')
    .transform((entries) => allowedTargets(entries ?? []))
    .describe(
      'comma-separated hosts, addresses and networks (CIDR) on your own network that requests to addresses of users may reach, also by http; all other private addresses are refused',
    ),
  WEBHOOK_BODY_BYTES: count(1_048_576, 26_214_400).describe(
    'maximum size of a webhook body in bytes; GitHub sends up to 25 MiB',
  ),
  GITHUB_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.github.com')
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('URL of the API of GitHub, for the reconciliation of sources; https://HOST/api/v3 on GitHub Enterprise'),
  SENDER_MIRROR_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe(
      'for a server without a way out: a mirror of the certificates and key sets of senders, asked for <URL>/<host>/<path> instead of https://<host>/<path>',
    ),
  DELIVERY_ATTEMPTS: count(8, 50).describe('attempts before a delivery is marked as failed'),
  DELIVERY_RETENTION_DAYS: count(30, 3650).describe('days that deliveries and their ids are kept'),
  EVENT_RETENTION_DAYS: count(30, 3650).describe('days that events stay in the log'),
  REACH_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3650)
    .default(7)
    .describe(
      'days that it is recorded which sessions followed a channel, and up to which event; 0 records nothing, and the reach of events is unknown',
    ),
  RETENTION_HOLD_HOURS: z.coerce
    .number()
    .min(0)
    .max(8760)
    .default(24)
    .describe(
      'hours that deletion is paused when more than a quarter of a table expires at once; 0 disables the pause',
    ),
  EVENT_RETENTION_COUNT: count(100_000, 1_000_000_000).describe('events that a channel keeps'),
});

export type Environment = z.infer<typeof environment>;
