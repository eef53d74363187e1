import type { Schemas } from '../../api/api.js';
import type { Source } from '../../queries/sources-queries.js';

type Change = Schemas['ChangeSourceRequest'];

/** The settings as the form holds them. */
export interface Draft {
  readonly name: string;
  readonly include: 'none' | 'body' | 'pointers';
  /** One JSON pointer a line. */
  readonly pointers: string;
  readonly dedupWindowSeconds: number | undefined;
  /** Undefined: the silence of the source is not watched. */
  readonly expectEverySeconds: number | undefined;
  /** One address or network a line. */
  readonly addresses: string;
  readonly ownChannel: boolean;
  readonly eventPerItem: boolean;
}

const linesOf = (text: string): string[] => text.split(/[\s,]+/).filter((line) => line !== '');

export const draftOf = (source: Source): Draft => ({
  name: source.name,
  include: Array.isArray(source.include) ? 'pointers' : source.include,
  pointers: Array.isArray(source.include) ? source.include.join('\n') : '',
  dedupWindowSeconds: source.dedupWindowSeconds,
  expectEverySeconds: source.expectEverySeconds ?? undefined,
  addresses: source.allowedAddresses.join('\n'),
  ownChannel: source.ownChannel,
  eventPerItem: source.eventPerItem,
});

export const requestOf = (draft: Draft): Change => ({
  name: draft.name.trim(),
  include: draft.include === 'pointers' ? linesOf(draft.pointers) : draft.include,
  ...(draft.dedupWindowSeconds !== undefined && { dedupWindowSeconds: draft.dedupWindowSeconds }),
  expectEverySeconds: draft.expectEverySeconds ?? null,
  allowedAddresses: linesOf(draft.addresses),
  ownChannel: draft.ownChannel,
  eventPerItem: draft.eventPerItem,
});

/** The fields that differ from the source. */
export const changedFields = (source: Source, wanted: Change): Change =>
  Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(source[name as keyof Source]),
    ),
  );
