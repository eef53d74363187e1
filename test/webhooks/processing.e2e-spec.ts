import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Database } from '../../src/platform/database/database.js';
import { ProcessDeliveries } from '../../src/webhooks/processing/process-deliveries.js';
import { RescueDeliveries } from '../../src/webhooks/processing/rescue-deliveries.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { deliveryOf, post, webhookEvents } from '../support/webhooks.js';

let tidings: RunningTidings;
let database: Database;

beforeAll(async () => {
  tidings = await startTidings();
  database = tidings.app.get(Database);
});
afterAll(() => tidings.stop());

/** Resets a delivery to its state before processing, without a job. */
async function unprocessed(changes = ''): Promise<string> {
  const { deliveryId } = await post(tidings.openSourceUrl, `message ${randomUUID()}`);
  await eventually('the delivery is processed', async () => (await look(deliveryId)).status === 'processed');
  await database.query(
    `UPDATE deliveries SET status = 'received', event_id = NULL, due_at = now() - interval '1 minute' ${changes} WHERE id = $1`,
    [deliveryId],
  );
  return deliveryId;
}

const look = (id: string) => deliveryOf(tidings.api, tidings.workspaceId, id);

describe('a delivery', () => {
  it('whose job was lost gets a new one from the sweep', async () => {
    const id = await unprocessed();
    expect(await tidings.app.get(RescueDeliveries).requeueLost()).toBeGreaterThan(0);
    await eventually('the delivery is processed', async () => (await look(id)).status === 'processed');
  });

  it('that crashes its worker three times fails and does not delay others', async () => {
    const [poison, healthy] = [await unprocessed(', deaths = 3'), await unprocessed()];
    await tidings.app.get(ProcessDeliveries).handle({ deliveryIds: [poison, healthy] }, { again: true });
    expect(await look(poison)).toMatchObject({ status: 'failed', error: expect.stringContaining('worker crashed') });
    expect(await look(healthy)).toMatchObject({ status: 'processed' });
  });

  it('of a removed provider is retried until it has no attempts left', async () => {
    const id = await unprocessed(`, provider = 'gone'`);
    const handler = tidings.app.get(ProcessDeliveries);
    for (let attempt = 1; attempt <= tidings.config.deliveryAttempts; attempt++) {
      await handler.handle({ deliveryIds: [id] }, { again: true });
      await eventually(`attempt ${attempt} is recorded`, async () => {
        const { attempts } = await look(id);
        return attempts >= attempt + 1;
      });
      const { status, error } = await look(id);
      expect(error).toContain('gone');
      if (status === 'failed') break;
    }
    expect(await look(id)).toMatchObject({ status: 'failed' });
  });

  it('that fails is published exactly once on the webhooks channel', async () => {
    const id = await unprocessed(', deaths = 3');
    const handler = tidings.app.get(ProcessDeliveries);
    await Promise.all(Array.from({ length: 4 }, () => handler.handle({ deliveryIds: [id] }, { again: true })));
    const channel = `webhooks:${tidings.workspaceId}`;
    const log = `/v1/workspaces/${tidings.workspaceId}/events?channel=${channel}&limit=200`;
    const { body } = await tidings.api.get<{ items: Array<{ type: string; payload: { deliveryId?: string } }> }>(log);
    const published = body.items.filter(({ type, payload }) => type === 'webhook:failed' && payload.deliveryId === id);
    expect(published).toEqual([
      expect.objectContaining({
        payload: expect.objectContaining({ provider: 'open', error: expect.stringContaining('worker crashed') }),
      }),
    ]);
  });

  it('that several workers process concurrently makes one event', async () => {
    const ids = [await unprocessed(), await unprocessed(), await unprocessed()];
    const handler = tidings.app.get(ProcessDeliveries);
    await Promise.all(Array.from({ length: 6 }, () => handler.handle({ deliveryIds: ids }, { again: false })));
    await eventually('all are processed', async () => {
      const states = await Promise.all(ids.map(look));
      return states.every(({ status }) => status === 'processed');
    });
    const events = await webhookEvents(tidings.api, tidings.workspaceId);
    const countOf = (id: string) => events.filter(({ payload }) => payload.deliveryId === id).length;
    // Each had one before it was reset. The sweep may have processed some of them again before the handler did.
    expect(ids.map(countOf)).toEqual(ids.map(() => 2));
  });
});
