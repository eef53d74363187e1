import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../../platform/clock/database-clock.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { RightsListener } from '../rights-listener.js';
import { PushServices } from './push-services.js';
import { outcomeOfFailure, type PushMessage, type PushOutcome } from './push-service.js';
import type { Push } from './pushes.js';

/** An older notification is not worth pushing. */
export const MAX_AGE_MS = 24 * 3_600_000;

const MAX_TITLE = 120;
const MAX_BODY = 240;
const NOT_PERMITTED: PushOutcome = { kind: 'rejected', reason: 'The user may no longer see the notification.' };

/** Sends pushes to their services, in batches of each service's size, and returns the outcome of each. */
@Injectable()
export class PushDispatcher {
  private readonly outcomes;

  constructor(
    private readonly services: PushServices,
    private readonly rights: RightsListener,
    metrics: Metrics,
  ) {
    this.outcomes = metrics.counter({
      name: 'tidings_pushes_total',
      help: 'Answers of push services: `accepted`, `ticket`, `later`, `rejected`, or `gone` for an ended subscription.',
      labels: ['service', 'outcome'],
    });
  }

  /** Groups pushes into calls: each either sends, or fetches the receipts of pushes with a ticket. */
  batchesOf(pushes: readonly Push[]): Push[][] {
    const batches: Push[][] = [];
    const open = new Map<string, Push[]>();
    for (const push of pushes) {
      const call = `${push.service} ${push.ticket === null ? 'send' : 'receipts'}`;
      const batch = open.get(call) ?? [];
      if (batch.push(push) === 1) batches.push(batch);
      if (batch.length < this.services.of(push).max) open.set(call, batch);
      else open.delete(call);
    }
    return batches;
  }

  /** @param batch one of `batchesOf`. @returns the outcome of each push */
  async dispatch(batch: readonly Push[]): Promise<ReadonlyMap<Push, PushOutcome>> {
    const outcomes = await this.outcomesOf(batch).catch(
      (error: unknown) => new Map(batch.map((push) => [push, outcomeOfFailure(error)])),
    );
    for (const [{ service }, { kind: outcome }] of outcomes) this.outcomes.inc({ service, outcome });
    return outcomes;
  }

  private async outcomesOf(batch: readonly Push[]): Promise<ReadonlyMap<Push, PushOutcome>> {
    const tickets = batch.flatMap(({ ticket }) => ticket ?? []);
    return tickets.length > 0 ? this.fetchReceipts(batch, tickets) : this.send(batch);
  }

  private async fetchReceipts(batch: readonly Push[], tickets: readonly string[]): Promise<Map<Push, PushOutcome>> {
    const outcomes = await this.serviceOf(batch).outcomesOf?.(tickets);
    return new Map(batch.map((push, place) => [push, outcomes?.[place] ?? { kind: 'accepted' }]));
  }

  private async send(batch: readonly Push[]): Promise<Map<Push, PushOutcome>> {
    const result = new Map(batch.map((push) => [push, NOT_PERMITTED]));
    await this.rights.sendPermitted(batch, async (permitted, guard) => {
      const requests = permitted.map((push) => ({ target: push.target, message: messageOf(push) }));
      const outcomes = await this.serviceOf(permitted).send(requests, guard);
      for (const [place, push] of permitted.entries()) result.set(push, outcomes[place] ?? noOutcome());
    });
    return result;
  }

  private serviceOf([first]: readonly Push[]) {
    if (first === undefined) throw new Error('The batch is empty.');
    return this.services.of(first);
  }
}

const noOutcome = (): PushOutcome => ({ kind: 'later', reason: 'The push service returned no outcome.' });

function messageOf({ notificationId: id, kind, title, body, path, subject, createdAt }: Push): PushMessage {
  const ttlSeconds = Math.max(60, Math.round((createdAt.getTime() + MAX_AGE_MS - databaseNow()) / 1_000));
  return { id, kind, title: shorten(title, MAX_TITLE), body: shorten(body, MAX_BODY), path, subject, ttlSeconds };
}

function shorten(text: string, max: number): string {
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}
