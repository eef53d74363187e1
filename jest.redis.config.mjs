import config from './jest.config.mjs';

/**
 * The tests whose result can depend on Redis: jobs, the bus, rate limits and presence run on it when REDIS_URL is set.
 * Not these: unit tests (they start the backends that they need), and tests of parts that use neither of them.
 */
const WITHOUT_REDIS = [
  'access/(audit|audit-head|delete-user|delete-workspace|export-workspace|invitations|roles-of-workspaces)',
  'access/workspace-retention',
  'cli/',
  'client/(client-browser|client-errors|client-examples|client-links|client-react|client-server)',
  'client/(client-types|guide-code|readme-code)',
  'dashboard/',
  'deploy/',
  'features/agents/',
  'features/documents/documents-(export|limits|malformed)',
  'features/notifications/(mail|page-push|push|push-expo|push-subscriptions)',
  'features/outbound-webhooks/(endpoint-makers|endpoint-options|restricted-bodies)',
  'features/tasks/tasks-client',
  'features/topics/(event-types|retention|topic-list|workspace-asyncapi)',
  'identity/(accounts|credentials|first-password|forged-tokens|identity|oidc|oidc-settings|password-reset|sessions)',
  'identity/(sign-in|user-sessions|vouching)',
  'platform/(backup|base-path|compose|database-roles|database-socket|embedded-database|first-start|guide|http)',
  'platform/(metrics-documented|migrations|openapi-operations|origins|page|poolers|production|secret-leaks)',
  'platform/(processes|secrets-key|shared-secrets|stalled-database)',
  // They start a Redis of their own.
  'platform/(redis-cluster|redis-outage)',
  'realtime/(asyncapi|figures|protocol-abuse|stream-browser|third-party-clients)',
  'webhooks/(allowed-addresses|body-permission|compressed-bodies|get-deliveries|handshakes|identify|included-bodies)',
  'webhooks/(providers-list|published-keys|refused-requests|sender-docs|senders|simulate|source-activity)',
  'webhooks/(source-settings|source-tests|stored-secrets)',
];

export default {
  ...config,
  testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'],
  testPathIgnorePatterns: WITHOUT_REDIS.map((path) => `/test/${path}${path.endsWith('/') ? '' : '\\.e2e'}`),
};
