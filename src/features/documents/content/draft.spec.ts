import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { Draft } from './draft.js';
import { DOCUMENT_BYTES, MOST_NESTED, UPDATE_BYTES } from './limits.js';

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
    expect(draft.try(updates[1] ?? new Uint8Array())).toEqual({ fresh: undefined, isIncomplete: true });
    const { fresh, isIncomplete } = draft.try(Y.encodeStateAsUpdate(doc));
    expect({ isNew: fresh !== undefined, isIncomplete }).toEqual({ isNew: true, isIncomplete: false });
  });

  it('refuses an update that is larger than one may be', () => {
    expect(codeOf(() => new Draft([]).try(text(UPDATE_BYTES)))).toBe('document.update-too-large');
    expect(new Draft([]).try(text(UPDATE_BYTES - 1_000)).fresh).toBeDefined();
  });

  it('refuses what would make the document larger than one may be, and still takes what deletes', () => {
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'x'.repeat(DOCUMENT_BYTES - 1_000));
    const stored = Y.encodeStateAsUpdate(doc);
    expect(codeOf(() => new Draft([stored]).try(text(2_000)))).toBe('document.too-large');
    const before = Y.encodeStateVector(doc);
    doc.getText('content').delete(0, 2_000);
    const deletion = Y.encodeStateAsUpdate(doc, before);
    expect(new Draft([stored]).try(deletion).fresh).toBeDefined();
  });

  it('counts once what was tried out and is stored then', () => {
    const draft = new Draft([]);
    for (let pieces = 0; pieces < 3; pieces++) {
      const { fresh = new Uint8Array() } = draft.try(text(UPDATE_BYTES - 1_000));
      draft.add(fresh);
    }
    expect(codeOf(() => draft.try(text(UPDATE_BYTES - 1_000)).isIncomplete)).toBe(false);
  });

  it('does not count what was typed and deleted again', () => {
    const doc = new Y.Doc();
    const draft = new Draft([]);
    doc.on('update', (update: Uint8Array) => expect(draft.try(update).isIncomplete).toBe(false));
    for (let round = 0; round < 6; round++) {
      doc.getText('content').insert(0, 'x'.repeat(UPDATE_BYTES - 1_000));
      doc.getText('content').delete(0, UPDATE_BYTES - 1_000);
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
    expect(codeOf(() => new Draft([]).try(nested(MOST_NESTED + 5)))).toBe('document.invalid-update');
    expect(new Draft([]).try(nested(MOST_NESTED - 5)).fresh).toBeDefined();
  });
});
