import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { BUS_MESSAGE_BYTES } from '../bus/bus.js';
import { readChange, writeChange, writeCompactChange } from './fence-messages.js';

const changeOf = (users: number) => ({
  position: 7,
  epoch: uuidv7(),
  userIds: Array.from({ length: users }, () => uuidv7()),
});

describe('fence messages', () => {
  it('contain the user ids as long as they fit', () => {
    const change = changeOf(195);
    expect(readChange(writeCompactChange(change))).toEqual(change);
  });

  it('contain only the position otherwise, and always fit on the bus', () => {
    for (let users = 190; users < 215; users++) {
      expect(writeCompactChange(changeOf(users)).length).toBeLessThanOrEqual(BUS_MESSAGE_BYTES);
    }
    expect(readChange(writeCompactChange(changeOf(1_000)))).toEqual({ position: 7 });
  });

  it('are complete within the process', () => {
    const change = changeOf(1_000);
    expect(readChange(writeChange(change))).toEqual(change);
  });
});
