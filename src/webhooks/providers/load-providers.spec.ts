import { describe, expect, it } from '@jest/globals';

import { collectProviders, loadProviders } from './load-providers.js';
import { provider as open } from './open/open.provider.js';

describe('the providers', () => {
  it('are the fifteen that the sources may name', async () => {
    expect([...(await loadProviders()).keys()].join(' ')).toBe(
      'bitbucket github gitlab heroku hmac linear netlify open sentry shopify slack standard-webhooks stripe twilio vercel',
    );
  });

  it('are refused when a folder holds no provider file, and the folder is named', async () => {
    const load = () => Promise.reject(new Error('Cannot find module'));
    await expect(collectProviders(['empty'], load)).rejects.toThrow(/providers\/empty/);
  });

  it('are refused when a file exports no provider', async () => {
    const load = () => Promise.resolve({ provider: { name: 'half', secrets: 'none' } });
    await expect(collectProviders(['half'], load)).rejects.toThrow(/half\.provider exports no provider/);
  });

  it('are refused when one is named otherwise than its folder', async () => {
    const load = () => Promise.resolve({ provider: open });
    await expect(collectProviders(['closed'], load)).rejects.toThrow(/providers\/closed holds a provider named open/);
  });
});
