import type { Transaction } from '../../platform/database/database.js';
import type { TidingsError } from '../../platform/errors.js';
import type { EventPlace } from '../../platform/events/event-log.js';
import type { Outcome, Publication, PublishedDraft } from './publication.js';
import {
  claimKeys,
  findUsedKeys,
  releaseKeys,
  storeOffsets,
  type KeyClaim,
  type UsedKey,
} from './publish-key.store.js';
import { keyReused } from './topic.errors.js';

interface Claimed {
  readonly claim: KeyClaim;
  readonly publication: Publication;
}

/** The keys of the publications of one transaction: which events are new, and which ones a call before has written. */
export class KeyLedger {
  private constructor(
    private readonly tx: Transaction,
    private readonly claims: readonly KeyClaim[],
    private readonly used: ReadonlyMap<string, UsedKey>,
    private readonly refused: ReadonlyMap<Publication, TidingsError>,
  ) {}

  /**
   * Waits for concurrent transactions with the same keys. Each key must occur once in the publications.
   * @param mistakes the errors of drafts that must not be written, which do not affect repeats
   */
  static async open(
    tx: Transaction,
    publications: readonly Publication[],
    mistakes: ReadonlyMap<PublishedDraft, TidingsError>,
  ): Promise<KeyLedger> {
    const asked = publications.flatMap(claimsOf);
    const claimed = await claimKeys(
      tx,
      asked.map(({ claim }) => claim),
    );
    const repeats = asked.filter(({ claim }) => !claimed.has(claim.eventId));
    const used = await findUsedKeys(
      tx,
      repeats.map(({ claim }) => claim),
    );
    const conflicts = repeats.filter(({ claim }) => used.get(claim.eventId)?.bodyHash.equals(claim.bodyHash) !== true);
    const refused = new Map([
      ...mistaken(publications, mistakes, used),
      ...conflicts.map(({ publication }) => [publication, keyReused()] as const),
    ]);
    const own = asked.filter(({ claim }) => claimed.has(claim.eventId));
    const kept = own.filter(({ publication }) => !refused.has(publication)).map(({ claim }) => claim);
    await releaseKeys(
      tx,
      own.filter(({ publication }) => refused.has(publication)).map(({ claim }) => claim),
    );
    return new KeyLedger(tx, kept, used, refused);
  }

  newDrafts(publication: Publication): readonly PublishedDraft[] {
    if (this.refused.has(publication)) return [];
    return publication.drafts.filter(({ draft }) => !this.used.has(draft.id));
  }

  /** Stores the places of the new events, by id. */
  close(places: ReadonlyMap<string, EventPlace>): Promise<void> {
    return storeOffsets(this.tx, this.claims, new Map([...places].map(([id, { offset }]) => [id, offset])));
  }

  outcomeOf(publication: Publication, places: ReadonlyMap<string, EventPlace>): Outcome {
    const refusal = this.refused.get(publication);
    if (refusal !== undefined) return refusal;
    return publication.order.map((index) => {
      const draft = publication.drafts[index]?.draft;
      const place = draft && (this.placeBefore(draft) ?? places.get(draft.id));
      if (place === undefined) throw new Error('A published event has no place in the log.');
      return place;
    });
  }

  private placeBefore({ id, channel }: PublishedDraft['draft']): EventPlace | undefined {
    const used = this.used.get(id);
    return used && { id: used.eventId, channel, offset: Number(used.offset) };
  }
}

/** The publications with a new draft that must not be written, and the error of the first one. */
function mistaken(
  publications: readonly Publication[],
  mistakes: ReadonlyMap<PublishedDraft, TidingsError>,
  used: ReadonlyMap<string, UsedKey>,
): Array<readonly [Publication, TidingsError]> {
  if (mistakes.size === 0) return [];
  return publications.flatMap((publication) => {
    const draft = publication.drafts.find((one) => mistakes.has(one) && !used.has(one.draft.id));
    const mistake = draft && mistakes.get(draft);
    return mistake === undefined ? [] : [[publication, mistake] as const];
  });
}

function claimsOf(publication: Publication): Claimed[] {
  const { workspaceId, principal, drafts } = publication;
  return drafts.flatMap(({ key, draft }) =>
    key === undefined
      ? []
      : { publication, claim: { workspaceId, userId: principal.userId, ...key, eventId: draft.id } },
  );
}
