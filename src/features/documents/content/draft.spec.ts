import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { Draft } from './draft.js';
import { DOCUMENT_BYTES, DOCUMENT_BYTES_WITH_REFUSED, MAX_NESTED, PIECE_BYTES } from './limits.js';

const write = (change: (doc: Y.Doc) => void): Uint8Array => {
  const doc = new Y.Doc();
  change(doc);
  return Y.encodeStateAsUpdate(doc);
};
const text = (length: number) => write((doc) => doc.getText('content').insert(0, 'x'.repeat(length)));
const codeOf = (attempt: () => unknown): unknown => {
  try {
    return attempt();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('a draft', () => {
  it('says what is new in an update, and that there is nothing new in it the second time', () => {
    const draft = new Draft([]);
    const update = text(3);
    const { fresh, isIncomplete } = draft.try(update);
    expect(isIncomplete).toBe(false);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, fresh ?? new Uint8Array());
    expect(doc.getText('content').toString()).toBe('xxx');
    expect(draft.try(update).fresh).toBeUndefined();
  });

  it('leaves out what builds on changes that it has not seen, and takes it together with them', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    doc.getText('content').insert(0, 'first');
    doc.getText('content').insert(5, ' second');
    const draft = new Draft([]);
    expect(draft.try(updates[1] ?? new Uint8Array())).toMatchObject({ fresh: undefined, isIncomplete: true });
    const { fresh, isIncomplete } = draft.try(Y.encodeStateAsUpdate(doc));
    expect({ isNew: fresh !== undefined, isIncomplete }).toEqual({ isNew: true, isIncomplete: false });
  });

  it('drops a piece that is larger than a piece may be, and takes what the same client writes before and after it', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    doc.getText('content').insert(0, 'before ');
    doc.getText('content').insert(7, 'x'.repeat(PIECE_BYTES));
    doc.getText('content').insert(doc.getText('content').length, 'after', { bold: true });
    const draft = new Draft([]);
    const tried = updates.map((update) => draft.try(update));
    expect(tried.map(({ refusal }) => refusal?.code)).toEqual([undefined, 'document.update-too-large', undefined]);
    const other = new Y.Doc();
    for (const { fresh } of tried) Y.applyUpdate(other, fresh ?? new Uint8Array([0, 0]));
    expect(other.getText('content').toString()).toBe('before after');
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    expect(doc.getText('content').toString()).toBe('before after');
    expect(new Draft([]).try(text(PIECE_BYTES - 1_000)).refusal).toBeUndefined();
  });

  it('drops the same content of a client that sends all that it has at once, and nothing else', () => {
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'x'.repeat(PIECE_BYTES));
    doc.getText('content').insert(0, 'before ');
    const nodes = doc.getXmlFragment('default');
    nodes.insert(0, [new Y.XmlElement('paragraph')]);
    const { fresh, refusal } = new Draft([]).try(Y.encodeStateAsUpdate(doc));
    const other = new Y.Doc();
    Y.applyUpdate(other, fresh ?? new Uint8Array());
    expect(refusal?.code).toBe('document.update-too-large');
    expect(other.getText('content').toString()).toBe('before ');
    expect(other.getXmlFragment('default').toString()).toBe('<paragraph></paragraph>');
  });

  it('drops what would make the document larger than one may be, and still takes what deletes', () => {
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'x'.repeat(DOCUMENT_BYTES - 1_000));
    const stored = Y.encodeStateAsUpdate(doc);
    expect(new Draft([stored]).try(text(2_000)).refusal?.code).toBe('document.too-large');
    expect(new Draft([stored]).try(text(500)).refusal).toBeUndefined();
    const before = Y.encodeStateVector(doc);
    doc.getText('content').delete(0, 2_000);
    const deletion = Y.encodeStateAsUpdate(doc, before);
    expect(new Draft([stored]).try(deletion)).toMatchObject({ fresh: expect.anything(), refusal: undefined });
  });

  it('keeps the small pieces of a change that is too large as a whole', () => {
    const full = text(DOCUMENT_BYTES - 10_000);
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'y'.repeat(20_000));
    doc.getMap('small').set('word', 'kept');
    const { fresh, refusal } = new Draft([full]).try(Y.encodeStateAsUpdate(doc));
    const other = new Y.Doc();
    Y.applyUpdate(other, fresh ?? new Uint8Array());
    expect([refusal?.code, other.getText('content').length]).toEqual(['document.too-large', 0]);
    expect(other.getMap('small').toJSON()).toEqual({ word: 'kept' });
  });

  it('refuses everything when there is no room for what is left of dropped content either', () => {
    const draft = new Draft([text(DOCUMENT_BYTES_WITH_REFUSED)]);
    expect(codeOf(() => draft.try(text(10)))).toBe('document.too-large');
  });

  it('counts once what was tried out and is stored then', () => {
    const draft = new Draft([]);
    for (let pieces = 0; pieces < 3; pieces++) {
      const { fresh = new Uint8Array() } = draft.try(text(PIECE_BYTES - 1_000));
      draft.add(fresh);
    }
    expect(codeOf(() => draft.try(text(PIECE_BYTES - 1_000)).isIncomplete)).toBe(false);
  });

  it('does not count what was typed and deleted again', () => {
    const doc = new Y.Doc();
    const draft = new Draft([]);
    doc.on('update', (update: Uint8Array) => expect(draft.try(update).isIncomplete).toBe(false));
    for (let round = 0; round < 6; round++) {
      doc.getText('content').insert(0, 'x'.repeat(PIECE_BYTES - 1_000));
      doc.getText('content').delete(0, PIECE_BYTES - 1_000);
    }
  });

  it.each([
    ['nothing at all', []],
    ['noise', [255, 254, 253, 1, 2, 3]],
    ['more structs than there are bytes', [255, 255, 255, 255, 15, 1, 1, 0]],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => new Draft([]).try(Uint8Array.from(bytes)))).toBe('document.invalid-update');
  });

  it('refuses what nests so deep that walking it would end the process', () => {
    const nested = (levels: number) =>
      write((doc) => {
        let inner = doc.getMap('root');
        for (let level = 0; level < levels; level++) inner = inner.set('in', new Y.Map());
      });
    expect(codeOf(() => new Draft([]).try(nested(MAX_NESTED + 5)))).toBe('document.invalid-update');
    expect(new Draft([]).try(nested(MAX_NESTED - 5)).fresh).toBeDefined();
  });
});
