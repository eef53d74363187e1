import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadFixtures, signedRequest } from '../../src/webhooks/providers/fixtures.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { makeSource, post } from '../support/webhooks.js';

let tidings: RunningTidings;

beforeAll(async () => {
  // No mirror answers at this address.
  tidings = await startTidings({ SENDER_MIRROR_URL: 'http://127.0.0.1:1', OUTBOUND_TO_LOOPBACK: 'true' });
});
afterAll(() => tidings?.stop());

describe('a signed webhook whose published key cannot be read', () => {
  it.each(['aws-sns', 'google-pubsub'])('is answered 503, so that %s sends it again', async (provider) => {
    const fixtures = await loadFixtures(provider);
    const [example] = fixtures.examples;
    if (example === undefined) throw new Error(`${provider} has no example.`);
    const options = fixtures.options ?? {};
    const source = await makeSource(tidings.api, tidings.workspaceId, { provider, secrets: [], options });
    const { url, body, headers } = signedRequest(fixtures, example, {
      secret: '',
      now: new Date(),
      url: source.url,
      options,
    });
    expect(await post(url, body, headers)).toMatchObject({ status: 503, code: 'signature.key-unavailable' });
  });
});
