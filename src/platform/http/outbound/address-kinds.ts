import { BlockList, isIP } from 'node:net';

/** Ranges outside the public internet (https://www.iana.org/assignments/iana-ipv4-special-registry). */
const SPECIAL_IPV4: ReadonlyArray<readonly [string, number]> = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // A public address that Azure reserves for its virtual machines.
  ['168.63.129.16', 32],
];

/**
 * Special ranges within 2000::/3: protocol assignments with Teredo, documentation, and 6to4, which embeds IPv4
 * addresses.
 */
const SPECIAL_IPV6: ReadonlyArray<readonly [string, number]> = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = new BlockList();
for (const [network, prefix] of SPECIAL_IPV4) special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of SPECIAL_IPV6) special.addSubnet(network, prefix, 'ipv6');

const unicastIpv6 = new BlockList();
unicastIpv6.addSubnet('2000::', 3, 'ipv6');

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
const loopbackIpv6 = new BlockList();
loopbackIpv6.addAddress('::1', 'ipv6');

/** Whether an address belongs to the public internet. IPv6 addresses that embed an IPv4 address never do. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, 'ipv4');
  return version === 6 && unicastIpv6.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** False for IPv6 addresses that embed an IPv4 address. */
export function isLoopback(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return loopback.check(address, 'ipv4');
  return version === 6 && loopbackIpv6.check(address, 'ipv6');
}
