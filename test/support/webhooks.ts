import { createHmac, randomUUID } from 'node:crypto';
import type { Api, Schemas } from './api.js';

export interface TestSource {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
}

export async function makeSource(
  api: Api,
  workspaceId: string,
  request: Partial<Schemas['CreateSourceRequest']> & { provider: string },
): Promise<TestSource> {
  const secret = `secret ${randomUUID()}`;
  const secrets = request.provider === 'open' ? [] : [secret];
  const { data, error, response } = await api.client.POST('/v1/workspaces/{ws}/sources', {
    params: { path: { ws: workspaceId } },
    body: { name: `test ${request.provider}`, secrets, ...request },
  });
  if (data === undefined) throw new Error(`The source was not created: ${response.status} ${JSON.stringify(error)}`);
  return { id: data.id, url: data.url, secret };
}

export interface GithubDelivery {
  readonly body: string;
  readonly event?: string;
  readonly deliveryId?: string;
  readonly secret: string;
}

export function githubHeaders({ body, event = 'push', deliveryId = randomUUID(), secret }: GithubDelivery) {
  return {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': deliveryId,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
}

export interface Accepted {
  readonly status: number;
  readonly deliveryId: string;
  readonly duplicate: boolean;
  readonly code?: string;
  readonly headers: Headers;
}

export async function post(
  url: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Accepted> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const answer = (await response.json()) as { deliveryId: string; duplicate: boolean; code?: string };
  return { ...answer, status: response.status, headers: response.headers };
}

export const postGithub = (source: TestSource, delivery: Omit<GithubDelivery, 'secret'>): Promise<Accepted> =>
  post(source.url, delivery.body, githubHeaders({ ...delivery, secret: source.secret }));

export async function deliveryOf(api: Api, workspaceId: string, id: string): Promise<Schemas['DeliveryDetail']> {
  const { data, response } = await api.client.GET('/v1/workspaces/{ws}/deliveries/{id}', {
    params: { path: { ws: workspaceId, id } },
  });
  if (data === undefined) throw new Error(`No delivery ${id}: ${response.status}`);
  return data;
}

export interface EventView {
  readonly type: string;
  readonly id: string;
  readonly offset: number;
  readonly payload: { readonly deliveryId: string; readonly title: string; readonly eventType: string };
}

/** Every event of the channel, oldest first. */
export async function webhookEvents(api: Api, workspaceId: string): Promise<EventView[]> {
  const events: EventView[] = [];
  for (;;) {
    const after = events.at(-1)?.offset ?? 0;
    const path = `/v1/workspaces/${workspaceId}/events?channel=webhooks:${workspaceId}&after=${after}&limit=200`;
    const page = await api.get<{ items: EventView[] }>(path);
    if (page.status !== 200) throw new Error(`The log can't be read: ${page.status}`);
    if (page.body.items.length === 0) return events;
    events.push(...page.body.items);
  }
}
