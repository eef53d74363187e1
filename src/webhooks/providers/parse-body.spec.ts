import { describe, expect, it } from '@jest/globals';

import { TidingsError } from '../../platform/errors.js';
import { cpuTimeOf } from './cpu-time.fixtures.js';
import { parseEntire, parseForm, parseJson, parseObject, peekObject } from './parse-body.js';

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

describe('the body parser', () => {
  it.each([
    ['no JSON', Buffer.from('{"a":')],
    ['an empty body', Buffer.alloc(0)],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('rejects %s as unreadable', (_name, body) => {
    expect(codeOf(() => parseJson(body))).toBe('delivery.unreadable');
    expect(peekObject(body)).toBeUndefined();
  });

  it.each([
    ['65 levels', nested(65)],
    ['100,000 levels', nested(100_000)],
    ['10,001 keys', withKeys(10_001)],
    ['25 MiB of text', Buffer.from(JSON.stringify({ text: 'x'.repeat(26_214_390) }))],
  ])('reads the outline of %s', (_name, body) => {
    expect(codeOf(() => parseJson(body))).toBeUndefined();
  });

  it.each([
    ['an own __proto__', '{"a":{"__proto__":{"admin":true},"b":1},"c":2}'],
    ['an own __proto__ in escapes', '{"a":{"\\u005f_proto__":1,"b":1},"c":2}'],
    ['constructor.prototype', '{"a":{"constructor":{"prototype":{"admin":true}},"b":1},"c":2}'],
  ])('leaves out %s and reads the rest', (_name, body) => {
    expect(parseJson(body)).toEqual({ a: { b: 1 }, c: 2 });
    expect(Object.keys(parseObject(body)['a'] as object)).toEqual(['b']);
  });

  it('reads 64 levels and 10,000 keys', () => {
    expect(codeOf(() => parseJson(nested(64)))).toBeUndefined();
    expect(codeOf(() => parseJson(withKeys(10_000)))).toBeUndefined();
  });

  it('ignores brackets and colons inside strings', () => {
    const text = `\\"${'[{:'.repeat(20_000)}\\`;
    expect(parseJson(JSON.stringify({ text }))).toEqual({ text });
  });

  it('reads a field named constructor', () => {
    expect(parseJson('{"constructor":"McLaren"}')).toEqual({ constructor: 'McLaren' });
  });

  it.each(['[]', 'null', '"text"', '17'])('rejects %s where an object is required', (body) => {
    expect(codeOf(() => parseObject(body))).toBe('delivery.unreadable');
  });

  it('rejects a form that is not UTF-8, and reads the first 10,000 fields of a longer one', () => {
    expect(codeOf(() => parseForm(Buffer.from([0xff])))).toBe('delivery.unreadable');
    expect(parseForm(Buffer.from('a=1&'.repeat(10_001))).size).toBe(10_000);
  });

  it.each(['a=1&b=%C3%BC+x&&c&=d&e=%zz%4&f=a=b', '', 'a', '%', '+=+', 'x=%00%FF'])(
    'reads the form %j as a browser does',
    (text) => {
      expect([...parseForm(Buffer.from(text))]).toEqual([...new URLSearchParams(text)]);
    },
  );

  it.each(['<order/>', '\uFEFF <?xml version="1.0"?><a/>'])('treats %j as XML and returns no fields', (text) => {
    expect(parseObject(Buffer.from(text))).toEqual({});
  });

  it.each([
    ['170,000 empty objects', `[${'{},'.repeat(170_000)}{}]`],
    ['170,000 empty lists', `[${'[],'.repeat(170_000)}[]]`],
    ['250,000 numbers', `[${'1,'.repeat(250_000)}1]`],
  ])('reads the outline of %s without blocking the event loop', async (_name, body) => {
    expect(codeOf(() => parseJson(body))).toBeUndefined();
    expect(parseEntire(body)).toBeUndefined();
    expect(await cpuTimeOf(() => parseJson(body))).toBeLessThan(50);
  });

  it('reads all of 20,000 values', () => {
    const numbers = Array.from({ length: 20_000 }, (_, i) => i);
    expect(parseJson(JSON.stringify(numbers))).toEqual(numbers);
  });

  it('reads the outline of 100,000 numeric keys without blocking the event loop', () => {
    const body = withKeys(100_000);
    // The time of the processor, since other processes of the machine may have it for seconds.
    const begin = process.cpuUsage();
    expect(codeOf(() => parseJson(body))).toBeUndefined();
    const { user, system } = process.cpuUsage(begin);
    expect((user + system) / 1_000).toBeLessThan(500);
  });
});
