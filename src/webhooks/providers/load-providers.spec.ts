import { describe, expect, it } from '@jest/globals';

import { collectProviders, loadProviders } from './load-providers.js';
import { provider as open } from './open/open.provider.js';

describe('the providers', () => {
  it('are the fifteen that sources can use', async () => {
    expect([...(await loadProviders()).keys()].join(' ')).toBe(
      'bitbucket github gitlab heroku hmac linear netlify open sentry shopify slack standard-webhooks stripe twilio vercel',
    );
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
