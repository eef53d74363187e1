import { describe, expect, it } from '@jest/globals';
import { oidcIssuers } from './oidc-issuers.js';

describe('OIDC_ISSUERS', () => {
  it('names issuers with an audience each, and the algorithms where there is a reason to', () => {
    expect(oidcIssuers.parse('https://id.example.com/|web, http://127.0.0.1:8080|tidings|ES256+EdDSA')).toEqual([
      { issuer: 'https://id.example.com/', audience: 'web', algorithms: ['RS256', 'ES256', 'EdDSA'] },
      { issuer: 'http://127.0.0.1:8080', audience: 'tidings', algorithms: ['ES256', 'EdDSA'] },
    ]);
  });

  it.each([
    ['no audience', 'https://id.example.com'],
    ['an empty audience', 'https://id.example.com|'],
    ['plain http over a network', 'http://id.example.com|web'],
    ['something that is no address', 'id.example.com|web'],
    ['an algorithm with a shared secret', 'https://id.example.com|web|HS256'],
    ['no algorithm', 'https://id.example.com|web|'],
    ['an issuer twice', 'https://id.example.com|web,https://id.example.com|app'],
  ])('is refused with %s', (_what, value) => {
    expect(oidcIssuers.safeParse(value).success).toBe(false);
  });
});
