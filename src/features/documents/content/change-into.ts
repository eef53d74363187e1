import * as Y from 'yjs';
import { copiesOf, copyOfStretch, shapeOfNode, shapeOfStretch } from './copy.js';
import { fragmentOf, stretchesOf, textOf, type Stretch } from './roots.js';

/**
 * Gives `doc` the content of `wanted`, by a change like any other: what both have at the beginning and at the end stays
 * as it is, so cursors there and what others write there meanwhile keep their place. Roots that we don't know stay too.
 * @returns the change; undefined when there was nothing to do
 */
export function changeInto(doc: Y.Doc, wanted: Y.Doc): Uint8Array | undefined {
  const before = Y.encodeStateVector(doc);
  let isChanged = false;
  doc.once('update', () => (isChanged = true));
  doc.transact(() => {
    changeText(textOf(doc), textOf(wanted));
    changeFragment(fragmentOf(doc), fragmentOf(wanted));
  });
  return isChanged ? Y.encodeStateAsUpdate(doc, before) : undefined;
}

function changeText(text: Y.Text, wanted: Y.Text): void {
  const old = stretchesOf(text);
  const all = stretchesOf(wanted);
  const { start, oldEnd, newEnd } = difference(old.map(shapeOfStretch), all.map(shapeOfStretch));
  let gone = old.slice(start, oldEnd);
  let fresh = all.slice(start, newEnd);
  const head = sameAttributes(gone[0], fresh[0]) ? sharedHead(textIn(gone[0]), textIn(fresh[0])) : 0;
  [gone, fresh] = [withoutHead(gone, head), withoutHead(fresh, head)];
  const [lastGone, lastFresh] = [gone.at(-1), fresh.at(-1)];
  const tail = sameAttributes(lastGone, lastFresh) ? sharedTail(textIn(lastGone), textIn(lastFresh)) : 0;
  [gone, fresh] = [withoutTail(gone, tail), withoutTail(fresh, tail)];
  if (gone.length === 0 && fresh.length === 0) return;
  const retain = lengthOf(old.slice(0, start)) + head;
  const steps = [{ retain }, { delete: lengthOf(gone) }].filter((step) => step.retain !== 0 && step.delete !== 0);
  text.applyDelta([...steps, ...fresh.map(copyOfStretch)]);
}

function changeFragment(fragment: Y.XmlFragment, wanted: Y.XmlFragment): void {
  const nodes = wanted.toArray();
  const { start, oldEnd, newEnd } = difference(fragment.toArray().map(shapeOfNode), nodes.map(shapeOfNode));
  if (oldEnd > start) fragment.delete(start, oldEnd - start);
  const copies = copiesOf(nodes.slice(start, newEnd));
  if (copies.length > 0) fragment.insert(start, copies);
}

/** What isn't the same in two lists, once what they begin and end with is taken away. */
function difference(old: readonly string[], wanted: readonly string[]) {
  const max = Math.min(old.length, wanted.length);
  let start = 0;
  while (start < max && old[start] === wanted[start]) start++;
  let end = 0;
  while (end < max - start && old.at(-1 - end) === wanted.at(-1 - end)) end++;
  return { start, oldEnd: old.length - end, newEnd: wanted.length - end };
}

const textIn = (stretch: Stretch | undefined): string => (typeof stretch?.insert === 'string' ? stretch.insert : '');

/** Yjs counts what is no text as one. */
function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { insert }) => sum + (typeof insert === 'string' ? insert.length : 1), 0);
}

function sameAttributes(a: Stretch | undefined, b: Stretch | undefined): boolean {
  return JSON.stringify(a?.attributes ?? {}) === JSON.stringify(b?.attributes ?? {});
}

const HIGH_SURROGATE = /[\uD800-\uDBFF]/;

/** Never half of a character that takes two code units: Yjs would replace both halves. */
function sharedHead(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length > 0 && HIGH_SURROGATE.test(a.charAt(length - 1)) ? length - 1 : length;
}

function sharedTail(a: string, b: string): number {
  let length = 0;
  const max = Math.min(a.length, b.length);
  while (length < max && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++;
  return length > 0 && /[\uDC00-\uDFFF]/.test(a.charAt(a.length - length)) ? length - 1 : length;
}

function withoutHead(stretches: readonly Stretch[], length: number): Stretch[] {
  const [first, ...rest] = stretches;
  if (first === undefined) return [];
  const left = textIn(first).slice(length);
  return left === '' && typeof first.insert === 'string' ? rest : [cut(first, left), ...rest];
}

function withoutTail(stretches: readonly Stretch[], length: number): Stretch[] {
  const last = stretches.at(-1);
  if (last === undefined) return [];
  const text = textIn(last);
  const left = text.slice(0, text.length - length);
  const before = stretches.slice(0, -1);
  return left === '' && typeof last.insert === 'string' ? before : [...before, cut(last, left)];
}

const cut = (stretch: Stretch, text: string): Stretch =>
  typeof stretch.insert === 'string' ? { ...stretch, insert: text } : stretch;
