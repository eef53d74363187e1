import { describe, expect, it } from '@jest/globals';

import { basicAuth, credentialsIn } from './basic-auth.js';

const encoded = (text: string): string => Buffer.from(text).toString('base64');

function isAccepted(authorization: string | undefined, ...secrets: string[]): boolean | Promise<boolean> {
  const request = { headers: { authorization }, body: Buffer.from('{}'), url: 'https://tidings.example.com/x' };
  return basicAuth.verify(request, { secrets, options: {}, now: new Date() });
}

describe('basic authentication', () => {
  it('reads the example of RFC 7617', () => {
    expect(credentialsIn('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')).toBe('Aladdin:open sesame');
    expect(credentialsIn('Basic dGVzdDoxMjPCow==')).toBe('test:123£');
  });

  it('ignores the case of the scheme, and the spaces after it', () => {
    expect(isAccepted(`BASIC  ${encoded('ada:pass')}`, 'ada:pass')).toBe(true);
  });

  it('accepts either secret during a rotation', () => {
    expect(isAccepted(`Basic ${encoded('ada:new')}`, 'ada:old', 'ada:new')).toBe(true);
  });

  it('takes everything after the first colon for the password, and allows an empty name', () => {
    expect(isAccepted(`Basic ${encoded('ada:a:b')}`, 'ada:a:b')).toBe(true);
    expect(isAccepted(`Basic ${encoded(':pass')}`, ':pass')).toBe(true);
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another scheme', `Bearer ${encoded('ada:pass')}`],
    ['another password', `Basic ${encoded('ada:past')}`],
    ['another name', `Basic ${encoded('bob:pass')}`],
    ['a name alone', `Basic ${encoded('ada')}`],
    ['no space', `Basic${encoded('ada:pass')}`],
    ['plain text', 'Basic ada:pass'],
    ['missing padding', `Basic ${encoded('ada:pass').replace(/=+$/, '')}`],
    ['two credentials', `Basic ${encoded('ada:pass')}, Basic ${encoded('ada:pass')}`],
    ['bytes that are no text', `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}`],
  ])('refuses %s', (_name, authorization) => {
    expect(isAccepted(authorization, 'ada:pass', '\ufffd:\ufffd')).toBe(false);
  });

  it('refuses a secret without a password, even if it was stored once', () => {
    expect(basicAuth.readSecret('ada')).toEqual({ problem: expect.stringContaining('user:password') });
    expect(basicAuth.readSecret('ada:')).toHaveProperty('problem');
    expect(isAccepted(`Basic ${encoded('ada:')}`, 'ada:')).toBe(false);
  });
});
