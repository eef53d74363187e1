import { describe, expect, it } from '@jest/globals';
import { newId } from '../../platform/ids.js';
import { hashOfKey, isApiKey, isKeyOf, newApiKey, parseApiKey } from './api-key.js';

describe('an API key', () => {
  const id = newId();
  const key = newApiKey(id);

  it('carries its id and 32 random bytes', () => {
    expect(parseApiKey(key)?.id).toBe(id);
    expect(Buffer.from(parseApiKey(key)?.secret ?? '', 'base64url')).toHaveLength(32);
    expect(newApiKey(id)).not.toBe(key);
  });

  it('is distinguishable from an access token', () => {
    expect([isApiKey(key), isApiKey('eyJhbGciOiJIUzI1NiJ9.e30.abc')]).toEqual([true, false]);
  });

  it('matches its own hash and no other', () => {
    expect(isKeyOf(hashOfKey(key), key)).toBe(true);
    expect(isKeyOf(hashOfKey(newApiKey(id)), key)).toBe(false);
  });

  it.each(['', 'tk_', `${key}x`, ` ${key}`, key.slice(0, -1), key.toUpperCase(), key.replaceAll('_', '.')])(
    'does not parse from "%s"',
    (text) => {
      expect(parseApiKey(text)).toBeUndefined();
    },
  );
});
