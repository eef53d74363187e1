import { describe, expect, it } from '@jest/globals';
import { otlpHeaders } from './otlp-headers.js';

describe('the headers for a collector', () => {
  it('are pairs with values in percent-encoding, around which spaces do not count', () => {
    expect(otlpHeaders.parse('authorization=Bearer%20a.b%3D, x-team = payments')).toEqual({
      authorization: 'Bearer a.b=',
      'x-team': 'payments',
    });
  });

  it('may have values with equals signs, and empty ones', () => {
    expect(otlpHeaders.parse('x-key=a==,x-empty=')).toEqual({ 'x-key': 'a==', 'x-empty': '' });
  });

  it.each(['', 'no-pair', '=value', 'a name=value', 'x=1,', 'x=%', 'x=a%0d%0ay:%20b', 'x=%C3%A4'])(
    'are not %j, and the error does not quote it',
    (text) => {
      const { error } = otlpHeaders.safeParse(text);
      expect(error?.issues.map(({ message }) => message)).toEqual([
        'name=value pairs, comma-separated, with values in percent-encoding',
      ]);
    },
  );
});
