import config from './jest.config.mjs';

/**
 * The tests whose result can depend on Redis: jobs, the bus, rate limits and presence run on it when REDIS_URL is set.
 * Not these: unit tests (they start the backends that they need), and tests of parts that use neither of them.
 */
const WITHOUT_REDIS = [
  'client/(client-errors|client-examples|client-react|client-server|client-types|readme-code)',
  'dashboard/',
  'deploy/',
  'features/notifications/(mail|page-push)',
  'features/topics/workspace-asyncapi',
  'identity/(accounts|credentials|forged-tokens|identity|oidc|oidc-settings|vouching)',
  'platform/(base-path|compose|database-roles|database-socket|embedded-database|metrics-documented|migrations)',
  'platform/(openapi-operations|origins|page|poolers|production|secret-leaks|secrets-key|shared-secrets)',
  // They start a Redis of their own.
  'platform/(redis-cluster|redis-outage)',
  'realtime/(asyncapi|protocol-abuse|stream-browser|third-party-clients)',
  'webhooks/(allowed-addresses|body-permission|compressed-bodies|get-deliveries|handshakes|identify|included-bodies)',
  'webhooks/(providers-list|refused-requests|sender-docs|senders|simulate|source-tests)',
];

export default {
  ...config,
  testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'],
  testPathIgnorePatterns: WITHOUT_REDIS.map((path) => `/test/${path}`),
};
