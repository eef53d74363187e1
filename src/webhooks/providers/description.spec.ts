import { describe, expect, it } from '@jest/globals';

import { deliveryIdFrom } from './delivery-id.js';
import { describeAs } from './description.js';

function titleFrom(title: string): string {
  return describeAs({ eventType: 'test', title }).title;
}

describe('a description', () => {
  it('has a title of one line without control characters', () => {
    expect(titleFrom(' a\r\nb\u2028c\t\u0000d\u001b[31m\u007fe ')).toBe('a b c d [31m e');
  });

  it('has no controls that turn the reading direction, and no half characters', () => {
    expect(titleFrom('invoice\u202egpj.exe \ud83d')).toBe('invoicegpj.exe');
  });

  it('has a title of 200 characters at most, cut between characters', () => {
    expect(titleFrom('x'.repeat(200))).toBe('x'.repeat(200));
    expect(titleFrom('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
    expect(titleFrom(`${'x'.repeat(198)}😀😀`)).toBe(`${'x'.repeat(198)}…`);
  });

  it('falls back to the event where the title is empty', () => {
    expect(titleFrom('\u0000 \n')).toBe('test');
    expect(describeAs({ eventType: undefined, title: '' })).toMatchObject({ eventType: 'unknown', title: 'unknown' });
  });

  it.each([
    ['https://github.com/octo/hello', 'https://github.com/octo/hello'],
    ['http://example.com/a b', 'http://example.com/a%20b'],
    ['javascript:alert(1)', null],
    ['data:text/html,hi', null],
    ['/relative', null],
    ['', null],
    [`https://example.com/${'x'.repeat(3000)}`, null],
  ])('links to %s as %s', (url, expected) => {
    expect(describeAs({ eventType: 'test', title: 'test', url }).url).toBe(expected);
  });
});

describe('a delivery id', () => {
  it.each(['1', 'a:b', 'with space', 'ü', '😀', 'x'.repeat(200)])('is taken as it came: %s', (id) => {
    expect(deliveryIdFrom(id)).toBe(id);
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(201)],
    ['a number', 7],
    ['with a NUL', 'a\0b'],
    ['half a surrogate pair', 'a\ud83d'],
    ['missing', undefined],
    ['an object', {}],
  ])('is none when it is %s', (_name, id) => {
    expect(deliveryIdFrom(id)).toBeUndefined();
  });
});
