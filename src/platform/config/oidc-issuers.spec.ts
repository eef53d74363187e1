import { describe, expect, it } from '@jest/globals';
import { oidcIssuers } from './oidc-issuers.js';

const USUAL = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const NOTHING_ELSE = { clientIds: [], discovery: undefined, jwks: undefined, linkByEmail: false };

const messageOf = (value: string): string | undefined => oidcIssuers.safeParse(value).error?.issues[0]?.message;

describe('OIDC_ISSUERS', () => {
  it('names issuers with an audience each, and the algorithms where there is a reason to', () => {
    expect(oidcIssuers.parse('https://id.example.com/|web, http://127.0.0.1:8080|tidings|ES256+EdDSA')).toEqual([
      { issuer: 'https://id.example.com/', audiences: ['web'], algorithms: USUAL, ...NOTHING_ELSE },
      { issuer: 'http://127.0.0.1:8080', audiences: ['tidings'], algorithms: ['ES256', 'EdDSA'], ...NOTHING_ELSE },
    ]);
  });

  it('takes several audiences for one issuer', () => {
    expect(oidcIssuers.parse('https://id.example.com|web,https://id.example.com|app')).toEqual([
      { issuer: 'https://id.example.com', audiences: ['web', 'app'], algorithms: USUAL, ...NOTHING_ELSE },
    ]);
  });

  it('takes a JSON array, which can say more', () => {
    const entry = {
      issuer: 'accounts.example.com',
      audiences: ['web', 'app'],
      clientIds: ['7f3'],
      algorithms: ['PS256'],
      discovery: 'http://keycloak:8080/realms/x/.well-known/openid-configuration',
      jwks: 'https://keys.example.com/jwks',
      linkByEmail: true,
    };
    expect(oidcIssuers.parse(JSON.stringify([entry]))).toEqual([entry]);
    expect(oidcIssuers.parse('[{"issuer": "https://id.example.com", "clientIds": ["7f3"]}]')).toEqual([
      { ...NOTHING_ELSE, issuer: 'https://id.example.com', audiences: [], clientIds: ['7f3'], algorithms: USUAL },
    ]);
  });

  it.each([
    ['no audience', 'https://id.example.com'],
    ['an empty audience', 'https://id.example.com|'],
    ['plain http over a network', 'http://id.example.com|web'],
    ['something that is no address', 'id.example.com|web'],
    ['an algorithm with a shared secret', 'https://id.example.com|web|HS256'],
    ['no algorithm', 'https://id.example.com|web|'],
    ['an issuer twice, with other algorithms', 'https://id.example.com|web|RS256,https://id.example.com|app|ES256'],
    ['JSON that is none', '[{'],
    ['an empty list', '[]'],
    ['an unknown option', '[{"issuer": "https://id.example.com", "audiences": ["web"], "audience": "web"}]'],
    ['neither audiences nor clients', '[{"issuer": "https://id.example.com"}]'],
    ['a name that tells no address', '[{"issuer": "id.example.com", "audiences": ["web"]}]'],
    ['keys over plain http from outside', '[{"issuer": "x", "audiences": ["web"], "jwks": "http://example.com/keys"}]'],
    [
      'an issuer twice in JSON',
      JSON.stringify([
        { issuer: 'https://a.b', audiences: ['x'] },
        { issuer: 'https://a.b', audiences: ['y'] },
      ]),
    ],
  ])('is refused with %s', (_what, value) => {
    expect(oidcIssuers.safeParse(value).success).toBe(false);
  });

  it('says where it is wrong, without repeating a value', () => {
    expect(
      messageOf('[{"issuer": "https://id.example.com", "audiences": ["web"], "jwks": "http://s3cret.example/"}]'),
    ).toBe('0.jwks: https, or http to a host inside');
  });
});
