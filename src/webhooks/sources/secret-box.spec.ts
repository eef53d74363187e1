import { describe, expect, it } from '@jest/globals';
import { Config } from '../../platform/config/config.js';
import { SecretBox } from './secret-box.js';

const boxWith = (fill: number) => new SecretBox(new Config({ secretsKey: Buffer.alloc(32, fill) } as Config));
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

  it('does not open a text that was altered', () => {
    const [version, bytes = ''] = box.seal('secret', 'source-1').split('.');
    const sealed = Buffer.from(bytes, 'base64url');
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    const altered = `${version}.${sealed.toString('base64url')}`;
    expect(() => box.open(altered, 'source-1')).toThrow();
  });
});
