import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../platform/concurrency/group-commit.js';
import { TidingsError } from '../../platform/errors.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { EventPlace } from '../../platform/events/event-log.js';
import { publicationOf, type Outcome, type Publication, type Publisher } from './publication.js';
import type { NewEvent } from './publish.schemas.js';
import { publishOverloaded } from './topic.errors.js';
import { WritePublications } from './write-publications.js';

const MIB = 1024 * 1024;

/** Publishes events. Calls that arrive during earlier commits are committed together. */
@Injectable()
export class PublishEvents {
  private readonly calls;
  private readonly batches: GroupCommit<Publication, Outcome>;

  constructor(writer: WritePublications, metrics: Metrics) {
    this.calls = metrics.counter({
      name: 'tidings_publishes_total',
      help: 'Calls and frames that publish events: `accepted`, also when repeated, or `refused`.',
      labels: ['outcome'],
    });
    this.batches = new GroupCommit<Publication, Outcome>(
      (publications) => writer.run(publications),
      () => publishOverloaded(),
      {
        slots: 2,
        itemsPerCommit: 200,
        bytesPerCommit: 4 * MIB,
        itemsWaiting: 10_000,
        bytesWaiting: 64 * MIB,
        waitMs: 10_000,
      },
      locksOf,
    );
  }

  /**
   * @param callKey the Idempotency-Key of the call, for its events without an `id`
   * @returns the places of the events, after the commit: of all, or the call fails
   * @throws the errors of `publicationOf`, `workspace.not-found`, `publish.unknown-channel`, `permission.denied`,
   *   `publish.overloaded`
   */
  async run(
    publisher: Publisher,
    workspaceId: string,
    events: readonly NewEvent[],
    callKey?: string,
  ): Promise<readonly EventPlace[]> {
    try {
      const publication = publicationOf(publisher, workspaceId, events, callKey);
      const outcome = await this.batches.add(publication, publication.bytes);
      if (outcome instanceof TidingsError) throw outcome;
      this.calls.inc({ outcome: 'accepted' });
      return outcome;
    } catch (error) {
      this.calls.inc({ outcome: 'refused' });
      throw error;
    }
  }
}

/** The rows that a publication locks: its publisher, the members that it notifies, and the channels. */
function locksOf({ principal, drafts }: Publication): string[] {
  const locks = [principal.userId];
  for (const { draft, recipient } of drafts) {
    locks.push(draft.channel);
    if (recipient !== undefined) locks.push(recipient);
  }
  return locks;
}
