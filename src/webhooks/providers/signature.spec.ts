import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { decodeBase64, decodeHex, equalBytes, isOneOf, isSigned } from './signature.js';
import { isInWindow } from './timestamp-window.js';

const now = new Date('2026-11-20T12:00:00.500Z');

function digest(key: string): Buffer {
  return createHmac('sha256', key).update('content').digest();
}

/** The shortest of several runs: a busy machine lengthens some of them. */
function shortestMs(work: () => void): number {
  const times = Array.from({ length: 9 }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  });
  return Math.min(...times);
}

describe('a signature', () => {
  it.each(['', 'a', 'abc', 'zz', '0x00', 'abzz11', 'AB', ' ab', 'ab ', 'ab\n', 'äö'])('is not hex: %j', (text) => {
    expect(decodeHex(text)).toBeUndefined();
  });

  it.each(['', 'Zg', 'Zg=', 'Zh==', 'Z g==', 'Zg==\n', 'Zg==Zg==', '-_-_', 'Zg==!'])('is not base64: %j', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  it('requires its exact prefix', () => {
    expect(decodeHex('sha256=00ff', 'sha256=')).toEqual(Buffer.from([0, 255]));
    expect(decodeHex('SHA256=00ff', 'sha256=')).toBeUndefined();
    expect(decodeHex('00ff', 'sha256=')).toBeUndefined();
  });

  it('passes with any of the keys, but not in a list of more than ten', () => {
    const claim = { algorithm: 'sha256', content: ['con', Buffer.from('tent')], keys: ['old', 'new'] } as const;
    const wrong = Array.from({ length: 9 }, () => digest('wrong'));
    expect(isSigned({ ...claim, signatures: [digest('old')] })).toBe(true);
    expect(isSigned({ ...claim, signatures: [...wrong, digest('new')] })).toBe(true);
    expect(isSigned({ ...claim, signatures: [...wrong, undefined, digest('new')] })).toBe(false);
    expect(isSigned({ ...claim, signatures: [] })).toBe(false);
  });

  it.each([0, 1, 31, 33, 64])('of another length is wrong, and no error: %i bytes', (length) => {
    const signatures = [Buffer.concat([digest('old'), digest('old')]).subarray(0, length)];
    const check = () => isSigned({ algorithm: 'sha256', content: ['content'], signatures, keys: ['old'] });
    expect(check).not.toThrow();
    expect(check()).toBe(false);
  });

  it('takes as long to compare if the first byte is wrong as if the last one is', () => {
    const expected = Buffer.alloc(16 * 1024 * 1024);
    const wrongAt = (place: number) => {
      const actual = Buffer.from(expected);
      actual[place] = 1;
      return shortestMs(() => expect(equalBytes(actual, expected)).toBe(false));
    };
    expect(wrongAt(0)).toBeGreaterThan(wrongAt(expected.length - 1) / 4);
  });

  it('never passes with an empty key', () => {
    const signatures = [digest('')];
    expect(isSigned({ algorithm: 'sha256', content: ['content'], signatures, keys: [''] })).toBe(false);
    expect(isOneOf('', [''])).toBe(false);
  });
});

describe('the time window', () => {
  const seconds = Math.floor(now.getTime() / 1000);

  it.each([0, -299, -300, 299, 300])('accepts an offset of %d seconds', (offset) => {
    expect(isInWindow(String(seconds + offset), now)).toBe(true);
  });

  it.each([-301, 301, -86_400])('rejects an offset of %d seconds', (offset) => {
    expect(isInWindow(String(seconds + offset), now)).toBe(false);
  });

  it.each([
    '',
    ' ',
    'now',
    `${seconds}.0`,
    `+${seconds}`,
    ` ${seconds}`,
    `${seconds}x`,
    '1e9',
    '0x1',
    '-1',
    '9'.repeat(400),
  ])('rejects %j, which is not whole seconds', (text) => {
    expect(isInWindow(text, now)).toBe(false);
    expect(isInWindow(undefined, now)).toBe(false);
  });

  it('rejects milliseconds', () => {
    expect(isInWindow(String(now.getTime()), now)).toBe(false);
  });
});
