import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { TrimTopics } from '../../../src/features/topics/retention/trim-topics.js';
import { Database } from '../../../src/platform/database/database.js';
import { signUp } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { ada, admin, connect, logOf, paid, publish, start, stop, tidings, topic, ws } from './publishing.js';

beforeAll(start);
afterAll(stop);
afterEach(() => admin.put(rulesPath(), { rules: [] }));

const rulesPath = () => `/v1/workspaces/${ws}/topics/retention`;

async function setRules(...rules: object[]): Promise<void> {
  const { status, body } = await admin.put(rulesPath(), { rules });
  expect([status, body]).toEqual([200, { rules: expect.any(Array) }]);
}

const fill = (path: string, count: number) => publish(ada, { events: Array.from({ length: count }, () => paid(path)) });

const makeOlder = (path: string, seconds: number) =>
  tidings.app.get(Database).query(
    `UPDATE events SET created_at = created_at - make_interval(secs => $2)
     FROM channels WHERE channels.id = channel_id AND channels.name = $1`,
    [topic(path), seconds],
  );

const offsetsOf = async (path: string) => (await logOf(ada, topic(path))).map(({ offset }) => offset);

/** Events that a consumer of the log still has to read stay, so trimming is repeated. */
const keepsOnly = (path: string, offsets: number[]) =>
  eventually(`the topic ${path} keeps only the events ${offsets.join()}`, async () => {
    await tidings.app.get(TrimTopics).run(() => false);
    return (await offsetsOf(path)).join() === offsets.join();
  });

describe('a topic', () => {
  it('keeps its newest events, as many as its rule says, and others keep all of theirs', async () => {
    await fill('count/a', 5);
    await fill('counted', 3);
    await setRules({ topics: 'count/*', maxEvents: 2 });
    await keepsOnly('count/a', [4, 5]);
    expect(await offsetsOf('counted')).toEqual([1, 2, 3]);
  });

  it('loses the events that are older than its rule says', async () => {
    await fill('age/a', 2);
    await makeOlder('age/a', 120);
    await fill('age/a', 1);
    await setRules({ topics: '*', maxAgeSeconds: 3_600 }, { topics: 'age/*', maxAgeSeconds: 60 });
    await keepsOnly('age/a', [3]);
  });

  it('loses all of them when all are too old, and goes on with the next offset', async () => {
    await fill('old', 2);
    await makeOlder('old', 120);
    await setRules({ topics: 'old', maxAgeSeconds: 60 });
    await keepsOnly('old', []);
    expect(await fill('old', 1)).toEqual([expect.objectContaining({ offset: 3 })]);
  });

  it('follows its own rule before that of a subtree, and the longer subtree before the shorter one', async () => {
    for (const path of ['near/a/b', 'near/a/c', 'near/d']) await fill(path, 4);
    await setRules(
      { topics: 'near/a/b', maxEvents: 3 },
      { topics: 'near/a/*', maxEvents: 2 },
      { topics: 'near/*', maxEvents: 1 },
    );
    await keepsOnly('near/d', [4]);
    await keepsOnly('near/a/c', [3, 4]);
    await keepsOnly('near/a/b', [2, 3, 4]);
  });

  it('tells a client that asks for a deleted event to start over', async () => {
    await fill('resumed', 3);
    const { body } = await admin.get<{ position: { epoch: string } }>(
      `/v1/workspaces/${ws}/events?channel=${topic('resumed')}&latest=1`,
    );
    await setRules({ topics: 'resumed', maxEvents: 1 });
    await keepsOnly('resumed', [3]);
    const socket = await connect(ada);
    const position = { epoch: body.position.epoch, offset: 1 };
    const { payload } = await socket.ask('subscribe', { channel: topic('resumed'), position });
    expect(payload).toMatchObject({ recovered: false, offset: 3 });
  });
});

describe('the rules for topics', () => {
  it('are replaced as a whole, listed by topic, and audited', async () => {
    await setRules({ topics: 'b/*', maxEvents: 5 }, { topics: 'a', maxAgeSeconds: 60, maxEvents: 7 });
    const rules = [
      { topics: 'a', maxAgeSeconds: 60, maxEvents: 7 },
      { topics: 'b/*', maxEvents: 5 },
    ];
    expect((await admin.get(rulesPath())).body).toEqual({ rules });
    await setRules();
    expect((await admin.get(rulesPath())).body).toEqual({ rules: [] });
    const audit = await admin.get<{ items: object[] }>(`/v1/workspaces/${ws}/audit?limit=1`);
    expect(audit.body.items[0]).toMatchObject({ action: 'topic.retention-changed', before: { rules } });
  });

  it.each([
    ['a topic that cannot exist', [{ topics: 'A/*', maxEvents: 1 }]],
    ['a `*` in the middle', [{ topics: 'a/*/b', maxEvents: 1 }]],
    ['neither an age nor a number', [{ topics: 'a' }]],
    ['a number of none', [{ topics: 'a', maxEvents: 0 }]],
    ['an age below a minute', [{ topics: 'a', maxAgeSeconds: 59 }]],
    ['two rules for the same topics', [1, 2].map((maxEvents) => ({ topics: 'a', maxEvents }))],
    ['more than fifty rules', Array.from({ length: 51 }, (_, i) => ({ topics: `a${i}`, maxEvents: 1 }))],
  ])('refuse %s', async (_, rules) => {
    const { status, body } = await admin.put(rulesPath(), { rules });
    expect([status, body['code']]).toEqual([400, 'request.invalid']);
  });

  it('are read and changed only with the right to manage topics', async () => {
    expect((await ada.get(rulesPath())).status).toBe(403);
    expect((await ada.put(rulesPath(), { rules: [] })).status).toBe(403);
    const stranger = await signUp(admin, 'rules@example.com');
    expect((await stranger.put(rulesPath(), { rules: [] })).status).toBe(404);
  });
});
