import { Injectable } from '@nestjs/common';
import { permissionDenied, workspaceNotFound } from '../../access/public/access.errors.js';
import { Access, type LockQuery } from '../../access/public/access.js';
import { holds } from '../../access/public/scoped-permissions.js';
import { Database, isBadValue, type Transaction } from '../../platform/database/database.js';
import type { TidingsError } from '../../platform/errors.js';
import { EventLog } from '../../platform/events/event-log.js';
import { PayloadChecks } from './event-types/payload-checks.js';
import { KeyLedger } from './key-ledger.js';
import type { Outcome, Publication } from './publication.js';
import { roundsOf } from './rounds.js';
import { channelUnknown } from './topic.errors.js';

/** Writes the events of many calls in one transaction. A call that fails leaves the others alone. */
@Injectable()
export class WritePublications {
  constructor(
    private readonly database: Database,
    private readonly access: Access,
    private readonly log: EventLog,
    private readonly payloads: PayloadChecks,
  ) {}

  /** @returns in the order of the publications */
  async run(publications: readonly Publication[]): Promise<Outcome[]> {
    const outcomes = new Map<Publication, Outcome>();
    for (const round of roundsOf(publications)) {
      const found = await this.writeOrSplit(round);
      round.forEach((publication, i) => outcomes.set(publication, found[i] ?? []));
    }
    return publications.map((publication) => outcomes.get(publication) ?? []);
  }

  /** A value that PostgreSQL rejects fails its own call only. */
  private async writeOrSplit(round: readonly Publication[]): Promise<Outcome[]> {
    try {
      return await this.write(round);
    } catch (error) {
      if (!isBadValue(error) || round.length === 1) throw error;
    }
    const outcomes: Outcome[] = [];
    for (const publication of round) outcomes.push(...(await this.write([publication])));
    return outcomes;
  }

  private write(round: readonly Publication[]): Promise<Outcome[]> {
    return this.database.transaction(async (tx) => {
      // Before the locks, for which other rounds of the same publishers wait.
      const versions = await this.payloads.versionsFor(tx, round);
      const refusals = await this.refusals(tx, round);
      const allowed = round.filter((publication) => !refusals.has(publication));
      const ledger = await KeyLedger.open(tx, allowed, await this.payloads.mistakesOf(tx, allowed, versions));
      const drafts = allowed.flatMap((publication) => ledger.newDrafts(publication)).map(({ draft }) => draft);
      const places = new Map((await this.log.append(tx, drafts)).map((place) => [place.id, place]));
      await ledger.close(places);
      return round.map((publication) => refusals.get(publication) ?? ledger.outcomeOf(publication, places));
    });
  }

  /** Checks rights under a lock: a revocation waits until the events are committed, or is followed by none of them. */
  private async refusals(
    tx: Transaction,
    round: readonly Publication[],
  ): Promise<ReadonlyMap<Publication, TidingsError>> {
    const recipients = round.flatMap(recipientsOf);
    const found = await this.access.lockPermissions(tx, [...round, ...recipients]);
    const members = new Set(recipients.flatMap((query, i) => (found[round.length + i] ? keyOf(query) : [])));
    const refusals = new Map<Publication, TidingsError>();
    round.forEach((publication, i) => {
      const refusal = refusalOf(publication, found[i], members);
      if (refusal !== undefined) refusals.set(publication, refusal);
    });
    return refusals;
  }
}

const recipientsOf = ({ drafts, workspaceId }: Publication): LockQuery[] =>
  drafts.flatMap(({ recipient: userId }) => (userId === undefined ? [] : { principal: { userId }, workspaceId }));

const keyOf = ({ principal, workspaceId }: LockQuery): string => `${workspaceId} ${principal.userId}`;

function refusalOf(
  { drafts, workspaceId }: Publication,
  permissions: ReadonlySet<string> | undefined,
  members: ReadonlySet<string>,
): TidingsError | undefined {
  if (permissions === undefined) return workspaceNotFound();
  for (const { permission } of drafts) {
    if (permission === undefined) return channelUnknown();
    if (!holds(permissions, permission)) return permissionDenied(`This call requires ${permission}.`);
  }
  const strangers = drafts.some(
    ({ recipient: userId }) => userId !== undefined && !members.has(keyOf({ principal: { userId }, workspaceId })),
  );
  return strangers ? channelUnknown() : undefined;
}
