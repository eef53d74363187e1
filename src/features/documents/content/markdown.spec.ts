import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { markdown } from './markdown.js';
import { plainText } from './plain-text.js';
import { fragmentOf, textOf } from './roots.js';

type Insert = [insert: string, attributes?: Record<string, unknown>];
type Node = string | Y.XmlText | Y.XmlElement;

function quill(...inserts: Insert[]): string {
  const doc = new Y.Doc();
  textOf(doc).applyDelta(inserts.map(([insert, attributes]) => ({ insert, ...(attributes && { attributes }) })));
  return markdown(doc);
}

/** An element in Tiptap's form. */
function element(name: string, attributes: Record<string, unknown>, ...children: Node[]): Y.XmlElement {
  const made = new Y.XmlElement<Record<string, never>>(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value as never);
  made.insert(
    0,
    children.map((child) => (typeof child === 'string' ? new Y.XmlText(child) : child)),
  );
  return made;
}

function tiptap(...nodes: Y.XmlElement[]): Y.Doc {
  const doc = new Y.Doc();
  fragmentOf(doc).insert(0, nodes);
  return doc;
}

const p = (...children: Node[]): Y.XmlElement => element('paragraph', {}, ...children);

describe('markdown of a Quill text', () => {
  it('contains headings, paragraphs and nested lists', () => {
    const text = quill(
      ['Title'],
      ['\n', { header: 2 }],
      ['One line\nAnother\n\nfirst'],
      ['\n', { list: 'ordered' }],
      ['second'],
      ['\n', { list: 'ordered' }],
      ['inside'],
      ['\n', { list: 'bullet', indent: 1 }],
      ['done'],
      ['\n', { list: 'checked' }],
    );
    expect(text).toBe(
      '## Title\n\nOne line\n\nAnother\n\n1. first\n2. second\n   - inside\n\n<!-- -->\n\n- [x] done\n',
    );
  });

  it('contains marks that nest and exclude surrounding spaces', () => {
    expect(quill(['a '], ['bold ', { bold: true }], ['b', { italic: true }], ['\n'])).toBe('a **bold** *b*\n');
    expect(quill(['x', { bold: true }], ['y', { bold: true, italic: true }])).toBe('**x*y***\n');
    expect(quill(['x', { bold: true }], ['y', { italic: true }])).toBe('**x**<!-- -->*y*\n');
    expect(quill(['x.', { bold: true }], ['y'])).toBe('**x.**<!-- -->y\n');
    expect(quill(['a`b', { code: true }])).toBe('`` a`b ``\n');
  });

  it('contains safe links, and only the text of unsafe ones', () => {
    expect(quill(['here', { link: 'https://example.com/a b(c)' }])).toBe('[here](https://example.com/a%20b%28c%29)\n');
    expect(quill(['here', { link: 'javascript:alert(1)' }])).toBe('here\n');
    expect(quill(['here', { link: `https://example.com/${'x'.repeat(3_000)}` }])).toBe('here\n');
  });

  it('contains code unchanged, in a fence that the code cannot close', () => {
    expect(quill(['let *x*;'], ['\n', { 'code-block': 'js' }], ['```'], ['\n', { 'code-block': 'js' }])).toBe(
      '````js\nlet *x*;\n```\n````\n',
    );
  });

  it.each([
    ['# no heading', '\\# no heading\n'],
    ['- no item', '\\- no item\n'],
    ['1. no item', '1\\. no item\n'],
    ['    no code', 'no code\n'],
    ['> no quote', '\\> no quote\n'],
    [
      '*no* _emphasis_ `code` [link](x) <b> ~~s~~',
      '\\*no\\* \\_emphasis\\_ \\`code\\` \\[link\\](x) \\<b\\> \\~\\~s\\~\\~\n',
    ],
    ['&amp; & \\', '\\&amp; & \\\\\n'],
    ['---', '\\---\n'],
  ])('escapes %j so that it stays text', (text, expected) => {
    expect(quill([text])).toBe(expected);
  });
});

describe('markdown of a ProseMirror or Tiptap fragment', () => {
  it('contains the content of all common nodes', () => {
    const marked = new Y.XmlText();
    marked.applyDelta([
      { insert: 'strong', attributes: { strong: {} } },
      { insert: ' and ' },
      { insert: 'linked', attributes: { link: { href: 'https://example.com' } } },
    ]);
    const doc = tiptap(
      element('heading', { level: 1 }, 'Title'),
      p(marked, element('hardBreak', {}), '# next', element('mention', { id: 'u1', label: 'Ada' })),
      element(
        'bullet_list',
        {},
        element('list_item', {}, p('one'), element('orderedList', { start: 3 }, element('listItem', {}, p('three')))),
      ),
      element('taskList', {}, element('taskItem', { checked: true }, p('done'))),
      element('blockquote', {}, p('quoted'), p('twice')),
      element('codeBlock', { language: 'ts' }, 'const a = 1;\nconst b = 2;'),
      element('horizontalRule', {}),
    );
    expect(markdown(doc)).toBe(
      [
        '# Title',
        '**strong** and [linked](https://example.com)\\\n\\# next@Ada',
        '- one\n  3. three',
        '<!-- -->',
        '- [x] done',
        '> quoted\n>\n> twice',
        '```ts\nconst a = 1;\nconst b = 2;\n```',
        '---\n',
      ].join('\n\n'),
    );
    expect(plainText(doc).split('\n').slice(0, 3)).toEqual(['Title', 'strong and linked', '# next@Ada']);
  });

  it('escapes number signs at the end of a heading, and handles long rows of them and of spaces in linear time', () => {
    expect(markdown(tiptap(element('heading', { level: 1 }, 'in C ##')))).toBe('# in C \\##\n');
    const rows = `a${'#'.repeat(500_000)} ${' '.repeat(500_000)}b`;
    const began = performance.now();
    expect(markdown(tiptap(element('heading', { level: 1 }, rows)))).toHaveLength(rows.length + 3);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('tolerates attributes of any type', () => {
    const odd = tiptap(
      element('heading', { level: { is: 'odd' } }, 'x'),
      element('image', { src: ['y'], alt: null }),
      element('unknown', {}, p('inside')),
    );
    expect(markdown(odd)).toBe('# x\n\nimage\n\ninside\n');
  });

  it('nests quotes and lists up to eight levels, and keeps the text of deeper ones', () => {
    let nested = p('deep');
    for (let depth = 0; depth < 90; depth++) nested = element('blockquote', {}, nested);
    expect(markdown(tiptap(nested))).toBe(`${'> '.repeat(8)}deep\n`);
  });

  it('is rejected before it exceeds the maximum size of an export', () => {
    const link = `https://example.com/${'x'.repeat(2_000)}`;
    expect(() => quill(['line\n'.repeat(10_000), { link }])).toThrow(
      expect.objectContaining({ code: 'document.export-too-large' }),
    );
  });
});
