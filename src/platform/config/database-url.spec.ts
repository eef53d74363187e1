import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { databaseUrl } from './database-url.js';

const ca = join(mkdtempSync(join(tmpdir(), 'tidings-ca-')), 'ca.pem');
writeFileSync(ca, 'a certificate');

/** The driver's interpretation of a URL. */
function driver(text: string) {
  const { host, port, user, password, database, ssl } = new pg.Client({
    connectionString: databaseUrl.parse(text),
  }) as pg.Client & { ssl: unknown };
  return { host, port, user, password, database, ssl };
}

describe('DATABASE_URL', () => {
  it.each([
    ['postgres://u:p@/db?host=/run/postgresql', '/run/postgresql', 5432],
    ['postgres://u:p@/db?host=/run/postgresql&port=5433', '/run/postgresql', 5433],
    ['postgres://u:p@/db?host=%2Frun%2Fpostgresql', '/run/postgresql', 5432],
    ['postgres://u:p@%2Frun%2Fpostgresql/db', '/run/postgresql', 5432],
    ['postgresql://u:p@localhost/db?host=/run/postgresql', '/run/postgresql', 5432],
    ['postgres://u:p@db.example.com:6543/db', 'db.example.com', 6543],
    ['postgres://u:p@[::1]:6543/db', '::1', 6543],
  ])('finds the server of %s', (text, host, port) => {
    expect(driver(text)).toMatchObject({ host, port, user: 'u', password: 'p', database: 'db' });
  });

  it('keeps percent-encoded characters', () => {
    const found = driver('postgres://a%40b:p%2Fq%3F%23%25@/my%20db?host=/run/postgresql');
    expect(found).toMatchObject({ user: 'a@b', password: 'p/q?#%', database: 'my db', host: '/run/postgresql' });
  });

  it.each([
    ['disable', false],
    ['prefer', { rejectUnauthorized: false }],
    ['require', { rejectUnauthorized: false }],
    ['require&channel_binding=require', { rejectUnauthorized: false }],
    ['no-verify', { rejectUnauthorized: false }],
    ['verify-full', {}],
    [`verify-full&sslrootcert=${ca}`, { ca: 'a certificate' }],
    ['require&sslrootcert=system', {}],
    [`require&sslrootcert=${ca}`, { ca: 'a certificate', checkServerIdentity: expect.any(Function) }],
    [`verify-ca&sslrootcert=${ca}`, { ca: 'a certificate', checkServerIdentity: expect.any(Function) }],
  ])('treats sslmode=%s like libpq', (mode, ssl) => {
    expect(driver(`postgres://u:p@db.example.com/db?sslmode=${mode}`).ssl).toEqual(ssl);
  });

  it('uses no TLS without sslmode', () => {
    expect(driver('postgres://u:p@db.example.com/db').ssl).toBe(false);
  });

  it.each([
    ['mysql://u:p@db/db', 'postgres://'],
    ['host=/run/postgresql dbname=db', 'postgres://'],
    ['postgres://u:p@a.example.com,b.example.com/db', 'one host'],
    ['postgres://u:p@a.example.com:5432,b.example.com:5432/db', 'one host'],
    ['postgres://u:a/b@db.example.com/db', 'percent-encoded'],
    ['postgres://u:p@db.example.com/db?sslmode=allow', 'sslmode must be one of'],
    ['postgres://u:p@db.example.com/db?sslmode=verify-ca', 'sslrootcert'],
  ])('rejects %s with a reason and without the password', (text, reason) => {
    const { error } = databaseUrl.safeParse(text);
    expect(error?.issues[0]?.message).toContain(reason);
    expect(error?.issues[0]?.message).not.toContain('u:p');
  });
});
