import { BlockList, isIP } from 'node:net';

/** A set of addresses and networks of IPv4 and IPv6 in the notation of RFC 4632 (CIDR) and RFC 4291. */
export class Networks {
  private readonly list = new BlockList();

  /**
   * @param entry an address, or a network such as `10.1.0.0/16` or `fd00::/8`
   * @returns false if it is neither; the set stays as it was
   */
  add(entry: string): boolean {
    const network = networkIn(entry);
    if (network !== undefined) this.list.addSubnet(network.address, network.bits, network.family);
    return network !== undefined;
  }

  /** IPv4-mapped IPv6 addresses count as their IPv4 addresses. False for a text that is no address. */
  includes(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.list.check(address, familyOf(version));
  }
}

export const isNetwork = (entry: string): boolean => networkIn(entry) !== undefined;

function networkIn(entry: string) {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  if (version === 0 || rest.length > 0) return undefined;
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits)) return undefined;
  return { address, bits: prefix === undefined ? bits : Number(prefix), family: familyOf(version) };
}

const familyOf = (version: number): 'ipv4' | 'ipv6' => (version === 6 ? 'ipv6' : 'ipv4');
