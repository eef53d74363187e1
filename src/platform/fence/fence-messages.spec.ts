import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { BUS_MESSAGE_BYTES } from '../bus/bus.js';
import { readChange, writeChange, writeCompactChange } from './fence-messages.js';

const changeOf = (users: number) => ({
  position: 7,
  epoch: uuidv7(),
  userIds: Array.from({ length: users }, () => uuidv7()),
});

describe('a change of rights on the bus', () => {
  it('names its users as long as they fit', () => {
    const change = changeOf(195);
    expect(readChange(writeCompactChange(change))).toEqual(change);
  });

  it('is its position alone when they do not, and never larger than the bus can carry', () => {
    for (let users = 190; users < 215; users++) {
      expect(writeCompactChange(changeOf(users)).length).toBeLessThanOrEqual(BUS_MESSAGE_BYTES);
    }
    expect(readChange(writeCompactChange(changeOf(1_000)))).toEqual({ position: 7 });
  });

  it('is told whole within the process', () => {
    const change = changeOf(1_000);
    expect(readChange(writeChange(change))).toEqual(change);
  });
});
