import { describe, expect, it } from '@jest/globals';
import { Heartbeat } from './heartbeat.js';

describe('Heartbeat', () => {
  it('pings for the first time within 25 s, and then every 25 s', () => {
    const heartbeat = new Heartbeat(0);
    const pings: number[] = [];
    for (let now = 0; now <= 100_000; now += 500) if (heartbeat.isPingDue(now, 0)) pings.push(now);
    expect(pings[0]).toBeLessThanOrEqual(25_000);
    expect(pings.slice(1).map((ping, i) => ping - (pings[i] ?? 0))).toEqual(pings.slice(1).map(() => 25_000));
  });

  it('considers a client dead that does not answer a ping for 10 s', () => {
    const heartbeat = new Heartbeat(0);
    expect(heartbeat.isPingDue(25_000, 0)).toBe(true);
    expect(heartbeat.isDead(34_999)).toBe(false);
    expect(heartbeat.isDead(35_000)).toBe(true);
  });

  it('does not consider a client dead that has answered', () => {
    const heartbeat = new Heartbeat(0);
    heartbeat.isPingDue(25_000, 0);
    heartbeat.heard();
    expect(heartbeat.isDead(49_000)).toBe(false);
  });

  it('pings a client after many bytes and considers it slow without an answer within 7 s', () => {
    const heartbeat = new Heartbeat(0);
    heartbeat.isPingDue(25_000, 0);
    heartbeat.heard();
    expect(heartbeat.isPingDue(25_500, 32_000)).toBe(false);
    expect(heartbeat.isPingDue(26_000, 33_000)).toBe(true);
    expect(heartbeat.isPingDue(26_500, 300_000)).toBe(false);
    expect(heartbeat.isUnread).toBe(true);
    expect(heartbeat.isDead(32_999)).toBe(false);
    expect(heartbeat.isDead(33_000)).toBe(true);
  });

  it('pings again only after as many bytes again', () => {
    const heartbeat = new Heartbeat(0);
    heartbeat.isPingDue(25_000, 0);
    heartbeat.heard();
    expect(heartbeat.isPingDue(26_000, 33_000)).toBe(true);
    heartbeat.heard();
    expect(heartbeat.isUnread).toBe(false);
    expect(heartbeat.isPingDue(26_500, 65_000)).toBe(false);
    expect(heartbeat.isPingDue(27_000, 66_000)).toBe(true);
  });

  it('spreads the pings of clients that connected together', () => {
    const firstPing = () => {
      const heartbeat = new Heartbeat(0);
      let now = 0;
      while (!heartbeat.isPingDue(now, 0)) now += 500;
      return now;
    };
    expect(new Set(Array.from({ length: 100 }, firstPing)).size).toBeGreaterThan(20);
  });
});
