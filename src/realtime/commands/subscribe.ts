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

/** A requested channel and the client's position in it. */
export interface SubscribeRequest {
  readonly channel: string;
  readonly position?: KnownPosition | null | undefined;
}

interface Prepared {
  readonly channel: Channel;
  /** The offset to resume after; undefined if the client has to start over. */
  readonly resumeAt: number | undefined;
  readonly seesRestricted: boolean;
}

/**
 * Subscribes a connection without a gap between missed and live events. The channel is opened first, so its cursor
 * moves with every event; the subscription starts in the tick of the `subscribed` frame, at the client's offset or that
 * cursor.
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
   * Subscribes to the requested channels that this user may read. A channel that is subscribed already only gets its
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
      const prepared = await Promise.all(
        fresh.map(async (request) => {
          const seesRestricted = readable.get(request.channel)?.seesRestricted === true;
          return { ...(await this.prepare(request)), seesRestricted };
        }),
      );
      if (!connection.isOpen) return [];
      // Check again if rights changed or a channel was closed meanwhile.
      if (connection.rightsVersion !== rightsVersion) continue;
      if (!prepared.every(({ channel }) => this.hub.isOpen(channel))) continue;
      for (const { channel } of allowed) confirmAgain(connection, channel, id);
      for (const preparation of prepared) begin(connection, preparation, id);
      return allowed.map(({ channel }) => channel);
    }
  }

  private async prepare({
    channel: name,
    position,
  }: SubscribeRequest): Promise<Pick<Prepared, 'channel' | 'resumeAt'>> {
    const channel = await this.hub.open(name);
    if (position === undefined || position === null) {
      this.metrics.subscribes.inc({ outcome: 'fresh' });
      return { channel, resumeAt: undefined };
    }
    const resumes = await this.canResume(channel, position);
    this.metrics.subscribes.inc({ outcome: resumes ? 'recovered' : 'restarted' });
    return { channel, resumeAt: resumes ? position.offset : undefined };
  }

  /** Whether the log still has every event after this position. */
  private async canResume(channel: Channel, { epoch, offset }: KnownPosition): Promise<boolean> {
    if (epoch !== channel.state.epoch) return false;
    if (offset === channel.cursor.after) return true;
    // Asks the log, because the client may have read a list that is ahead of this node's cursor.
    const state = await this.log.state(channel.state.id);
    return state !== undefined && state.epoch === epoch && state.tail <= offset && offset <= state.head;
  }
}

function begin(connection: Connection, { channel, resumeAt, seesRestricted }: Prepared, id?: FrameId): void {
  const offset = resumeAt ?? channel.cursor.after;
  const subscription = channel.subscribe(connection, { offset, seesRestricted });
  connection.subscriptions.set(channel.state.channel, subscription);
  // No event precedes this frame: a subscription behind the cursor has to read first, in a later tick.
  connection.send('subscribed', { ...subscription.position, recovered: resumeAt !== undefined }, id);
}

/** Repeats the position of a channel that is subscribed already and thus has lost nothing. */
function confirmAgain(connection: Connection, channel: string, id?: FrameId): void {
  const subscription = connection.subscriptions.get(channel);
  if (subscription !== undefined) connection.send('subscribed', { ...subscription.position, recovered: true }, id);
}
