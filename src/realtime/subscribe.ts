import { Injectable } from '@nestjs/common';
import { Access } from '../access/contracts/access.js';
import { LogReader } from '../platform/events/log-reader.js';
import type { KnownPosition } from './frames/client-payloads.js';
import type { ChannelFeed } from './feeds/channel-feed.js';
import { Feeds } from './feeds/feeds.js';
import type { FrameId } from './frames/frame.js';
import { channelForbidden, subscriptionTooMany } from './realtime.errors.js';
import { Gate } from './gate.js';
import { RealtimeMetrics } from './realtime.metrics.js';
import type { Session } from './sockets/session.js';

const MOST_SUBSCRIPTIONS = 1_000;

/** A channel that a client asks for, and where it stood in it. */
export interface Wish {
  readonly channel: string;
  readonly position?: KnownPosition | null | undefined;
}

interface Prepared {
  readonly feed: ChannelFeed;
  /** Where to go on; undefined when the client has to start over. */
  readonly resumeAt: number | undefined;
}

/**
 * Subscribes a session. There is no seam between what was missed and what is live: the feed is open before anything is
 * read, so from then on its cursor moves with every event; the subscription starts in one tick with the `subscribed`
 * frame, at the client's offset or at that cursor, and each event is written only if it is the next one.
 */
@Injectable()
export class Subscribe {
  constructor(
    private readonly access: Access,
    private readonly feeds: Feeds,
    private readonly log: LogReader,
    private readonly metrics: RealtimeMetrics,
    private readonly gate: Gate,
  ) {}

  /** @throws `channel.forbidden`, `subscription.too-many` */
  async one(session: Session, wish: Wish, id?: FrameId): Promise<void> {
    const readable = await this.gate.pass(() => this.run(session, [wish], id));
    if (readable.length === 0 && session.isOpen) throw channelForbidden();
  }

  /**
   * Subscribes to those of the channels that this user may read; a channel that is subscribed already only gets its
   * `subscribed` frame again.
   * @returns the channels that this user may read
   * @throws `subscription.too-many`
   */
  async run(session: Session, wishes: readonly Wish[], id?: FrameId): Promise<string[]> {
    for (;;) {
      const { rightsVersion } = session;
      const readable = await this.access.readableChannels(
        session.principal,
        wishes.map(({ channel }) => channel),
      );
      const allowed = wishes.filter(({ channel }) => readable.has(channel));
      const fresh = allowed.filter(({ channel }) => !session.subscriptions.has(channel));
      if (session.subscriptions.size + fresh.length > MOST_SUBSCRIPTIONS) throw subscriptionTooMany();
      const prepared = await Promise.all(fresh.map((wish) => this.prepare(wish)));
      if (!session.isOpen) return [];
      // Rights that changed, or a feed that was closed, while this was looking elsewhere: look again.
      if (session.rightsVersion !== rightsVersion) continue;
      if (!prepared.every(({ feed }) => this.feeds.isOpen(feed))) continue;
      for (const { channel } of allowed) confirmAgain(session, channel, id);
      for (const preparation of prepared) begin(session, preparation, id);
      return allowed.map(({ channel }) => channel);
    }
  }

  private async prepare({ channel, position }: Wish): Promise<Prepared> {
    const feed = await this.feeds.open(channel);
    if (position === undefined || position === null) {
      this.metrics.subscribes.inc({ outcome: 'fresh' });
      return { feed, resumeAt: undefined };
    }
    const resumes = await this.holds(feed, position);
    this.metrics.subscribes.inc({ outcome: resumes ? 'recovered' : 'restarted' });
    return { feed, resumeAt: resumes ? position.offset : undefined };
  }

  /** Whether everything after this position can still be had. */
  private async holds(feed: ChannelFeed, { epoch, offset }: KnownPosition): Promise<boolean> {
    if (epoch !== feed.state.epoch) return false;
    if (offset === feed.cursor.after) return true;
    // Asks the log: the client may be ahead of this node, when it read a list after an event whose hint is under way.
    const state = await this.log.state(feed.state.id);
    return state !== undefined && state.epoch === epoch && state.tail <= offset && offset <= state.head;
  }
}

function begin(session: Session, { feed, resumeAt }: Prepared, id?: FrameId): void {
  const subscription = feed.subscribe(session, resumeAt ?? feed.cursor.after);
  session.subscriptions.set(feed.state.channel, subscription);
  // Nothing was written yet: a subscription that starts behind the cursor reads, and that takes a turn.
  session.send('subscribed', { ...subscription.position, recovered: resumeAt !== undefined }, id);
}

/** A channel that is subscribed already has lost nothing; its client learns where it stands. */
function confirmAgain(session: Session, channel: string, id?: FrameId): void {
  const subscription = session.subscriptions.get(channel);
  if (subscription !== undefined) session.send('subscribed', { ...subscription.position, recovered: true }, id);
}
