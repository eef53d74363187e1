/** The state of the wizard, in the address. */
export interface NewSourceSearch {
  /** A text in the names of the senders. */
  readonly q?: string;
  /** The chosen sender. */
  readonly provider?: string;
  /** The created source. */
  readonly source?: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';

export const newSourceSearch = ({ q, provider, source }: Record<string, unknown>): NewSourceSearch => ({
  ...(isText(q) && { q }),
  ...(isText(provider) && { provider }),
  ...(isText(source) && { source }),
});
