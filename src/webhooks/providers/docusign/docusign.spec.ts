import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { provider } from './docusign.provider.js';

const now = new Date();
const url = 'https://tidings.example.com/webhooks/k3y';
const body = Buffer.from('{"event":"envelope-sent"}');
const signedWith = (key: string) => createHmac('sha256', key).update(body).digest('base64');

describe('an account with several Connect keys', () => {
  const headers = Object.fromEntries(
    ['first', 'second', 'third'].map((key, i) => [`x-docusign-signature-${i + 1}`, signedWith(key)]),
  );

  it.each(['first', 'second', 'third'])('proves itself with the %s', (secret) => {
    expect(provider.verify({ headers, body, url }, { secrets: [secret], options: {}, now })).toBe(true);
  });

  it('does not prove itself with a fourth one, nor with the tenth header empty', () => {
    const more = { ...headers, 'x-docusign-signature-10': '' };
    expect(provider.verify({ headers: more, body, url }, { secrets: ['fourth'], options: {}, now })).toBe(false);
  });
});
