import { describe, expect, it } from '@jest/globals';
import { parseXml } from './parse-xml.js';

const parse = (text: string) => parseXml(Buffer.from(text));

describe('XML', () => {
  it.each<[string, string, unknown]>([
    ['an element with text', '<a>text</a>', { a: 'text' }],
    ['an empty element', '<a/>', { a: '' }],
    ['attributes', '<a id="7" x:y="z">t</a>', { a: { '@id': '7', '@x:y': 'z', '#text': 't' } }],
    ['elements, one of them repeated', '<a><b>1</b><c>2</c><b>3</b></a>', { a: { b: ['1', '3'], c: '2' } }],
    ['text among elements', '<a> x <b/> y </a>', { a: { '#text': 'x  y', b: '' } }],
    [
      'the five entities and characters by number',
      '<a>&lt;&amp;&gt;&quot;&apos;&#228;&#x1F600;</a>',
      { a: '<&>"\'ä😀' },
    ],
    ['CDATA as it is', '<a><![CDATA[<b>&amp;</b>]]></a>', { a: '<b>&amp;</b>' }],
    ['a declaration, a comment and an instruction', '<?xml version="1.0"?><!-- c --><?p i?><a>1</a>', { a: '1' }],
    ['a byte order mark and white space in front', '\uFEFF\n <a>1</a>', { a: '1' }],
    ['a document type', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>1</a>', { a: '1' }],
    ['names with a prefix', '<s:E xmlns:s="urn:x"><s:B>1</s:B></s:E>', { 's:E': { '@xmlns:s': 'urn:x', 's:B': '1' } }],
    [
      'names of Object.prototype',
      '<a><constructor>1</constructor><__proto__>2</__proto__></a>',
      { a: { constructor: '1' } },
    ],
    ['64 levels', `${'<a>'.repeat(64)}${'</a>'.repeat(64)}`, expect.anything()],
  ])('is read with %s', (_name, text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ['an own entity', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an element that is not closed', '<a><b></a>'],
    ['no end', '<a>text'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<b>hi</b> there'],
    ['65 levels', `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`],
    ['2,001 elements', `<a>${'<b/>'.repeat(2_000)}</a>`],
    ['2,001 attributes', `<a ${Array.from({ length: 2_000 }, (_, i) => `b${i}=""`).join(' ')}/>`],
    ['more than 64 KiB', `<a>${'x'.repeat(65_536)}</a>`],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['nothing', ''],
  ])('is unreadable with %s', (_name, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'delivery.unreadable' }));
  });
});
