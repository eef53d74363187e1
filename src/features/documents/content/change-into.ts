import * as Y from 'yjs';
import { copiesOf, copyOfDeltaOp, shapeOfNode, shapeOfDeltaOp } from './copy.js';
import { fragmentOf, deltaOf, textOf, type DeltaOp } from './roots.js';

/**
 * Gives `doc` the content of `target`. The common beginning and end stay untouched, so that cursors and concurrent
 * edits there keep their place; unknown roots stay too.
 * @returns the change; undefined when the content is the same
 */
export function changeInto(doc: Y.Doc, target: Y.Doc): Uint8Array | undefined {
  const before = Y.encodeStateVector(doc);
  let isChanged = false;
  doc.once('update', () => (isChanged = true));
  doc.transact(() => {
    changeText(textOf(doc), textOf(target));
    changeFragment(fragmentOf(doc), fragmentOf(target));
  });
  return isChanged ? Y.encodeStateAsUpdate(doc, before) : undefined;
}

function changeText(text: Y.Text, target: Y.Text): void {
  const old = deltaOf(text);
  const all = deltaOf(target);
  const { start, oldEnd, newEnd } = difference(old.map(shapeOfDeltaOp), all.map(shapeOfDeltaOp));
  let removed = old.slice(start, oldEnd);
  let added = all.slice(start, newEnd);
  const head = haveSameAttributes(removed[0], added[0]) ? commonPrefix(textIn(removed[0]), textIn(added[0])) : 0;
  [removed, added] = [withoutHead(removed, head), withoutHead(added, head)];
  const [lastRemoved, lastAdded] = [removed.at(-1), added.at(-1)];
  const tail = haveSameAttributes(lastRemoved, lastAdded) ? commonSuffix(textIn(lastRemoved), textIn(lastAdded)) : 0;
  [removed, added] = [withoutTail(removed, tail), withoutTail(added, tail)];
  if (removed.length === 0 && added.length === 0) return;
  const retain = lengthOf(old.slice(0, start)) + head;
  const steps = [{ retain }, { delete: lengthOf(removed) }].filter((step) => step.retain !== 0 && step.delete !== 0);
  text.applyDelta([...steps, ...added.map(copyOfDeltaOp)]);
}

function changeFragment(fragment: Y.XmlFragment, target: Y.XmlFragment): void {
  const nodes = target.toArray();
  const { start, oldEnd, newEnd } = difference(fragment.toArray().map(shapeOfNode), nodes.map(shapeOfNode));
  if (oldEnd > start) fragment.delete(start, oldEnd - start);
  const copies = copiesOf(nodes.slice(start, newEnd));
  if (copies.length > 0) fragment.insert(start, copies);
}

/** The range in which two lists differ, without their common beginning and end. */
function difference(old: readonly string[], target: readonly string[]) {
  const max = Math.min(old.length, target.length);
  let start = 0;
  while (start < max && old[start] === target[start]) start++;
  let end = 0;
  while (end < max - start && old.at(-1 - end) === target.at(-1 - end)) end++;
  return { start, oldEnd: old.length - end, newEnd: target.length - end };
}

const textIn = (op: DeltaOp | undefined): string => (typeof op?.insert === 'string' ? op.insert : '');

/** Yjs counts an embed as one. */
function lengthOf(delta: readonly DeltaOp[]): number {
  return delta.reduce((sum, { insert }) => sum + (typeof insert === 'string' ? insert.length : 1), 0);
}

function haveSameAttributes(a: DeltaOp | undefined, b: DeltaOp | undefined): boolean {
  return JSON.stringify(a?.attributes ?? {}) === JSON.stringify(b?.attributes ?? {});
}

const HIGH_SURROGATE = /[\uD800-\uDBFF]/;

/** Never splits a surrogate pair: Yjs would replace both halves. */
function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length > 0 && HIGH_SURROGATE.test(a.charAt(length - 1)) ? length - 1 : length;
}

function commonSuffix(a: string, b: string): number {
  let length = 0;
  const max = Math.min(a.length, b.length);
  while (length < max && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++;
  return length > 0 && /[\uDC00-\uDFFF]/.test(a.charAt(a.length - length)) ? length - 1 : length;
}

function withoutHead(delta: readonly DeltaOp[], length: number): DeltaOp[] {
  const [first, ...rest] = delta;
  if (first === undefined) return [];
  const left = textIn(first).slice(length);
  return left === '' && typeof first.insert === 'string' ? rest : [cut(first, left), ...rest];
}

function withoutTail(delta: readonly DeltaOp[], length: number): DeltaOp[] {
  const last = delta.at(-1);
  if (last === undefined) return [];
  const text = textIn(last);
  const left = text.slice(0, text.length - length);
  const before = delta.slice(0, -1);
  return left === '' && typeof last.insert === 'string' ? before : [...before, cut(last, left)];
}

const cut = (op: DeltaOp, text: string): DeltaOp => (typeof op.insert === 'string' ? { ...op, insert: text } : op);
