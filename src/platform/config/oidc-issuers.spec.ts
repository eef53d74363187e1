import { describe, expect, it } from '@jest/globals';
import { oidcIssuers } from './oidc-issuers.js';

const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const NOTHING_ELSE = { clientIds: [], discovery: undefined, jwks: undefined, linkByEmail: false, signIn: undefined };

const messageOf = (value: string): string | undefined => oidcIssuers.safeParse(value).error?.issues[0]?.message;

describe('OIDC_ISSUERS', () => {
  it('accepts issuers with one audience each and optional algorithms', () => {
    expect(oidcIssuers.parse('https://id.example.com/|web, http://127.0.0.1:8080|tidings|ES256+EdDSA')).toEqual([
      { issuer: 'https://id.example.com/', audiences: ['web'], algorithms: DEFAULT_ALGORITHMS, ...NOTHING_ELSE },
      { issuer: 'http://127.0.0.1:8080', audiences: ['tidings'], algorithms: ['ES256', 'EdDSA'], ...NOTHING_ELSE },
    ]);
  });

  it('accepts several audiences for one issuer', () => {
    expect(oidcIssuers.parse('https://id.example.com|web,https://id.example.com|app')).toEqual([
      { issuer: 'https://id.example.com', audiences: ['web', 'app'], algorithms: DEFAULT_ALGORITHMS, ...NOTHING_ELSE },
    ]);
  });

  it('accepts a JSON array with all options', () => {
    const entry = {
      issuer: 'accounts.example.com',
      audiences: ['web', 'app'],
      clientIds: ['7f3'],
      algorithms: ['PS256'],
      discovery: 'http://keycloak:8080/realms/x/.well-known/openid-configuration',
      jwks: 'https://keys.example.com/jwks',
      linkByEmail: true,
      signIn: {
        id: 'company',
        clientId: 'tidings',
        clientSecret: 's3cret',
        name: 'Company',
        scopes: ['openid', 'email'],
      },
    };
    expect(oidcIssuers.parse(JSON.stringify([entry]))).toEqual([entry]);
    expect(oidcIssuers.parse('[{"issuer": "https://id.example.com", "clientIds": ["7f3"]}]')).toEqual([
      {
        ...NOTHING_ELSE,
        issuer: 'https://id.example.com',
        audiences: [],
        clientIds: ['7f3'],
        algorithms: DEFAULT_ALGORITHMS,
      },
    ]);
  });

  it('names a sign-in after the host of its issuer, and asks for the usual scopes', () => {
    const [found] =
      oidcIssuers.parse('[{"issuer": "https://id.example.com/x", "signIn": {"clientId": "tidings"}}]') ?? [];
    expect(found?.audiences).toEqual([]);
    expect(found?.signIn).toEqual({
      id: 'id.example.com',
      name: 'id.example.com',
      clientId: 'tidings',
      clientSecret: undefined,
      scopes: ['openid', 'email', 'profile'],
    });
  });

  it.each([
    ['no client', [{ signIn: {} }]],
    ['scopes without openid', [{ signIn: { clientId: 'x', scopes: ['email'] } }]],
    ['a scope with a space', [{ signIn: { clientId: 'x', scopes: ['openid', 'a b'] } }]],
    ['an id that is no part of a path', [{ signIn: { clientId: 'x', id: 'a/b' } }]],
    ['keys without a configuration', [{ issuer: 'x', jwks: 'https://a.b/keys', signIn: { clientId: 'x' } }]],
    [
      'the id of another issuer',
      [{ signIn: { clientId: 'x', id: 'a' } }, { issuer: 'https://c.d', signIn: { clientId: 'x', id: 'a' } }],
    ],
  ])('rejects a sign-in with %s', (_what, issuers) => {
    const value = JSON.stringify(issuers.map((issuer) => ({ issuer: 'https://a.b', ...issuer })));
    expect(oidcIssuers.safeParse(value).success).toBe(false);
    expect(oidcIssuers.safeParse('[{"issuer": "https://a.b", "signIn": {"clientId": "x"}}]').success).toBe(true);
  });

  it('does not repeat the secret of a client in an error', () => {
    const value = '[{"issuer": "https://a.b", "signIn": {"clientId": "x", "clientSecret": "s3cret", "scopes": []}}]';
    expect(messageOf(value)).toBe('0.signIn.scopes: must contain openid');
  });

  it.each([
    ['no audience', 'https://id.example.com'],
    ['an empty audience', 'https://id.example.com|'],
    ['plain http over a network', 'http://id.example.com|web'],
    ['an issuer that is not a URL', 'id.example.com|web'],
    ['an algorithm with a shared secret', 'https://id.example.com|web|HS256'],
    ['no algorithm', 'https://id.example.com|web|'],
    ['an issuer twice, with other algorithms', 'https://id.example.com|web|RS256,https://id.example.com|app|ES256'],
    ['malformed JSON', '[{'],
    ['an empty list', '[]'],
    ['an unknown option', '[{"issuer": "https://id.example.com", "audiences": ["web"], "audience": "web"}]'],
    ['neither audiences nor clients', '[{"issuer": "https://id.example.com"}]'],
    ['an issuer without a URL, discovery or keys', '[{"issuer": "id.example.com", "audiences": ["web"]}]'],
    [
      'keys over plain http from an external host',
      '[{"issuer": "x", "audiences": ["web"], "jwks": "http://example.com/keys"}]',
    ],
    [
      'an issuer twice in JSON',
      JSON.stringify([
        { issuer: 'https://a.b', audiences: ['x'] },
        { issuer: 'https://a.b', audiences: ['y'] },
      ]),
    ],
  ])('rejects %s', (_what, value) => {
    expect(oidcIssuers.safeParse(value).success).toBe(false);
  });

  it('reports the position of an error without repeating a value', () => {
    expect(
      messageOf('[{"issuer": "https://id.example.com", "audiences": ["web"], "jwks": "http://s3cret.example/"}]'),
    ).toBe('0.jwks: https, or http to an internal host');
  });
});
