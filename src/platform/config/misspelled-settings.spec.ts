import { describe, expect, it } from '@jest/globals';
import { misspelledSettings } from './misspelled-settings.js';

describe('misspelled settings', () => {
  it.each([
    ['PORTT', 'PORT'],
    ['ROLES', 'ROLE'],
    ['JWT_SECERT', 'JWT_SECRET'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['ALLOW_ORIGINS', 'ALLOWED_ORIGINS'],
    ['LOGLEVEL', 'LOG_LEVEL'],
  ])('are found: %s', (given, meant) => {
    expect(misspelledSettings([given])).toEqual([{ given, meant }]);
  });

  it('are neither the settings themselves nor the variables of other programs', () => {
    const names = ['PORT', 'JWT_SECRET', 'PATH', 'HOME', 'PGPORT', 'PGHOST', 'HOSTNAME', 'LANG', 'TZ', 'NODE_OPTIONS'];
    const ofContainers = ['TIDINGS_PORT', 'REDIS_PORT', 'REDIS_HOST', 'POSTGRES_PASSWORD', 'KUBERNETES_SERVICE_HOST'];
    expect(misspelledSettings([...names, ...ofContainers])).toEqual([]);
  });
});
