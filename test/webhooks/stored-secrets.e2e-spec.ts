import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Schemas } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { send } from '../support/senders.js';
import { deliveryOf, makeSource, webhookEvents } from '../support/webhooks.js';

let tidings: RunningTidings;
let ws: string;

beforeAll(async () => {
  tidings = await startTidings();
  ws = tidings.workspaceId;
});
afterAll(() => tidings?.stop());

/** Needs an escape in JSON. */
const secretOf = (): string => `the "state" of ${randomUUID()}`;
const source = (secret: string) =>
  makeSource(tidings.api, ws, { provider: 'microsoft-graph', secrets: [secret], include: 'body' });

const notification = (clientState: string, subject = 'hello') =>
  JSON.stringify({
    value: [1, 2].map((id) => ({ changeType: 'created', clientState, resourceData: { id, subject } })),
  });

const processed = (id: string) =>
  eventually('the delivery is processed', async () => {
    const delivery = await deliveryOf(tidings.api, ws, id);
    return delivery.status === 'processed' ? delivery : undefined;
  });

/** The answers of the calls that show a delivery and its event. */
async function shownOf(id: string): Promise<string> {
  const delivery = await processed(id);
  const event = (await webhookEvents(tidings.api, ws)).find(({ payload }) => payload.deliveryId === id);
  expect(event?.payload).toMatchObject({ body: { value: expect.anything() } });
  return JSON.stringify([delivery.body, delivery.headers, event]);
}

const refusedBy = (sourceId: string) =>
  eventually('the refused request is listed', async () => {
    const path = `/v1/workspaces/${ws}/refused?sourceId=${sourceId}`;
    return (await tidings.api.get<{ items: Schemas['RefusedRequest'][] }>(path)).body.items[0];
  });

describe('the clientState of Microsoft Graph, which is the secret of its source,', () => {
  it('is in no delivery, in no event and in no result of a filter, and the rest of the body stays', async () => {
    const secret = secretOf();
    const { id, url } = await source(secret);
    const { deliveryId } = await send(url, notification(secret, 'say "clientState":"x"'));
    const shown = await shownOf(deliveryId);
    const { body } = await deliveryOf(tidings.api, ws, deliveryId);
    expect(body).toBe(notification('', 'say "clientState":"x"'));
    expect(shown).not.toContain(secret.slice(-36));
    const found = (value: string) =>
      tidings.api.get<{ items: unknown[] }>(
        `/v1/workspaces/${ws}/deliveries?sourceId=${id}&body.value.0.clientState=${encodeURIComponent(value)}`,
      );
    expect((await found(secret)).body.items).toEqual([]);
    expect((await found('')).body.items).toHaveLength(1);
  });

  it('does not make a repeat of another notification, and the same bytes stay a repeat', async () => {
    const [first, second] = [secretOf(), secretOf()];
    const { url } = await makeSource(tidings.api, ws, { provider: 'microsoft-graph', secrets: [first, second] });
    const sent = [];
    for (const secret of [first, first, second]) sent.push((await send(url, notification(secret))).duplicate);
    expect(sent).toEqual([false, true, false]);
  });

  it('is in no test of the source', async () => {
    const secret = secretOf();
    const { id } = await source(secret);
    const { body } = await tidings.api.post<Schemas['SourceTested']>(`/v1/workspaces/${ws}/sources/${id}/test`, {});
    expect(await shownOf(body.deliveryId)).not.toContain(secret.slice(-36));
  });

  it.each([
    ['a whole body', ''],
    ['a body that is cut', 'x'.repeat(20_000)],
  ])('is not shown in a refused request with %s', async (_name, filler) => {
    const secret = secretOf();
    const { id, url } = await source(secret);
    await tidings.api.patch(`/v1/workspaces/${ws}/sources/${id}`, { enabled: false });
    expect((await send(url, notification(secret, filler))).status).toBe(404);
    const refused = await refusedBy(id);
    const { body } = await tidings.api.get<Schemas['RefusedRequestDetail']>(
      `/v1/workspaces/${ws}/refused/${refused.id}`,
    );
    expect(body.body).toContain('"clientState":""');
    expect(JSON.stringify(body)).not.toContain(secret.slice(-36));
  });

  it('is kept in a refused request, so that it can be accepted, and is not in its delivery', async () => {
    const secret = secretOf();
    const { id, url } = await source(secret);
    await tidings.api.patch(`/v1/workspaces/${ws}/sources/${id}`, { enabled: false });
    await send(url, notification(secret));
    const refused = await refusedBy(id);
    await tidings.api.patch(`/v1/workspaces/${ws}/sources/${id}`, { enabled: true });
    const accepted = await tidings.api.post<{ deliveryId: string }>(
      `/v1/workspaces/${ws}/refused/${refused.id}/accept`,
    );
    expect(accepted.status).toBe(202);
    expect(await shownOf(accepted.body.deliveryId)).not.toContain(secret.slice(-36));
  });
});

describe('a header in which some sender sends its secret', () => {
  it.each([
    'Authorization',
    'Cf-Webhook-Auth',
    'X-Api-Key',
    'X-Gitlab-Token',
    'X-Hook-Secret',
    'X-Telegram-Bot-Api-Secret-Token',
  ])('is not stored by a source of another sender: %s', async (name) => {
    const { url } = await makeSource(tidings.api, ws, { provider: 'open' });
    const { deliveryId } = await send(url, '{}', { [name]: 'a secret', 'x-kept': 'yes' });
    const { headers } = await deliveryOf(tidings.api, ws, deliveryId);
    expect(headers['x-kept']).toBe('yes');
    expect(Object.values(headers)).not.toContain('a secret');
  });
});
