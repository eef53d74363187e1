import { describe, expect, it } from '@jest/globals';

import { TidingsError } from '../../platform/errors/define-error.js';
import { parseForm, parseJson, parseObject, peekObject } from './parse-body.js';

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof TidingsError ? error.code : String(error);
  }
}

function nested(levels: number): Buffer {
  return Buffer.from('['.repeat(levels) + ']'.repeat(levels));
}

function withKeys(count: number): Buffer {
  return Buffer.from(JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}`, i]))));
}

describe('the parser of bodies', () => {
  it.each([
    ['no JSON', Buffer.from('{"a":')],
    ['an empty body', Buffer.alloc(0)],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['65 levels', nested(65)],
    ['100,000 levels', nested(100_000)],
    ['10,001 keys', withKeys(10_001)],
    ['an own __proto__', Buffer.from('{"a":{"__proto__":{"admin":true}}}')],
    ['an own __proto__ in escapes', Buffer.from('{"\\u005f_proto__":1}')],
    ['constructor.prototype', Buffer.from('[{"constructor":{"prototype":{"admin":true}}}]')],
  ])('refuses %s as unreadable', (_name, body) => {
    expect(codeOf(() => parseJson(body))).toBe('delivery.unreadable');
    expect(peekObject(body)).toBeUndefined();
  });

  it('reads 64 levels and 10,000 keys', () => {
    expect(codeOf(() => parseJson(nested(64)))).toBeUndefined();
    expect(codeOf(() => parseJson(withKeys(10_000)))).toBeUndefined();
  });

  it('counts neither brackets nor colons that are inside a text', () => {
    const text = `\\"${'[{:'.repeat(20_000)}\\`;
    expect(parseJson(JSON.stringify({ text }))).toEqual({ text });
  });

  it('reads a field that is merely called constructor', () => {
    expect(parseJson('{"constructor":"McLaren"}')).toEqual({ constructor: 'McLaren' });
  });

  it.each(['[]', 'null', '"text"', '17'])('refuses %s where a sender always sends an object', (body) => {
    expect(codeOf(() => parseObject(body))).toBe('delivery.unreadable');
  });

  it('refuses a form that is not UTF-8 or has more than 10,000 fields', () => {
    expect(codeOf(() => parseForm(Buffer.from([0xff])))).toBe('delivery.unreadable');
    expect(codeOf(() => parseForm(Buffer.from('a=1&'.repeat(10_001))))).toBe('delivery.unreadable');
  });

  it('gives up on 100,000 keys that look like numbers without holding up the process', () => {
    const body = withKeys(100_000);
    const start = performance.now();
    expect(codeOf(() => parseJson(body))).toBe('delivery.unreadable');
    expect(performance.now() - start).toBeLessThan(500);
  });
});
