import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newSigningSecret, signedHeaders } from './sign-message.js';

const body = JSON.stringify({ type: 'task:created', title: 'Grüße' });

describe('a signed message', () => {
  it("is verified by the scheme's own library with either secret", () => {
    const secrets = [newSigningSecret(), newSigningSecret()];
    const headers = signedHeaders('msg-1', body, secrets);
    for (const secret of secrets) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it.each([
    ['another body', 'msg-1', `${body} `],
    ['another id', 'msg-2', body],
  ])('is not verified with %s', (_name, id, text) => {
    const secret = newSigningSecret();
    const headers = { ...signedHeaders('msg-1', body, [secret]), 'webhook-id': id };
    expect(() => new Webhook(secret).verify(text, headers)).toThrow();
  });
});
