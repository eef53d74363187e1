import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { mayMention, mentionsIn } from './mentions.js';

const ANNA = '0193a1b2-0000-7000-8000-00000000000a';
const BEN = '0193a1b2-0000-7000-8000-00000000000b';

function documentWith(edit: (text: Y.Text, nodes: Y.XmlFragment) => void): Y.Doc {
  const doc = new Y.Doc();
  edit(doc.getText('content'), doc.getXmlFragment('default'));
  return doc;
}

function mentionNode(id: string | object): Y.XmlElement {
  const node = new Y.XmlElement<{ id: string | object }>('mention');
  node.setAttribute('id', id);
  return node as unknown as Y.XmlElement;
}

describe('the mentions in a document', () => {
  it('are counted for each user, in texts, as nodes at any depth and as embeds', () => {
    const doc = documentWith((text, nodes) => {
      text.insert(0, `Ask @[Anna](user:${ANNA}) or @[Ben](user:${BEN.toUpperCase()}).`);
      text.insertEmbed(0, { mention: { id: BEN, value: 'Ben' } });
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText(`and @[Anna](user:${ANNA})`), mentionNode(ANNA)]);
      const quote = new Y.XmlElement('blockquote');
      quote.insert(0, [paragraph]);
      nodes.insert(0, [quote]);
    });
    expect(mentionsIn(doc)).toEqual(
      new Map([
        [BEN, 2],
        [ANNA, 3],
      ]),
    );
  });

  it('do not include text that only looks like one', () => {
    const doc = documentWith((text, nodes) => {
      text.insert(0, `@[nobody](user:${'0'.repeat(36)}) (user:${ANNA}) @Anna @[Anna](https://example.com/${ANNA})`);
      text.insertEmbed(0, { image: ANNA });
      text.insertEmbed(0, { mention: { id: 'anna' } });
      const other = new Y.XmlElement('image');
      other.setAttribute('id', ANNA);
      nodes.insert(0, [other, mentionNode({ toString: 1 }), mentionNode('anna'), new Y.XmlElement('mention')]);
    });
    expect(mentionsIn(doc).size).toBe(0);
  });

  it('include the first 200 users only', () => {
    const idOf = (n: number) => `0193a1b2-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const doc = documentWith((text) => {
      for (let n = 0; n < 250; n++) text.insert(text.length, `@[x](user:${idOf(n)})`);
      text.insert(text.length, `@[x](user:${idOf(0)})@[x](user:${idOf(249)})`);
    });
    const mentions = mentionsIn(doc);
    expect(mentions.size).toBe(200);
    expect(mentions.get(idOf(0))).toBe(2);
    expect(mentions.has(idOf(249))).toBe(false);
  });

  it('are searched in an adversarial text of 4 MiB within a second', () => {
    const doc = documentWith((text) => text.insert(0, '@['.repeat(2 * 1024 * 1024)));
    const startedAt = performance.now();
    expect(mentionsIn(doc).size).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('are recognized in an update that inserts one, and not in another', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    doc.getText('content').insert(0, 'the user: Anna');
    doc.getText('content').insert(0, `@[Anna](user:${ANNA})`);
    doc.getXmlFragment('default').insert(0, [mentionNode(ANNA)]);
    expect(updates.map(mayMention)).toEqual([false, true, true]);
  });
});
