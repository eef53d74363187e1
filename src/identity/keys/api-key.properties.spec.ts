import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hashOfKey, isKeyOf, newApiKey, parseApiKey } from './api-key.js';

describe('an API key', () => {
  it('has the id that it was made for, and only its own hash', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string(), (id, other) => {
        const key = newApiKey(id);
        expect(parseApiKey(key)?.id).toBe(id);
        expect(isKeyOf(hashOfKey(key), key)).toBe(true);
        expect(isKeyOf(hashOfKey(key), other)).toBe(false);
      }),
    );
  });

  it('is read from no text that was changed in its form', () => {
    const change = fc.tuple(fc.nat(79), fc.nat(2), fc.string({ unit: 'binary', maxLength: 2 }));
    fc.assert(
      fc.property(fc.uuid(), change, (id, [at, cut, piece]) => {
        const key = newApiKey(id);
        const changed = key.slice(0, at) + piece + key.slice(at + cut);
        if (parseApiKey(changed) !== undefined) expect(changed).toMatch(/^tk_[0-9a-f]{32}_[\w-]{43}$/);
      }),
    );
  });
});
