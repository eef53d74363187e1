import { Injectable } from '@nestjs/common';
import { Access } from '../../access/public/access.js';
import { LogReader } from '../../platform/events/log-reader.js';
import type { KnownPosition } from '../protocol/client-payloads.js';
import type { Channel } from '../channels/channel.js';
import { ChannelHub } from '../channels/channel-hub.js';
import type { FrameId } from '../protocol/encode-frames.js';
import { channelForbidden, subscriptionTooMany } from '../protocol/realtime.errors.js';
import { Semaphore } from '../../platform/concurrency/semaphore.js';
import { RealtimeMetrics } from '../metrics/realtime.metrics.js';
import type { Connection } from '../connections/connection.js';

const MAX_SUBSCRIPTIONS = 1_000;

/** A channel that a client asks for, and where it stood in it. */
export interface SubscribeRequest {
  readonly channel: string;
  readonly position?: KnownPosition | null | undefined;
}

interface Prepared {
  readonly channel: Channel;
  /** Where to go on; undefined when the client has to start over. */
  readonly resumeAt: number | undefined;
}

/**
 * Subscribes a session. There is no seam between what was missed and what is live: the channel is open before anything is
 * read, so from then on its cursor moves with every event; the subscription starts in one tick with the `subscribed`
 * frame, at the client's offset or at that cursor, and each event is written only if it is the next one.
 */
@Injectable()
export class Subscribe {
  constructor(
    private readonly access: Access,
    private readonly hub: ChannelHub,
    private readonly log: LogReader,
    private readonly metrics: RealtimeMetrics,
    private readonly semaphore: Semaphore,
  ) {}

  /** @throws `channel.forbidden`, `subscription.too-many` */
  async one(connection: Connection, request: SubscribeRequest, id?: FrameId): Promise<void> {
    const readable = await this.semaphore.run(() => this.run(connection, [request], id));
    if (readable.length === 0 && connection.isOpen) throw channelForbidden();
  }

  /**
   * Subscribes to those of the channels that this user may read; a channel that is subscribed already only gets its
   * `subscribed` frame again.
   * @returns the channels that this user may read
   * @throws `subscription.too-many`
   */
  async run(connection: Connection, requests: readonly SubscribeRequest[], id?: FrameId): Promise<string[]> {
    for (;;) {
      const { rightsVersion } = connection;
      const readable = await this.access.readableChannels(
        connection.principal,
        requests.map(({ channel }) => channel),
      );
      const allowed = requests.filter(({ channel }) => readable.has(channel));
      const fresh = allowed.filter(({ channel }) => !connection.subscriptions.has(channel));
      if (connection.subscriptions.size + fresh.length > MAX_SUBSCRIPTIONS) throw subscriptionTooMany();
      const prepared = await Promise.all(fresh.map((request) => this.prepare(request)));
      if (!connection.isOpen) return [];
      // Rights that changed, or a channel that was closed, while this was looking elsewhere: look again.
      if (connection.rightsVersion !== rightsVersion) continue;
      if (!prepared.every(({ channel }) => this.hub.isOpen(channel))) continue;
      for (const { channel } of allowed) confirmAgain(connection, channel, id);
      for (const preparation of prepared) begin(connection, preparation, id);
      return allowed.map(({ channel }) => channel);
    }
  }

  private async prepare({ channel: name, position }: SubscribeRequest): Promise<Prepared> {
    const channel = await this.hub.open(name);
    if (position === undefined || position === null) {
      this.metrics.subscribes.inc({ outcome: 'fresh' });
      return { channel, resumeAt: undefined };
    }
    const resumes = await this.canResume(channel, position);
    this.metrics.subscribes.inc({ outcome: resumes ? 'recovered' : 'restarted' });
    return { channel, resumeAt: resumes ? position.offset : undefined };
  }

  /** Whether everything after this position can still be had. */
  private async canResume(channel: Channel, { epoch, offset }: KnownPosition): Promise<boolean> {
    if (epoch !== channel.state.epoch) return false;
    if (offset === channel.cursor.after) return true;
    // Asks the log: the client may be ahead of this node, when it read a list after an event whose hint is under way.
    const state = await this.log.state(channel.state.id);
    return state !== undefined && state.epoch === epoch && state.tail <= offset && offset <= state.head;
  }
}

function begin(connection: Connection, { channel, resumeAt }: Prepared, id?: FrameId): void {
  const subscription = channel.subscribe(connection, resumeAt ?? channel.cursor.after);
  connection.subscriptions.set(channel.state.channel, subscription);
  // Nothing was written yet: a subscription that starts behind the cursor reads, and that takes a turn.
  connection.send('subscribed', { ...subscription.position, recovered: resumeAt !== undefined }, id);
}

/** A channel that is subscribed already has lost nothing; its client learns where it stands. */
function confirmAgain(connection: Connection, channel: string, id?: FrameId): void {
  const subscription = connection.subscriptions.get(channel);
  if (subscription !== undefined) connection.send('subscribed', { ...subscription.position, recovered: true }, id);
}
