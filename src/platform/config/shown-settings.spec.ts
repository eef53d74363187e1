import { describe, expect, it } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlantedSecrets } from '../../../test/support/planted-secrets.js';
import { loadConfig } from './config.js';
import { showSettings } from './shown-settings.js';

const shown = (given: Record<string, string>) => new Map(showSettings(given).map((setting) => [setting.name, setting]));

describe('shown settings', () => {
  it('contain no planted secret, in whatever setting it is', () => {
    const secrets = new PlantedSecrets();
    const hex = secrets.keep('a key', Buffer.from('a key of thirty-two bytes, really').toString('base64'));
    const password = secrets.plant('password');
    const given = {
      DATABASE_URL: `postgres://tidings:${password}@db.internal/tidings?password=${password}`,
      DATABASE_DIRECT_URL: `postgres://tidings:${password}@db.internal/tidings`,
      REDIS_URL: `redis://:${password}@redis.internal`,
      JWT_SECRET: secrets.plant('jwt'),
      SECRETS_KEY: hex,
      SECRETS_KEY_PREVIOUS: hex,
      ADMIN_PASSWORD: secrets.plant('admin'),
      METRICS_TOKEN: secrets.plant('metrics'),
      VAPID_PRIVATE_KEY: secrets.plant('vapid'),
      EXPO_ACCESS_TOKEN: secrets.plant('expo'),
      SMTP_URL: `smtps://user:${password}@mail.example.com`,
      OIDC_ISSUERS: `https://login.example.com tidings ${password}`,
      SENDER_MIRROR_URL: `https://user:${password}@mirror.example.com/path?token=${password}`,
      EXPO_PUSH_URL: `https://${password}@push.example.com/send`,
      GITHUB_API_URL: `https://api.example.com/?access_token=${password}#${password}`,
      PUBLIC_URL: `https://user:${password}@tidings.example.com`,
      ALLOWED_ORIGINS: `https://one.example.com,https://a:${password}@two.example.com`,
    };
    const text = JSON.stringify(showSettings(given));
    expect(secrets.foundIn(text)).toEqual([]);
    expect(text).toContain('https://***@mirror.example.com/path?***');
  });

  it('say which differ from the default, also of secrets', () => {
    const settings = shown({ PORT: '3000', MAX_CONNECTIONS: '5', JWT_SECRET: 'x'.repeat(40) });
    expect(settings.get('PORT')).toMatchObject({ value: '3000', isDefault: true, secret: false });
    expect(settings.get('HOST')).toMatchObject({ value: '::', isDefault: true });
    expect(settings.get('ROLE')).toMatchObject({ value: 'all', isDefault: true });
    expect(settings.get('MAX_CONNECTIONS')).toMatchObject({ value: '5', isDefault: false });
    expect(settings.get('JWT_SECRET')).toMatchObject({ value: null, isDefault: false, secret: true });
    expect(settings.get('REDIS_URL')).toMatchObject({ value: null, isDefault: true, secret: true });
    expect(settings.get('OUTBOUND_TO_LOOPBACK')).toMatchObject({ value: 'false', isDefault: true });
  });

  it('leave out every variable that is not a setting', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tidings-settings-'));
    const { shownSettings } = loadConfig({ NODE_ENV: 'test', DATA_DIR: dataDir, AWS_SECRET_ACCESS_KEY: 'not ours' });
    expect(JSON.stringify(shownSettings)).not.toContain('not ours');
    expect(shownSettings.find(({ name }) => name === 'NODE_ENV')).toMatchObject({ value: 'test', isDefault: false });
  });
});
