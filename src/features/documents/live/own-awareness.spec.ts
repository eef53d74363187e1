import { describe, expect, it } from '@jest/globals';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { AWARENESS_BYTES } from '../content/limits.js';
import { ownAwareness } from './own-awareness.js';

const USER = 'the-user';

/** One update with several states: providers repeat the states of others. */
function awarenessOf(...states: Array<Record<string, unknown>>): { update: Uint8Array; ids: number[] } {
  const combined = new Awareness(new Y.Doc());
  combined.setLocalState(null);
  const ids = states.map((state) => {
    const one = new Awareness(new Y.Doc());
    one.setLocalState(state);
    applyAwarenessUpdate(combined, encodeAwarenessUpdate(one, [one.clientID]), 'test');
    one.destroy();
    return one.clientID;
  });
  const update = encodeAwarenessUpdate(combined, ids);
  combined.destroy();
  return { update, ids };
}

function statesIn(update: Uint8Array): Array<[number, unknown]> {
  const awareness = new Awareness(new Y.Doc());
  awareness.setLocalState(null);
  applyAwarenessUpdate(awareness, update, 'test');
  const states = [...awareness.getStates()];
  awareness.destroy();
  return states;
}

describe('the awareness of a client', () => {
  it('contains the id of its own user in place of a forged one', () => {
    const { update, ids } = awarenessOf({ user: { id: 'another', name: 'Ann' }, cursor: 3 });
    const own = ownAwareness(update, undefined, USER);
    expect(own?.clientId).toBe(ids[0]);
    expect(statesIn(own?.update ?? new Uint8Array([0]))).toEqual([
      [ids[0], { user: { id: USER, name: 'Ann' }, cursor: 3 }],
    ]);
  });

  it('covers only the client of the first state', () => {
    const { update, ids } = awarenessOf({ cursor: 1 }, { cursor: 2 });
    const own = ownAwareness(update, ids[1], USER);
    expect(statesIn(own?.update ?? new Uint8Array([0]))).toEqual([[ids[1], { cursor: 2, user: { id: USER } }]]);
    expect(ownAwareness(update, 12_345, USER)).toBeUndefined();
  });

  it('is dropped when it is too large or malformed', () => {
    expect(ownAwareness(awarenessOf({ name: 'x'.repeat(AWARENESS_BYTES) }).update, undefined, USER)).toBeUndefined();
    expect(ownAwareness(Uint8Array.from([200, 1, 2, 3]), undefined, USER)).toBeUndefined();
  });
});
