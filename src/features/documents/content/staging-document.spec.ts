import { describe, expect, it } from '@jest/globals';
import * as Y from 'yjs';
import { StagingDocument } from './staging-document.js';
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

describe('a staging document', () => {
  it('returns the new part of an update, and nothing when the update is tried a second time', () => {
    const staging = new StagingDocument([]);
    const update = text(3);
    const { fresh, isIncomplete } = staging.try(update);
    expect(isIncomplete).toBe(false);
    const doc = new Y.Doc();
    Y.applyUpdate(doc, fresh ?? new Uint8Array());
    expect(doc.getText('content').toString()).toBe('xxx');
    expect(staging.try(update).fresh).toBeUndefined();
  });

  it('leaves out changes that depend on missing ones, and accepts them together with those', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    doc.getText('content').insert(0, 'first');
    doc.getText('content').insert(5, ' second');
    const staging = new StagingDocument([]);
    expect(staging.try(updates[1] ?? new Uint8Array())).toMatchObject({ fresh: undefined, isIncomplete: true });
    const { fresh, isIncomplete } = staging.try(Y.encodeStateAsUpdate(doc));
    expect({ isNew: fresh !== undefined, isIncomplete }).toEqual({ isNew: true, isIncomplete: false });
  });

  it('drops a piece that is too large, and accepts earlier and later changes of the same client', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    doc.getText('content').insert(0, 'before ');
    doc.getText('content').insert(7, 'x'.repeat(PIECE_BYTES));
    doc.getText('content').insert(doc.getText('content').length, 'after', { bold: true });
    const staging = new StagingDocument([]);
    const trials = updates.map((update) => staging.try(update));
    expect(trials.map(({ rejection }) => rejection?.code)).toEqual([undefined, 'document.update-too-large', undefined]);
    const other = new Y.Doc();
    for (const { fresh } of trials) Y.applyUpdate(other, fresh ?? new Uint8Array([0, 0]));
    expect(other.getText('content').toString()).toBe('before after');
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    expect(doc.getText('content').toString()).toBe('before after');
    expect(new StagingDocument([]).try(text(PIECE_BYTES - 1_000)).rejection).toBeUndefined();
  });

  it('drops only that content when a client sends its full state at once', () => {
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'x'.repeat(PIECE_BYTES));
    doc.getText('content').insert(0, 'before ');
    const nodes = doc.getXmlFragment('default');
    nodes.insert(0, [new Y.XmlElement('paragraph')]);
    const { fresh, rejection } = new StagingDocument([]).try(Y.encodeStateAsUpdate(doc));
    const other = new Y.Doc();
    Y.applyUpdate(other, fresh ?? new Uint8Array());
    expect(rejection?.code).toBe('document.update-too-large');
    expect(other.getText('content').toString()).toBe('before ');
    expect(other.getXmlFragment('default').toString()).toBe('<paragraph></paragraph>');
  });

  it('drops content that would make the document too large, and still accepts deletions', () => {
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'x'.repeat(DOCUMENT_BYTES - 1_000));
    const stored = Y.encodeStateAsUpdate(doc);
    expect(new StagingDocument([stored]).try(text(2_000)).rejection?.code).toBe('document.too-large');
    expect(new StagingDocument([stored]).try(text(500)).rejection).toBeUndefined();
    const before = Y.encodeStateVector(doc);
    doc.getText('content').delete(0, 2_000);
    const deletion = Y.encodeStateAsUpdate(doc, before);
    expect(new StagingDocument([stored]).try(deletion)).toMatchObject({
      fresh: expect.anything(),
      rejection: undefined,
    });
  });

  it('keeps the small pieces of a change that is too large as a whole', () => {
    const full = text(DOCUMENT_BYTES - 10_000);
    const doc = new Y.Doc();
    doc.getText('content').insert(0, 'y'.repeat(20_000));
    doc.getMap('small').set('word', 'kept');
    const { fresh, rejection } = new StagingDocument([full]).try(Y.encodeStateAsUpdate(doc));
    const other = new Y.Doc();
    Y.applyUpdate(other, fresh ?? new Uint8Array());
    expect([rejection?.code, other.getText('content').length]).toEqual(['document.too-large', 0]);
    expect(other.getMap('small').toJSON()).toEqual({ word: 'kept' });
  });

  it('rejects an update when the remains of dropped content do not fit either', () => {
    const staging = new StagingDocument([text(DOCUMENT_BYTES_WITH_REFUSED)]);
    expect(codeOf(() => staging.try(text(10)))).toBe('document.too-large');
  });

  it('counts an update once when it is tried and then stored', () => {
    const staging = new StagingDocument([]);
    for (let pieces = 0; pieces < 3; pieces++) {
      const { fresh = new Uint8Array() } = staging.try(text(PIECE_BYTES - 1_000));
      staging.add(fresh);
    }
    expect(codeOf(() => staging.try(text(PIECE_BYTES - 1_000)).isIncomplete)).toBe(false);
  });

  it('does not count text that was typed and deleted again', () => {
    const doc = new Y.Doc();
    const staging = new StagingDocument([]);
    doc.on('update', (update: Uint8Array) => expect(staging.try(update).isIncomplete).toBe(false));
    for (let round = 0; round < 6; round++) {
      doc.getText('content').insert(0, 'x'.repeat(PIECE_BYTES - 1_000));
      doc.getText('content').delete(0, PIECE_BYTES - 1_000);
    }
  });

  it.each([
    ['nothing at all', []],
    ['noise', [255, 254, 253, 1, 2, 3]],
    ['more structs than there are bytes', [255, 255, 255, 255, 15, 1, 1, 0]],
  ])('rejects %s', (_, bytes) => {
    expect(codeOf(() => new StagingDocument([]).try(Uint8Array.from(bytes)))).toBe('document.invalid-update');
  });

  it('rejects content that nests so deep that walking it would crash the process', () => {
    const nested = (levels: number) =>
      write((doc) => {
        let inner = doc.getMap('root');
        for (let level = 0; level < levels; level++) inner = inner.set('in', new Y.Map());
      });
    expect(codeOf(() => new StagingDocument([]).try(nested(MAX_NESTED + 5)))).toBe('document.invalid-update');
    expect(new StagingDocument([]).try(nested(MAX_NESTED - 5)).fresh).toBeDefined();
  });
});
