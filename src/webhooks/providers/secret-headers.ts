import type { Options, Provider } from './provider.js';

const NONE: readonly string[] = [];

/** The headers of a source that contain its secret itself. They are neither stored with a delivery nor shown. */
export function secretHeadersOf({ provider, options }: { provider: Provider; options: Options }): readonly string[] {
  const { secretHeaders = NONE } = provider;
  return typeof secretHeaders === 'function' ? secretHeaders(options) : secretHeaders;
}

/** The headers in which senders always send the secret itself. Sources of other senders don't store them either. */
export const secretHeadersOfAll = (providers: Iterable<Provider>): ReadonlySet<string> =>
  new Set([...providers].flatMap(({ secretHeaders }) => (Array.isArray(secretHeaders) ? secretHeaders : [])));
