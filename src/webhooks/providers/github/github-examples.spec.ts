import { createRequire } from 'node:module';

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { provider } from './github.provider.js';

const examples = z
  .array(z.object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) }))
  .parse(createRequire(import.meta.url)('@octokit/webhooks-examples'));
const deliveries = examples.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload) => ({ event: name, payload })),
);

describe("GitHub's own examples", () => {
  it('are all 329 of the package', () => {
    expect(deliveries).toHaveLength(329);
  });

  it('each get a one-line title', () => {
    for (const { event, payload } of deliveries) {
      const body = Buffer.from(JSON.stringify(payload));
      const { eventType, title, url } = provider.describe({ headers: { 'x-github-event': event }, body, url: '' });
      expect(eventType).toBe(payload['action'] ? `${event}.${String(payload['action'])}` : event);
      expect(title).toMatch(/^\S+ \S.{5,198}$/u);
      expect(title).not.toMatch(/\bcaused\b|undefined|null|\[object|\p{Cc}/u);
      expect(url === null || url.startsWith('http')).toBe(true);
    }
  });

  it('get the same description when the hook sends a form', () => {
    const { event, payload } = deliveries.find(({ event: name }) => name === 'pull_request') ?? {
      event: '',
      payload: {},
    };
    const form = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const headers = { 'x-github-event': event, 'content-type': 'application/x-www-form-urlencoded' };
    expect(provider.describe({ headers, body: Buffer.from(form), url: '' })).toMatchObject({
      eventType: 'pull_request.opened',
      title: 'Codertocat opened #2 Update the README with new information. in Codertocat/Hello-World',
    });
  });
});
