import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { signUp, type Api, type Schemas } from '../api.js';
import { Dice } from '../dice.js';
import { eventually } from '../eventually.js';
import { compareReach, type Comparison } from './compare.js';
import { RecordingUser } from './recording-user.js';
import { RightsChanger } from './rights-changer.js';

type Reach = Schemas['Reach'];

interface Published {
  readonly id: string;
  readonly channel: string;
  readonly at: number;
}

/** Sessions that opened or closed this close to an event neither confirm nor contradict a reason. */
const MARGIN_MS = 1_500;
const CALLS_AT_A_TIME = 4;
const PATHS = ['reach/a', 'reach/b', 'reach/c', 'reach/d', 'reach/e'] as const;

/** Users who come and go while events are published, and what the service tells about it afterwards. */
export class ReachTrial {
  readonly published: Published[] = [];

  private constructor(
    private readonly admin: Api,
    private readonly workspaceId: string,
    private readonly users: readonly RecordingUser[],
    private readonly rights: RightsChanger,
    private readonly dice: Dice,
  ) {}

  static async prepare(
    admin: Api,
    workspaceId: string,
    urls: readonly [string, ...string[]],
    { seed, users: count }: { seed: number; users: number },
  ): Promise<ReachTrial> {
    const dice = new Dice(seed);
    const channels = PATHS.map((path) => `topic:${workspaceId}/${path}`) as [string, ...string[]];
    const users: RecordingUser[] = [];
    for (let i = 0; i < count; i++) {
      const user = await signUp(admin, `reach-${i}@example.com`);
      await admin.put(`/v1/workspaces/${workspaceId}/members/${user.userId}`, { role: 'member' });
      users.push(new RecordingUser(user, urls, channels, new Dice(seed + i + 1)));
    }
    const userIds = users.map(({ api }) => api.userId) as [string, ...string[]];
    const rights = new RightsChanger(admin, workspaceId, userIds, PATHS, new Dice(seed - 1));
    return new ReachTrial(admin, workspaceId, users, rights, dice);
  }

  get faults(): string[] {
    return this.users.flatMap(({ faults }) => faults);
  }

  /** @param meanwhile runs while the events are published */
  async run(
    { events, perCall, everyMs }: { events: number; perCall: number; everyMs: number },
    meanwhile: (isOver: () => boolean) => Promise<void> = async () => undefined,
  ): Promise<void> {
    let over = false;
    const isOver = () => over;
    const living = Promise.all([...this.users.map((user) => user.live(isOver)), this.rights.run(isOver)]);
    const disturbing = meanwhile(isOver);
    while (this.published.length < events) {
      await this.publish(perCall);
      await delay(everyMs);
    }
    over = true;
    await disturbing;
    await living;
  }

  /** Compares every `step`th event. */
  async compareAll(step: number): Promise<Comparison> {
    const sessions = this.users.flatMap((user) => user.sessions);
    const comparison: Comparison = { compared: 0, unknown: [], wrong: [] };
    await this.settled();
    const events = this.published.filter((_, i) => i % step === 0);
    await atATime(events, async ({ id }) => compareReach(await this.wholeReach(id), sessions, comparison));
    return comparison;
  }

  /** Compares the outcomes of random users and events with the record of the clients. */
  async compareReasons(count: number): Promise<{ wrongReasons: string[]; reasons: ReadonlyMap<string, number> }> {
    const wrongReasons: string[] = [];
    const reasons = new Map<string, number>();
    const pairs = Array.from({ length: count }, () => ({
      event: this.published[this.dice.below(this.published.length)],
      user: this.users[this.dice.below(this.users.length)],
    }));
    await atATime(pairs, async ({ event, user }) => {
      if (event === undefined || user === undefined) return;
      const { user: told, event: shown } = await this.reachOf(event.id, `userId=${user.api.userId}`);
      const outcome = told?.outcome ?? 'none';
      reasons.set(outcome, (reasons.get(outcome) ?? 0) + 1);
      const expected = this.expectedReason(user, shown);
      if (expected !== undefined && outcome !== 'unknown' && outcome !== expected)
        wrongReasons.push(`${shown.channel} ${shown.offset} to ${user.api.userId}: ${outcome} instead of ${expected}`);
    });
    return { wrongReasons, reasons };
  }

  /** Undefined where the record of the client doesn't tell. */
  private expectedReason({ api: { userId }, sessions }: RecordingUser, event: Reach['event']): string | undefined {
    const { channel, offset } = event;
    const at = Date.parse(event.at);
    const spans = sessions.flatMap((session) => session.spans).filter((span) => span.channel === channel);
    if (spans.some(({ after, last }) => after < offset && offset <= last)) return 'written';
    if (spans.some(({ exact, after, endedAt = Infinity }) => !exact && after < offset && at < endedAt + MARGIN_MS))
      return undefined;
    const path = channel.slice(channel.indexOf('/') + 1);
    const isDenied = this.rights.isDenied(userId, path, at);
    if (isDenied === undefined) return undefined;
    if (isDenied) return 'no-permission';
    const isNear = (time: number | undefined) => time !== undefined && Math.abs(time - at) < MARGIN_MS;
    if (sessions.some(({ openedAt, closedAt }) => isNear(openedAt) || isNear(closedAt))) return undefined;
    const isOpen = sessions.some(({ openedAt, closedAt = Infinity }) => openedAt < at && at < closedAt);
    return isOpen ? 'not-subscribed' : 'no-session';
  }

  private async publish(count: number): Promise<void> {
    const events = Array.from({ length: count }, (_, i) => {
      const channel = `topic:${this.workspaceId}/${this.dice.pick(PATHS)}`;
      // The id makes a repeat harmless.
      return { channel, type: 'thing:happened', payload: i, id: randomUUID() };
    });
    const path = `/v1/workspaces/${this.workspaceId}/events`;
    const answer = await eventually('the events are published', async () => {
      const answer = await this.admin.post<{ events: { id: string; channel: string }[] }>(path, { events });
      if (answer.status !== 201 && answer.status !== 503) throw new Error(`Unexpected answer ${answer.status}.`);
      return answer.status === 201 && answer;
    });
    this.published.push(...answer.body.events.map((event) => ({ ...event, at: Date.now() })));
  }

  private async settled(): Promise<void> {
    const last = this.published.at(-1);
    if (last !== undefined)
      await eventually('the record is complete', async () => (await this.reachOf(last.id)).complete, 30_000);
  }

  private async wholeReach(id: string): Promise<Pick<Reach, 'event' | 'items'>> {
    let page = await this.reachOf(id, 'limit=200');
    const items = [...page.items];
    while (page.nextCursor !== null) {
      page = await this.reachOf(id, `limit=200&cursor=${page.nextCursor}`);
      items.push(...page.items);
    }
    return { event: page.event, items };
  }

  private async reachOf(id: string, query = ''): Promise<Reach> {
    const path = `/v1/workspaces/${this.workspaceId}/events/${id}/reach?${query}`;
    const { status, body } = await this.admin.get<Reach>(path);
    if (status !== 200) throw new Error(`Unexpected answer ${status}: ${JSON.stringify(body)}`);
    return body;
  }
}

async function atATime<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: CALLS_AT_A_TIME }, worker));
}
