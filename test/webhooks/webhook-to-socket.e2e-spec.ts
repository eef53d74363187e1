import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signUp, type Api } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { githubExamples } from '../support/github-examples.js';
import { TestSocket, type Frame } from '../support/socket.js';
import { makeSource, post, postGithub, webhookEvents, type Accepted } from '../support/webhooks.js';

let tidings: RunningTidings;
let api: Api;
let ws: string;
let channel: string;

beforeAll(async () => {
  tidings = await startTidings();
  ({ api, workspaceId: ws } = tidings);
  channel = `webhooks:${ws}`;
});
afterAll(() => tidings.stop());

describe('the 329 examples of GitHub, signed and posted', () => {
  const examples = githubExamples();
  let stranger: Api;
  let subscriberSocket: TestSocket;
  let strangerSocket: TestSocket;
  const answers: Frame[] = [];
  const posted: Accepted[] = [];
  const accepted = () => posted.map(({ deliveryId }) => deliveryId);

  beforeAll(async () => {
    const member = await signUp(api, 'member@example.com');
    await api.put(`/v1/workspaces/${ws}/members/${member.userId}`, { role: 'member', grant: [], deny: [] });
    stranger = await signUp(api, 'stranger@example.com');
    subscriberSocket = await TestSocket.connect(tidings.url, member.token);
    strangerSocket = await TestSocket.connect(tidings.url, stranger.token);
    answers.push(
      await subscriberSocket.ask('subscribe', { channel }),
      await strangerSocket.ask('subscribe', { channel }),
    );
    const github = await makeSource(api, ws, { provider: 'github' });
    for (const { event, body } of examples) posted.push(await postGithub(github, { event, body }));
    await eventually('all events arrive', () => subscriberSocket.events(channel).length >= examples.length, 30_000);
  }, 60_000);

  it('are answered 202 with 329 distinct ids', () => {
    expect(posted.map(({ status, duplicate }) => [status, duplicate])).toEqual(posted.map(() => [202, false]));
    expect(new Set(accepted()).size).toBe(329);
  });

  it('become 329 deliveries with a type and a title', async () => {
    const records: { id: string; status: string; eventType: string; title: string }[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: { items: typeof records; nextCursor: string | null } } = await api.get(
        `/v1/workspaces/${ws}/deliveries?limit=200${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      records.push(...page.body.items);
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(records.map(({ id }) => id).toSorted()).toEqual(accepted().toSorted());
    for (const { status, eventType, title } of records) {
      expect({ status, eventType, title }).toEqual({
        status: 'processed',
        eventType: expect.stringMatching(/^[a-z_0-9]+(\.[a-z_-]+)?$/),
        title: expect.stringMatching(/^\S.{5,199}$/),
      });
    }
  });

  it('arrive as 329 events in posting order with dense offsets', () => {
    const events = subscriberSocket.events(channel);
    expect(events.map(({ payload }) => payload['deliveryId'])).toEqual(accepted());
    expect(events.map(({ offset }) => offset)).toEqual(accepted().map((_, i) => i + 1));
    expect(new Set(events.map(({ id }) => id)).size).toBe(329);
  });

  it('are the same events in the REST log', async () => {
    const logged = await webhookEvents(api, ws);
    expect(logged).toEqual(subscriberSocket.events(channel));
  });

  it('are not sent to a user without access', () => {
    expect(answers).toMatchObject([{ type: 'subscribed' }, { type: 'error', payload: { code: 'channel.forbidden' } }]);
    expect(strangerSocket.frames.map(({ type }) => type).toSorted()).toEqual(['connected', 'error', 'subscribed']);
    expect(JSON.stringify(strangerSocket.frames)).not.toContain('deliveryId');
    subscriberSocket.cut();
    strangerSocket.cut();
  });
});

describe('an open source', () => {
  it('sends a message to every subscribed socket within 2 s', async () => {
    const sockets = await Promise.all([1, 2, 3].map(() => TestSocket.connect(tidings.url, api.token)));
    for (const socket of sockets) await socket.ask('subscribe', { channel });
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const { deliveryId } = await post(tidings.openSourceUrl, 'this is for WebSocketyness', type);
    for (const socket of sockets) {
      const frame = await socket.waitFor(
        ({ payload }) => payload['deliveryId'] === deliveryId,
        'the event arrives',
        2_000,
      );
      expect(frame).toMatchObject({
        type: 'webhook:received',
        channel,
        actor: null,
        payload: { provider: 'open', eventType: 'message', title: 'this is for WebSocketyness', url: null },
      });
      socket.cut();
    }
  });
});
