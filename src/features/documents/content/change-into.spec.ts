import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { changeInto } from './change-into.js';
import { shapeOfNode } from './copy.js';
import { docOf, fragmentOf, deltaOf, textOf } from './roots.js';

const FORMATS = [{}, { bold: true }, { italic: true, link: 'https://example.com' }, { header: 1 }];
const PIECES = ['a', 'bc', '\n', '😀', '😁 ', 'some more words '];

/** A seeded generator, so that a failure can be reproduced. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => (state = (state * 48_271) % 2_147_483_647) % sides;
}

function scribble(doc: Y.Doc, roll: (sides: number) => number): void {
  const text = textOf(doc);
  for (let steps = 1 + roll(6); steps > 0; steps--) {
    const at = roll(text.length + 1);
    text.insert(at, PIECES[roll(PIECES.length)] ?? '', FORMATS[roll(FORMATS.length)]);
    if (roll(4) === 0) text.insertEmbed(0, { image: `${roll(9)}.png` });
    if (roll(3) === 0) text.delete(0, roll(text.length));
    scribbleNodes(fragmentOf(doc), roll);
  }
}

function scribbleNodes(fragment: Y.XmlFragment, roll: (sides: number) => number): void {
  const words = new Y.XmlText();
  words.insert(0, PIECES[roll(PIECES.length)] ?? '', FORMATS[roll(FORMATS.length)]);
  words.setAttribute('lang', 'en');
  const node = new Y.XmlElement('paragraph');
  node.setAttribute('level', String(roll(3)));
  node.insert(0, [words]);
  fragment.insert(roll(fragment.length + 1), [node]);
  if (roll(3) === 0) fragment.delete(roll(fragment.length), 1);
}

const copyOf = (doc: Y.Doc): Y.Doc => docOf([Y.encodeStateAsUpdate(doc)]);
const contentOf = (doc: Y.Doc) => [merged(textOf(doc)), fragmentOf(doc).toArray().map(shapeOfNode)];

/** Makes adjacent ops with the same attributes equal to one op, in any order of the attributes. */
function merged(text: Y.Text): string[] {
  return deltaOf(text).flatMap(({ insert, attributes }) => {
    const looks = JSON.stringify(Object.entries(attributes ?? {}).toSorted());
    return typeof insert === 'string' ? insert.split('').map((unit) => unit + looks) : [JSON.stringify(insert) + looks];
  });
}

describe('changing a document into an older version', () => {
  it('results in the same text, formats, embeds and nodes after any edits in between', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const roll = dice(seed);
      const doc = new Y.Doc();
      scribble(doc, roll);
      const version = copyOf(doc);
      const other = copyOf(doc);
      scribble(doc, roll);
      Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
      const change = changeInto(doc, version);
      if (change !== undefined) Y.applyUpdate(other, change);
      expect({ seed, content: contentOf(doc) }).toEqual({ seed, content: contentOf(version) });
      expect({ seed, content: contentOf(other) }).toEqual({ seed, content: contentOf(version) });
    }
  });

  it('makes no change when the content is the same', () => {
    const doc = new Y.Doc();
    scribble(doc, dice(5));
    expect(changeInto(doc, copyOf(doc))).toBeUndefined();
  });

  it('does not touch the common beginning and end, so that concurrent edits there stay', () => {
    const doc = new Y.Doc();
    textOf(doc).insert(0, 'the first, the last');
    const version = copyOf(doc);
    textOf(doc).insert(10, ' and wrong');
    const other = copyOf(doc);
    textOf(other).insert(textOf(other).length, '!');
    const change = changeInto(doc, version);
    if (change !== undefined) Y.applyUpdate(other, change);
    expect(textOf(other).toString()).toBe('the first, the last!');
  });
});
