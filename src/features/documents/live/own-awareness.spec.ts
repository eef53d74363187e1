import { describe, expect, it } from '@jest/globals';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { AWARENESS_BYTES } from '../content/limits.js';
import { ownAwareness } from './own-awareness.js';

const USER = 'the-user';

/** What a client says of itself and, as providers do, of others that it has heard of. */
function said(...states: Array<Record<string, unknown>>): { update: Uint8Array; ids: number[] } {
  const gathered = new Awareness(new Y.Doc());
  gathered.setLocalState(null);
  const ids = states.map((state) => {
    const one = new Awareness(new Y.Doc());
    one.setLocalState(state);
    applyAwarenessUpdate(gathered, encodeAwarenessUpdate(one, [one.clientID]), 'test');
    one.destroy();
    return one.clientID;
  });
  const update = encodeAwarenessUpdate(gathered, ids);
  gathered.destroy();
  return { update, ids };
}

function shownBy(update: Uint8Array): Array<[number, unknown]> {
  const awareness = new Awareness(new Y.Doc());
  awareness.setLocalState(null);
  applyAwarenessUpdate(awareness, update, 'test');
  const states = [...awareness.getStates()];
  awareness.destroy();
  return states;
}

describe('what a client says about itself', () => {
  it('has the id of its user in it, whatever it said that was', () => {
    const { update, ids } = said({ user: { id: 'another', name: 'Ann' }, cursor: 3 });
    const own = ownAwareness(update, undefined, USER);
    expect(own?.clientId).toBe(ids[0]);
    expect(shownBy(own?.update ?? new Uint8Array([0]))).toEqual([
      [ids[0], { user: { id: USER, name: 'Ann' }, cursor: 3 }],
    ]);
  });

  it('is only about the client that it spoke for first', () => {
    const { update, ids } = said({ cursor: 1 }, { cursor: 2 });
    const own = ownAwareness(update, ids[1], USER);
    expect(shownBy(own?.update ?? new Uint8Array([0]))).toEqual([[ids[1], { cursor: 2, user: { id: USER } }]]);
    expect(ownAwareness(update, 12_345, USER)).toBeUndefined();
  });

  it('is dropped when it is too large or not readable', () => {
    expect(ownAwareness(said({ name: 'x'.repeat(AWARENESS_BYTES) }).update, undefined, USER)).toBeUndefined();
    expect(ownAwareness(Uint8Array.from([200, 1, 2, 3]), undefined, USER)).toBeUndefined();
  });
});
