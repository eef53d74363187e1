import { describe, expect, it } from '@jest/globals';
import { dispositionFor } from './export-file.js';

const named = (title: string) => /filename\*=UTF-8''(.*)$/.exec(dispositionFor(title, 'md'))?.[1];

describe('the name of a download', () => {
  it('is the title, in ASCII and in UTF-8', () => {
    expect(dispositionFor('Übersicht 2026', 'md')).toBe(
      `attachment; filename="-bersicht 2026.md"; filename*=UTF-8''%C3%9Cbersicht%202026.md`,
    );
  });

  it.each([
    ['../../etc/passwd', 'etc-passwd.md'],
    ['.hidden', 'hidden.md'],
    ['a"; filename="b\r\nX: y', 'a-%20filename-b-X-%20y.md'],
    ['\uD800', 'document.md'],
    ['😀', 'document.md'],
    ['...', 'document.md'],
    ['x'.repeat(300), `${'x'.repeat(100)}.md`],
  ])('made from %j is only a file name', (title, expected) => {
    expect(named(title)).toBe(expected);
  });
});
