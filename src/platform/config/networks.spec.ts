import { describe, expect, it } from '@jest/globals';
import { isNetwork, Networks } from './networks.js';

const networksOf = (...entries: string[]): Networks => {
  const networks = new Networks();
  for (const entry of entries) expect(networks.add(entry)).toBe(true);
  return networks;
};

describe('networks', () => {
  it.each([
    ['192.0.2.7', ['192.0.2.7'], ['192.0.2.6', '192.0.2.8', '::1']],
    ['198.51.100.0/23', ['198.51.100.0', '198.51.101.255'], ['198.51.99.255', '198.51.102.0']],
    ['198.51.100.77/24', ['198.51.100.0', '198.51.100.255'], ['198.51.101.0']],
    ['0.0.0.0/0', ['192.0.2.7', '255.255.255.255'], ['2001:db8::1']],
    ['2001:DB8::1', ['2001:db8::1', '2001:db8:0:0:0:0:0:1'], ['2001:db8::2']],
    ['2001:db8:ff00::/41', ['2001:db8:ff7f::1'], ['2001:db8:ff80::']],
    ['fe80::/10', ['fe80::1', 'fe80::1%eth0'], ['fec0::1']],
  ])('of %s include its addresses only', (entry, inside, outside) => {
    const networks = networksOf(entry);
    expect([...inside, ...outside].filter((address) => networks.includes(address))).toEqual(inside);
  });

  it('take an IPv4-mapped IPv6 address for its IPv4 address, in an entry and in a request', () => {
    const networks = networksOf('192.0.2.0/24', '::ffff:198.51.100.0/120');
    const inside = ['::ffff:192.0.2.1', '::FFFF:c000:0201', '198.51.100.9', '::ffff:198.51.100.9'];
    const outside = ['::ffff:192.0.3.1', '198.51.101.9', '::192.0.2.1'];
    expect([...inside, ...outside].filter((address) => networks.includes(address))).toEqual(inside);
  });

  it.each(['', 'unknown', '192.0.2.7:443', '192.0.2', '[::1]'])('include no text such as %j', (text) => {
    expect(networksOf('0.0.0.0/0', '::/0').includes(text)).toBe(false);
  });

  it.each([
    '',
    '192.0.2',
    '192.0.2.0/',
    '192.0.2.0/33',
    '192.0.2.0/-1',
    '192.0.2.0/x',
    '::/129',
    '::/0/0',
    'crm',
    ' ::1',
  ])('are not %j', (entry) => {
    expect(isNetwork(entry)).toBe(false);
    expect(new Networks().add(entry)).toBe(false);
  });
});
