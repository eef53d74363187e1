import { Networks } from './networks.js';

/** Targets outside the public internet that the operator has opened for requests to addresses that users entered. */
export interface AllowedTargets {
  /** Host names in lower case; whatever address such a name has is allowed. */
  readonly hosts: ReadonlySet<string>;
  /** Whether an address is in an allowed network. */
  includes(address: string): boolean;
}

const HOST = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/;

/**
 * @param entries host names, addresses, and networks such as `10.1.0.0/16` or `fd00::/8`
 * @returns undefined if an entry is none of these
 */
export function allowedTargets(entries: readonly string[]): AllowedTargets | undefined {
  const networks = new Networks();
  const hosts = new Set<string>();
  for (const entry of entries) {
    const name = entry.toLowerCase();
    if (networks.add(name)) continue;
    if (!HOST.test(name) || /^[0-9.]+$/.test(name)) return undefined;
    hosts.add(name);
  }
  return { hosts, includes: (address) => networks.includes(address) };
}
