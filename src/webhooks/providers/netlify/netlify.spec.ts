import { describe, expect, it } from '@jest/globals';
import { provider } from './netlify.provider.js';

const deploy = {
  id: '6560c1a2b3d4e5f607182930',
  state: 'ready',
  locked: false,
  updated_at: '2026-11-27T11:00:00.000Z',
};

const idOf = (payload: object, event = 'deploy_created') =>
  provider.deliveryId(
    { headers: { 'x-netlify-event': event }, body: Buffer.from(JSON.stringify(payload)), url: '' },
    { options: {} },
  );

describe('the id of a delivery of Netlify', () => {
  it.each(['deploy_locked', 'deploy_unlocked', 'deploy_failed', ''])(
    'stays the same under %p, since the header with the event is not signed',
    (event) => {
      expect(idOf(deploy)).toBeDefined();
      expect(idOf(deploy, event)).toBe(idOf(deploy));
    },
  );

  it('is another one when the deploy is locked, unlocked and locked again', () => {
    const states = [true, false, true].map((locked, minute) => ({
      ...deploy,
      locked,
      updated_at: `2026-11-27T11:0${minute + 1}:00.000Z`,
    }));
    expect(new Set([deploy, ...states].map((payload) => idOf(payload))).size).toBe(4);
  });
});
