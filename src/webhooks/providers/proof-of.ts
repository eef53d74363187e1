import type { Options, Proof, Provider } from './provider.js';

/** How a request proves its sender to a source with these options. */
export function proofOf({ proof = 'signature' }: Pick<Provider, 'proof'>, options: Options): Proof {
  return typeof proof === 'function' ? proof(options) : proof;
}
