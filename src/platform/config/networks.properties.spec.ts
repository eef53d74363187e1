import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { networkOf, plainAddress } from '../http/server/caller-address.js';
import { isNetwork, Networks } from './networks.js';

const ipv4 = fc.tuple(...[0, 1, 2, 3].map(() => fc.nat(255)));
const numberOf = (parts: readonly number[]): number => parts.reduce((sum, part) => sum * 256 + part, 0);

describe('a list of networks', () => {
  it('contains an IPv4 address if its first bits are those of a network, also as IPv4-mapped IPv6', () => {
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 0, max: 32 }), ipv4, fc.nat(32), (network, bits, other, same) => {
        const near = numberOf(network) ^ (same === 0 ? 0 : 1 << (same - 1));
        const nearby = [24, 16, 8, 0].map((shift) => (near >>> shift) & 255);
        const networks = new Networks();
        expect(networks.add(`${network.join('.')}/${bits}`)).toBe(true);
        for (const address of [other, nearby]) {
          const isInside =
            Math.floor(numberOf(address) / 2 ** (32 - bits)) === Math.floor(numberOf(network) / 2 ** (32 - bits));
          expect(networks.includes(address.join('.'))).toBe(isInside);
          expect(networks.includes(`::ffff:${address.join('.')}`)).toBe(isInside);
        }
      }),
    );
  });

  it('contains and accepts no text that is neither an address nor a network', () => {
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.ipV4(), fc.string()).map((parts) => parts.join('/')),
    );
    fc.assert(
      fc.property(text, (entry) => {
        const networks = new Networks();
        expect(networks.add(entry)).toBe(isNetwork(entry));
        expect(typeof networks.includes(entry)).toBe('boolean');
      }),
    );
  });
});

describe('the unit of a limit', () => {
  it('is the same for every address and spelling of an IPv6 /64, and another one for its neighbour', () => {
    const group = fc.nat(0xffff);
    const half = fc.tuple(group, group, group, group);
    fc.assert(
      fc.property(half, half, half, (network, one, other) => {
        // IPv4-mapped addresses are IPv4.
        fc.pre(network.some((each) => each > 0));
        const unit = networkOf(written(network, one));
        expect(networkOf(written(network, other).toUpperCase())).toBe(unit);
        expect(networkOf(`${network.map((each) => each.toString(16)).join(':')}::`)).toBe(unit);
        const [first, second, third, last] = network;
        expect(networkOf(written([first, second, third, last ^ 1], one))).not.toBe(unit);
      }),
    );
  });

  it('is a text for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (address) => {
        expect(typeof networkOf(address)).toBe('string');
        expect(plainAddress(plainAddress(address))).toBe(plainAddress(address));
      }),
    );
  });
});

const written = (network: readonly number[], host: readonly number[]): string =>
  [...network, ...host].map((each) => each.toString(16).padStart(4, '0')).join(':');
