import { describe, expect, it } from '@jest/globals';

import { collectProviders, loadProviders } from './load-providers.js';
import { provider as open } from './open/open.provider.js';

describe('the providers', () => {
  it('are those that sources can use', async () => {
    expect([...(await loadProviders()).keys()]).toEqual([
      'adyen',
      'alertmanager',
      'asana',
      'auth0',
      'aws-sns',
      'azure-devops',
      'bitbucket',
      'bitbucket-server',
      'calendly',
      'circleci',
      'clerk',
      'cloudflare',
      'discord',
      'docusign',
      'dropbox',
      'gitea',
      'github',
      'gitlab',
      'google-pubsub',
      'grafana',
      'heroku',
      'hmac',
      'hubspot',
      'intercom',
      'jira',
      'line',
      'linear',
      'mailgun',
      'mandrill',
      'meta',
      'microsoft-graph',
      'mollie',
      'monday',
      'netlify',
      'okta',
      'open',
      'paddle',
      'pagerduty',
      'paypal',
      'postmark',
      'razorpay',
      'resend',
      'sendgrid',
      'sentry',
      'shopify',
      'slack',
      'square',
      'standard-webhooks',
      'stripe',
      'telegram',
      'trello',
      'twilio',
      'twitter',
      'typeform',
      'vercel',
      'woocommerce',
      'zendesk',
      'zoom',
    ]);
  });

  it('fail to load if a folder has no provider file, and the error names the folder', async () => {
    const load = () => Promise.reject(new Error('Cannot find module'));
    await expect(collectProviders(['empty'], load)).rejects.toThrow(/providers\/empty/);
  });

  it('fail to load if a file exports no provider', async () => {
    const load = () => Promise.resolve({ provider: { name: 'half', secrets: 'none' } });
    await expect(collectProviders(['half'], load)).rejects.toThrow(/half\.provider exports no provider/);
  });

  it('fail to load if the name of one differs from its folder', async () => {
    const load = () => Promise.resolve({ provider: open });
    await expect(collectProviders(['closed'], load)).rejects.toThrow(/providers\/closed has a provider named open/);
  });
});
