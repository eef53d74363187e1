import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../../platform/clock/database-clock.js';
import { PushServices } from './push-services.js';
import { outcomeOfFailure, type PushMessage, type PushOutcome } from './push-service.js';
import type { Push } from './pushes.js';
import { RightsAtSending } from './rights-at-sending.js';

/** After this long nobody wants to see it on a screen any more. */
export const WORTH_MS = 24 * 3_600_000;

const MAX_TITLE = 120;
const MAX_BODY = 240;
const NOT_PERMITTED: PushOutcome = { kind: 'refused', reason: 'The user may not see it any more.' };

/** Hands pushes over to their services, as many in one call as each takes, and tells what became of each. */
@Injectable()
export class HandOver {
  constructor(
    private readonly services: PushServices,
    private readonly rights: RightsAtSending,
  ) {}

  /** What one call each can do: send, or ask what has become of those that have a ticket. */
  batchesOf(pushes: readonly Push[]): Push[][] {
    const batches: Push[][] = [];
    const open = new Map<string, Push[]>();
    for (const push of pushes) {
      const call = `${push.service} ${push.ticket === null ? 'send' : 'ask'}`;
      const batch = open.get(call) ?? [];
      if (batch.push(push) === 1) batches.push(batch);
      if (batch.length < this.services.of(push).max) open.set(call, batch);
      else open.delete(call);
    }
    return batches;
  }

  /** @param batch one of `batchesOf`. @returns what became of each */
  async run(batch: readonly Push[]): Promise<ReadonlyMap<Push, PushOutcome>> {
    const tickets = batch.flatMap(({ ticket }) => ticket ?? []);
    try {
      return await (tickets.length > 0 ? this.ask(batch, tickets) : this.send(batch));
    } catch (error) {
      return new Map(batch.map((push) => [push, outcomeOfFailure(error)]));
    }
  }

  private async ask(batch: readonly Push[], tickets: readonly string[]): Promise<Map<Push, PushOutcome>> {
    const outcomes = await this.serviceOf(batch).outcomesOf?.(tickets);
    return new Map(batch.map((push, place) => [push, outcomes?.[place] ?? { kind: 'accepted' }]));
  }

  private async send(batch: readonly Push[]): Promise<Map<Push, PushOutcome>> {
    const result = new Map(batch.map((push) => [push, NOT_PERMITTED]));
    await this.rights.run(batch, async (permitted, may) => {
      const parcels = permitted.map((push) => ({ target: push.target, message: messageOf(push) }));
      const outcomes = await this.serviceOf(permitted).send(parcels, may);
      for (const [place, push] of permitted.entries()) result.set(push, outcomes[place] ?? unanswered());
    });
    return result;
  }

  private serviceOf([first]: readonly Push[]) {
    if (first === undefined) throw new Error('There is nothing to hand over.');
    return this.services.of(first);
  }
}

const unanswered = (): PushOutcome => ({ kind: 'later', reason: 'The push service did not say what became of it.' });

function messageOf({ notificationId: id, kind, title, body, path, subject, createdAt }: Push): PushMessage {
  const ttlSeconds = Math.max(60, Math.round((createdAt.getTime() + WORTH_MS - databaseNow()) / 1_000));
  return { id, kind, title: shorten(title, MAX_TITLE), body: shorten(body, MAX_BODY), path, subject, ttlSeconds };
}

function shorten(text: string, max: number): string {
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}
