import proxyAddr from '@fastify/proxy-addr';
import { z } from 'zod';
import { databaseUrl } from './database-url.js';
import { isVapidKey } from './vapid-keys.js';
import { oidcIssuers } from './oidc-issuers.js';

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
  .describe('encrypts webhook secrets at rest, 32 bytes in base64; generated in DATA_DIR outside production');

/** Every setting with its default and its bounds. `.env.example` is generated from here. */
export const environment = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production refuses unsafe settings'),
  ROLE: role,
  HOST: z.string().min(1).default('::').describe('address to listen on; :: is all of them, IPv4 too'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe('one port for HTTP and WebSocket'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'the address that senders and browsers use, with the path that a proxy puts Tidings below; http://localhost:PORT when unset',
    ),
  ALLOWED_ORIGINS: list
    .optional()
    .describe(
      "comma-separated origins whose pages may open a WebSocket and call /v1, besides Tidings' own; https://*.example.com stands for subdomains, apps are named as capacitor://localhost",
    ),
  TRUST_PROXY: list
    .refine(isProxyList, 'addresses or CIDR ranges')
    .optional()
    .describe('comma-separated addresses or CIDR ranges of proxies whose X-Forwarded-* headers are believed'),
  DATA_DIR: z.string().min(1).default('.tidings').describe('home of the embedded database and of generated secrets'),
  DATABASE_URL: databaseUrl
    .optional()
    .describe('PostgreSQL 15 or newer, postgres://user:password@host/database?sslmode=require; embedded when unset'),
  DATABASE_DIRECT_URL: databaseUrl
    .optional()
    .describe(
      'the same database past a pooler in transaction mode: for migrations, wake-ups and jobs, which need sessions; DATABASE_URL when unset',
    ),
  DATABASE_POOL: count(20, 500).describe('connections that one process may hold for its own queries'),
  EMBEDDED_PG_USER: z
    .string()
    .min(1)
    .optional()
    .describe('the unprivileged user that runs the embedded database when the service is started by root'),
  REDIS_URL: z
    .url({ protocol: /^rediss?(\+cluster)?$/ })
    .optional()
    .describe(
      'Redis or Valkey for queues and wake-ups, redis+cluster://… for a cluster; PostgreSQL does both when unset',
    ),
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w-]+$/)
    .default('tidings')
    .describe('prefix of every key and channel in Redis'),
  JWT_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe('signs access tokens, 32 characters or more; generated in DATA_DIR outside production'),
  SECRETS_KEY: secretsKey,
  SECRETS_KEY_PREVIOUS: z
    .string()
    .transform(commaSeparated)
    .pipe(z.array(aesKey))
    .optional()
    .describe('comma-separated keys that still open secrets; at start, what they sealed is sealed with SECRETS_KEY'),
  ACCESS_TOKEN_SECONDS: count(900, 86_400).describe('life of an access token'),
  OIDC_ISSUERS: oidcIssuers,
  WS_QUERY_TOKEN: z
    .stringbool()
    .optional()
    .describe('accept ?token=<jwt> on /ws: true outside production, false in it, when unset'),
  PRESENCE_GRACE_SECONDS: z.coerce
    .number()
    .min(0)
    .max(600)
    .default(10)
    .describe('for how long somebody whose connection is gone still counts as present'),
  ADMIN_EMAIL: z.email().optional().describe('the first administrator, made on first start'),
  ADMIN_PASSWORD: z.string().min(12).optional().describe('its password, 12 characters or more'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('debug adds a line for each webhook that is taken'),
  API_RATE_LIMIT_PER_MINUTE: count(600, 1_000_000_000).describe('calls of /v1 in a minute for each user'),
  ANONYMOUS_RATE_LIMIT_PER_MINUTE: count(60, 1_000_000_000).describe(
    'calls of /v1 in a minute for each network address, of those without a valid token',
  ),
  DRAIN_LEAD_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(4_000)
    .optional()
    .describe(
      'how long a process that was told to end takes newcomers, not ready any more, so that proxies notice first; 1500 in production, 0 elsewhere, when unset',
    ),
  MAX_CONNECTIONS: count(20_000, 1_000_000).describe('WebSockets and streams of one process; each takes a descriptor'),
  MAX_CONNECTIONS_PER_USER: count(100, 1_000_000).describe('WebSockets and streams of one user on one process'),
  MAX_CONNECTIONS_PER_ADDRESS: count(1_000, 1_000_000).describe(
    'WebSockets and streams from one network address (IPv6: /64) on one process; behind a proxy, set TRUST_PROXY as well',
  ),
  CONNECTS_PER_SECOND: count(1_000, 1_000_000).describe(
    'new WebSockets and streams that one process takes in a second, with twice as many in a burst',
  ),
  METRICS_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('bearer token that GET /metrics takes, 16 characters or more; only this machine may read it when unset'),
  VAPID_PRIVATE_KEY: z
    .string()
    .refine((value) => /^[\w-]{43}$/.test(value) && isVapidKey(value), 'a private key on P-256 in base64url')
    .optional()
    .describe(
      'signs Web Push, as `npx web-push generate-vapid-keys` makes it; follows from SECRETS_KEY outside production, no Web Push in it, when unset',
    ),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(mailto:|https:\/\/)\S+$/)
    .optional()
    .describe('whom a push service may turn to, mailto: or https:; PUBLIC_URL, where that is https, when unset'),
  EXPO_PUSH_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://exp.host/--/api/v2/push')
    .describe('where pushes to Expo apps go'),
  EXPO_ACCESS_TOKEN: z.string().min(1).optional().describe('for Expo projects that take pushes only with one'),
  PUSH_DELAY_SECONDS: z.coerce
    .number()
    .min(0)
    .max(3600)
    .default(5)
    .describe('how long a notification may be read in the app before it is pushed'),
  NOTIFICATION_RETENTION_DAYS: count(90, 3650).describe('how long notifications are kept'),
  OUTBOUND_TO_LOOPBACK: z
    .stringbool()
    .default(false)
    .describe('let what we send to addresses of users also go to this machine, unencrypted; refused in production'),
  WEBHOOK_BODY_BYTES: count(1_048_576, 26_214_400).describe('largest webhook body, up to the 25 MiB that GitHub sends'),
  DELIVERY_ATTEMPTS: count(8, 50).describe('tries before a delivery is set aside as failed'),
  DELIVERY_RETENTION_DAYS: count(30, 3650).describe('how long deliveries, and with them their ids, are kept'),
  EVENT_RETENTION_DAYS: count(30, 3650).describe('how long events stay in the log'),
  RETENTION_HOLD_HOURS: z.coerce
    .number()
    .min(0)
    .max(8760)
    .default(24)
    .describe('how long nothing is forgotten when over a quarter of a table becomes too old at once; 0: never held'),
  EVENT_RETENTION_COUNT: count(100_000, 1_000_000_000).describe('how many events a channel keeps'),
});

export type Environment = z.infer<typeof environment>;
