import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../config/config.js';
import { SecretBox } from './secret-box.js';

const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
const boxWith = (fill: number, ...previous: number[]) =>
  new SecretBox(
    loadConfig({
      JWT_SECRET: 'a secret of the tests, long enough',
      SECRETS_KEY: key(fill),
      SECRETS_KEY_PREVIOUS: previous.map(key).join(','),
    }),
  );
const box = boxWith(1);

describe('SecretBox', () => {
  it('opens what it sealed', () => {
    expect(box.open(box.seal('whsec_ünïcode', 'source-1'), 'source-1')).toBe('whsec_ünïcode');
  });

  it('never seals the same secret to the same text', () => {
    expect(box.seal('secret', 'source-1')).not.toBe(box.seal('secret', 'source-1'));
  });

  it('does not open a text that was moved to another source', () => {
    expect(() => box.open(box.seal('secret', 'source-1'), 'source-2')).toThrow();
  });

  it('does not open with another key', () => {
    expect(() => boxWith(2).open(box.seal('secret', 'source-1'), 'source-1')).toThrow();
  });

  it('opens with a previous key and reports that it is not the current one', () => {
    const sealed = box.seal('secret', 'source-1');
    const rotated = boxWith(2, 3, 1);
    expect(rotated.open(sealed, 'source-1')).toBe('secret');
    expect(rotated.isCurrent(sealed, 'source-1')).toBe(false);
    expect(rotated.isCurrent(rotated.seal('secret', 'source-1'), 'source-1')).toBe(true);
    expect(() => rotated.open(sealed, 'source-2')).toThrow();
  });

  it('does not open a text that was altered', () => {
    const [version, bytes = ''] = box.seal('secret', 'source-1').split('.');
    const sealed = Buffer.from(bytes, 'base64url');
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    const altered = `${version}.${sealed.toString('base64url')}`;
    expect(() => box.open(altered, 'source-1')).toThrow();
  });
});
