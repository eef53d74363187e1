import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from './config.js';

const dataDir = mkdtempSync(join(tmpdir(), 'tidings-config-'));
const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://tidings.example.com',
  DATABASE_URL: 'postgres://tidings@db/tidings',
  JWT_SECRET: 'a secret that is not easy to guess',
  SECRETS_KEY: Buffer.from('32 bytes, no two of them by chance'.slice(0, 32)).toString('base64'),
};

function refusal(variables: Record<string, string>): ConfigError {
  try {
    loadConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('The settings were accepted.');
}

afterEach(() => rmSync(join(dataDir, 'secrets.json'), { force: true }));

describe('loadConfig', () => {
  it('needs no settings outside production', () => {
    const config = loadConfig({ DATA_DIR: dataDir });
    expect([...config.roles]).toEqual(['api', 'worker', 'gateway']);
    expect(config.publicUrl).toBe('http://localhost:3000');
    expect(config.jwtSecret.length).toBeGreaterThanOrEqual(32);
    expect(config.secretsKey).toHaveLength(32);
  });

  it('keeps generated secrets between starts, readable by their owner only', () => {
    const first = loadConfig({ DATA_DIR: dataDir });
    const second = loadConfig({ DATA_DIR: dataDir });
    expect(second.jwtSecret).toBe(first.jwtSecret);
    expect(second.secretsKey).toEqual(first.secretsKey);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('treats an empty value as unset', () => {
    expect(loadConfig({ DATA_DIR: dataDir, PORT: '', REDIS_URL: '' }).port).toBe(3000);
  });

  it('reports every invalid setting at once and repeats no value', () => {
    const { problems, message } = refusal({
      PORT: 'canary-port',
      DATABASE_URL: 'mysql://canary-user:canary-password@db',
      JWT_SECRET: 'canary-short',
      ROLE: 'api,canary-role',
      ADMIN_EMAIL: 'canary-email',
      TRUST_PROXY: '10.0.0.0/8, canary-proxy',
    });
    const names = problems.map((problem) => problem.split(':')[0]);
    expect(names).toEqual(
      expect.arrayContaining(['PORT', 'DATABASE_URL', 'JWT_SECRET', 'ROLE', 'ADMIN_EMAIL', 'TRUST_PROXY']),
    );
    expect(message).not.toContain('canary');
  });

  it('reports the settings that production lacks together with the malformed ones', () => {
    const { problems } = refusal({
      NODE_ENV: 'production',
      PORT: 'x',
      JWT_SECRET: 'short',
      ADMIN_EMAIL: 'a@example.com',
    });
    const names = problems.map((problem) => problem.split(':')[0]);
    expect(names.toSorted()).toEqual(
      ['ADMIN_EMAIL, ADMIN_PASSWORD', 'DATABASE_URL', 'JWT_SECRET', 'PORT', 'PUBLIC_URL', 'SECRETS_KEY'].toSorted(),
    );
  });

  it('runs production on the embedded database only when EMBEDDED_DATABASE is true', () => {
    const { DATABASE_URL: _url, ...rest } = production;
    expect(refusal(rest).problems).toEqual([expect.stringContaining('DATABASE_URL')]);
    expect(loadConfig({ ...rest, EMBEDDED_DATABASE: 'true' }).databaseUrl).toBeUndefined();
    expect(refusal({ ...production, EMBEDDED_DATABASE: 'true' }).problems[0]).toContain('EMBEDDED_DATABASE');
  });

  it.each([
    [{ PUBLIC_URL: 'https://tidings.example.com' }, 'https://tidings.example.com'],
    [{ PUBLIC_URL: 'https://localhost', ADMIN_EMAIL: 'ops@example.com' }, 'mailto:ops@example.com'],
    [{ PUBLIC_URL: 'http://tidings.example.com', ADMIN_EMAIL: 'ops@example.com' }, 'mailto:ops@example.com'],
    [{ VAPID_SUBJECT: 'mailto:push@example.com' }, 'mailto:push@example.com'],
    [{}, 'mailto:admin@localhost'],
  ])('derives the VAPID subject from %o as %s', (settings, subject) => {
    const password = 'ADMIN_EMAIL' in settings ? { ADMIN_PASSWORD: 'long enough for this' } : {};
    expect(loadConfig({ DATA_DIR: dataDir, ...settings, ...password }).vapid?.subject).toBe(subject);
  });

  it.each([
    ['tidings@example.com', { name: '', address: 'tidings@example.com' }],
    ['Tidings of ACME <tidings@example.com>', { name: 'Tidings of ACME', address: 'tidings@example.com' }],
  ])('reads the sender of mails from %s', (sender, smtpFrom) => {
    const smtp = { SMTP_URL: 'smtps://user:p%40ss@mail.example.com:465', SMTP_FROM: sender };
    expect(loadConfig({ DATA_DIR: dataDir, ...smtp })).toMatchObject({ smtpUrl: smtp.SMTP_URL, smtpFrom });
  });

  it.each([
    [{ SMTP_URL: 'https://canary@mail.example.com', SMTP_FROM: 'a@example.com' }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://', SMTP_FROM: 'a@example.com' }, 'SMTP_URL'],
    [{ SMTP_URL: 'smtp://canary@mail.example.com' }, 'SMTP_URL, SMTP_FROM'],
    [{ SMTP_URL: 'smtp://mail.example.com', SMTP_FROM: 'canary' }, 'SMTP_FROM'],
    [{ SMTP_URL: 'smtp://mail.example.com', SMTP_FROM: 'canary\r\nBcc: b@example.com <a@example.com>' }, 'SMTP_FROM'],
    [{ SMTP_URL: 'smtp://mail.example.com', SMTP_FROM: 'canary, b <a@example.com>' }, 'SMTP_FROM'],
  ])('rejects %o', (settings, name) => {
    const { problems, message } = refusal(settings);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([name]);
    expect(message).not.toContain('canary');
  });

  it('accepts a complete production configuration', () => {
    const config = loadConfig(production);
    expect(config.allowedOrigins).toEqual(['https://tidings.example.com']);
    expect(config.queryTokenAllowed).toBe(false);
  });

  it.each(['JWT_SECRET', 'SECRETS_KEY', 'PUBLIC_URL'])('rejects production without %s', (name) => {
    const { problems } = refusal({ ...production, [name]: '' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
  });

  it.each([
    ['JWT_SECRET', 'j'.repeat(32)],
    ['JWT_SECRET', 'changemechangemechangemechangeme'],
    ['SECRETS_KEY', Buffer.alloc(32, 1).toString('base64')],
    ['SECRETS_KEY', Buffer.from('12341234123412341234123412341234').toString('base64')],
  ])('rejects a guessable %s in production', (name, secret) => {
    const { problems, message } = refusal({ ...production, [name]: secret });
    expect(problems).toEqual([expect.stringContaining(name)]);
    expect(message).not.toContain(secret);
  });

  it.each([
    '*',
    'https://a.example.com,*',
    'https://a.example.com/',
    'https://a.example.com:443',
    'https://A.example.com',
    'https://bücher.example',
    'https://user@a.example.com',
    'a.example.com',
    'file://',
    'wss://a.example.com',
    'capacitor://',
    'capacitor://localhost/',
    '*.example.com',
    'https://*',
    'https://*.com',
    'https://*.1.2.3.4',
    'https://*.example.com/',
    'https://*.Example.com',
    'https://*.example.com:443',
    'https://*.*.example.com',
    'https://a.*.example.com',
    'https://a*.example.com',
    'https://*example.com',
    'chrome-extension://*',
    'capacitor://*.localhost',
  ])('rejects the origins %s in production', (origins) =>
    expect(refusal({ ...production, ALLOWED_ORIGINS: origins }).problems[0]).toContain('ALLOWED_ORIGINS'),
  );

  it('allows the origin of PUBLIC_URL in addition to ALLOWED_ORIGINS', () => {
    const origins = 'https://a.example.org,https://*.example.com,capacitor://localhost,null';
    const { allowedOrigins } = loadConfig({ ...production, ALLOWED_ORIGINS: origins });
    expect(allowedOrigins).toEqual(['https://tidings.example.com', ...origins.split(',')]);
  });

  it('rejects an administrator without a password', () => {
    expect(refusal({ ...production, ADMIN_EMAIL: 'a@example.com' }).problems[0]).toContain('ADMIN_PASSWORD');
  });
});
