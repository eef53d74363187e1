import { z } from 'zod';
import { isNetwork, Networks } from '../../platform/config/networks.js';

const MAX_ENTRIES = 100;
/** An IPv6 network in its longest notation. */
const MAX_LENGTH = 49;

const network = z
  .string()
  .trim()
  .max(MAX_LENGTH)
  .refine(isNetwork, 'must be an address, or a network such as `192.0.2.0/24` or `2001:db8::/32`');

/** The addresses from which a source takes requests, in addition to the check of the signature. */
export const allowedAddresses = z
  .array(network)
  .max(MAX_ENTRIES)
  .describe(
    'addresses and networks (CIDR, IPv4 and IPv6) from which webhooks are accepted, in addition to the signature; empty: from any address',
  );

/** @returns undefined if any address is allowed */
export function networksOf(entries: readonly string[]): Networks | undefined {
  if (entries.length === 0) return undefined;
  const networks = new Networks();
  for (const entry of entries) networks.add(entry);
  return networks;
}
