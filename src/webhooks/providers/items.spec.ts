import { describe, expect, it } from '@jest/globals';
import { itemsIn, MAX_ITEMS } from './items.js';

const items = (body: string) =>
  itemsIn({ headers: {}, body: Buffer.from(body), url: '' })?.map((item) => [item.body.toString(), item.id]);

describe('the items of a batch', () => {
  it.each<[string, string, unknown]>([
    [
      'a list',
      '[{"id":"a"},{"id":7},{"x":1}]',
      [
        ['{"id":"a"}', 'a'],
        ['{"id":7}', '7'],
        ['{"x":1}', undefined],
      ],
    ],
    [
      'a list with white space',
      ' [\n { "a" : 1 } ,\t2 ]\n',
      [
        ['{ "a" : 1 }', undefined],
        ['2', undefined],
      ],
    ],
    [
      'brackets and quotes in strings',
      '["a],[\\"","\\\\",{"b":"}"}]',
      [
        ['"a],[\\""', undefined],
        ['"\\\\"', undefined],
        ['{"b":"}"}', undefined],
      ],
    ],
    [
      'lists in a list',
      '[[1,2],[3]]',
      [
        ['[1,2]', undefined],
        ['[3]', undefined],
      ],
    ],
    ['a list with a byte order mark', '\uFEFF[1]', [['1', undefined]]],
    [
      'JSON Lines',
      '{"sg_event_id":"x"}\r\n\n{"b":2}\n',
      [
        ['{"sg_event_id":"x"}', 'x'],
        ['{"b":2}', undefined],
      ],
    ],
  ])('are those of %s', (_name, body, expected) => {
    expect(items(body)).toEqual(expected);
  });

  it.each([
    ['an object', '{"a":[1,2]}'],
    ['an object over several lines', '{\n"a":[1]\n}'],
    ['one line', '{"a":1}\n'],
    ['an empty list', '[ ]'],
    ['a list without its end', '[{"a":1},'],
    ['a string without its end', '["a,1]'],
    ['lines of text', '{"a":1}\nhello\n'],
    ['text', 'hello'],
    ['nothing', ''],
    ['more than 4 MiB', `[1,"${'x'.repeat(4_194_304)}"]`],
  ])('are not looked for in %s', (_name, body) => {
    expect(items(body)).toBeUndefined();
  });

  it('are at most one more than 1,000', () => {
    expect(items(`[${'1,'.repeat(5_000)}1]`)).toHaveLength(MAX_ITEMS + 1);
    expect(items('{"a":1}\n'.repeat(5_000))).toHaveLength(MAX_ITEMS + 1);
  });
});
