import { describe, expect, it } from '@jest/globals';
import { curlOf, type CurlRequest } from '../../dashboard/src/screens/deliveries/curl.js';
import { diffLines, withContext } from '../../dashboard/src/screens/deliveries/line-diff.js';

const shown = (before: string[], after: string[]): string[] =>
  diffLines(before.join('\n'), after.join('\n')).lines.map(
    ({ kind, text }) => ({ same: ' ', added: '+', removed: '-' })[kind] + text,
  );

describe('the difference of two texts', () => {
  it('keeps the longest common lines, and has the others in their order', () => {
    expect(shown(['a', 'b', 'c', 'd'], ['a', 'c', 'x', 'd'])).toEqual([' a', '-b', ' c', '+x', ' d']);
    expect(shown(['a'], ['a'])).toEqual([' a']);
    expect(shown(['a', 'b'], ['c'])).toEqual(['-a', '-b', '+c']);
    expect(shown(['x', 'x'], ['x', 'x', 'x'])).toEqual([' x', ' x', '+x']);
  });

  it('gives back both texts, whatever they are', () => {
    let seed = 7;
    const next = () => (seed = (seed * 48_271) % 2_147_483_647);
    const text = () => Array.from({ length: next() % 12 }, () => 'abc'[next() % 3]).join('\n');
    for (let run = 0; run < 300; run++) {
      const [before, after] = [text(), text()];
      const { lines } = diffLines(before, after);
      const side = (left: string) => lines.flatMap((line) => (line.kind === left ? [] : [line.text])).join('\n');
      expect([side('added'), side('removed')]).toEqual([before, after]);
    }
  });

  it('shows a change as a whole when it is too large to compare', () => {
    const many = (letter: string) => Array.from({ length: 3_000 }, (_, place) => `${letter}${place}`).join('\n');
    const result = diffLines(`same\n${many('a')}`, `same\n${many('b')}`);
    expect([result.isExact, result.added, result.removed]).toEqual([false, 3_000, 3_000]);
  });

  it('leaves out equal lines that are far from a change', () => {
    const before = Array.from({ length: 20 }, (_, place) => String(place));
    const { lines } = diffLines(before.join('\n'), before.with(10, 'ten').join('\n'));
    expect(withContext(lines, 1)).toEqual([
      { kind: 'skipped', count: 9 },
      { kind: 'same', text: '9' },
      { kind: 'removed', text: '10' },
      { kind: 'added', text: 'ten' },
      { kind: 'same', text: '11' },
      { kind: 'skipped', count: 8 },
    ]);
  });
});

describe('a delivery as a command for curl', () => {
  const delivery = { method: 'POST', headers: { 'x-event': "it's", host: 'old', 'content-length': '3' } } as const;
  const command = (part: Partial<CurlRequest>) => curlOf({ ...delivery, ...part }, 'https://example.com/webhooks/key');

  it('quotes for a shell, and leaves out the headers of the old connection', () => {
    expect(command({ body: "@'$x", bodyEncoding: 'utf8' })).toBe(
      [
        String.raw`printf %s '@'\''$x' | curl -X POST \ `.trimEnd(),
        String.raw`  'https://example.com/webhooks/key' \ `.trimEnd(),
        String.raw`  -H 'x-event: it'\''s' \ `.trimEnd(),
        String.raw`  -H 'content-type:' \ `.trimEnd(),
        '  --data-binary @-',
      ].join('\n'),
    );
  });

  it('decodes binary bytes, sends a query as GET, and does not exist without a body', () => {
    expect(command({ body: '/w==', bodyEncoding: 'base64' })).toMatch(/^printf %s '\/w==' \| base64 -d \| curl /);
    expect(command({ method: 'GET', body: 'a=1&b=2' })).toBe(`curl 'https://example.com/webhooks/key?a=1&b=2'`);
    expect(command({})).toBeUndefined();
  });
});
