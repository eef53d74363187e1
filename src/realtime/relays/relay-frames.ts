import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Buffer } from 'node:buffer';
import { TokenBucket } from '../../platform/concurrency/token-bucket.js';
import { Bus } from '../../platform/bus/bus.js';
import { declaredRelays, RELAY_BYTES, relayOf, type Relay } from '../public/define-relay.js';
import { ChannelHub } from '../channels/channel-hub.js';
import { clientFrames } from '../protocol/client-frames.js';
import { serverFrames } from '../protocol/server-frames.js';
import type { ClientFrame } from '../protocol/parse-frame.js';
import { ServerFrame } from '../protocol/encode-frames.js';
import { PayloadPipe } from '../protocol/payload.pipe.js';
import { frameMalformed, frameTooMany, frameUnknownType } from '../protocol/realtime.errors.js';
import { RealtimeMetrics } from '../metrics/realtime.metrics.js';
import type { Connection } from '../connections/connection.js';
import { Broadcast } from './broadcast.js';
import { readRelay, RELAY_TOPIC, writeRelay } from './relay-message.js';
import { RelayRights } from './relay-rights.js';

const MAX_CHANNELS = 10_000;

const RELAYS_PER_CONNECTION = { burst: 20, perSecond: 4 };
/** Frames times subscribers, per channel and node: typing in a large channel must not delay its events. */
const WRITES_PER_CHANNEL = { burst: 20_000, perSecond: 20_000 };

/** Relays client frames to the other subscribers of a channel. The sender need not be subscribed to it. */
@Injectable()
export class RelayFrames implements OnModuleInit, OnApplicationShutdown {
  private readonly bucketsByConnection = new WeakMap<Connection, TokenBucket>();
  private readonly bucketsByChannel = new Map<string, TokenBucket>();
  private unlisten = (): void => undefined;

  constructor(
    private readonly bus: Bus,
    private readonly rights: RelayRights,
    private readonly hub: ChannelHub,
    private readonly broadcast: Broadcast,
    private readonly metrics: RealtimeMetrics,
  ) {}

  /** @throws Error if a relay has the name of a built-in frame, since it would never be relayed */
  onModuleInit(): void {
    for (const { type } of declaredRelays()) {
      if (type in clientFrames || type in serverFrames)
        throw new Error(`The relay ${type} has the name of a built-in frame.`);
    }
    this.unlisten = this.bus.listen(RELAY_TOPIC, (message) => void this.onRelay(message));
  }

  onApplicationShutdown(): void {
    this.unlisten();
  }

  /** @throws `frame.malformed`, `frame.too-many`, `channel.forbidden` */
  async run(connection: Connection, { type, payload, id }: ClientFrame): Promise<void> {
    if (!this.bucketOfConnection(connection).take(performance.now())) throw frameTooMany();
    const { channel, text } = read(relayNamed(type), payload, connection.userId);
    await this.rights.check(connection, channel);
    if (!this.bucketOfChannel(channel).hasTokens(performance.now(), this.hub.subscribers(channel)))
      throw frameTooMany();
    this.bus.publishTo(channel, RELAY_TOPIC, writeRelay({ channel, userId: connection.userId, type, payload: text }));
    // The client expects an answer only if it gave an id.
    if (id !== undefined) connection.send('relayed', { channel }, id);
  }

  private async onRelay(message: string): Promise<void> {
    const { channel, userId, type, payload } = readRelay(message);
    const subscribers = this.hub.subscribers(channel);
    if (subscribers === 0) return;
    if (!this.bucketOfChannel(channel).take(performance.now(), subscribers))
      return this.metrics.relays.inc({ outcome: 'dropped' });
    this.metrics.relays.inc({ outcome: 'passed' });
    await this.broadcast.run(channel, ServerFrame.of(type, JSON.parse(payload)), userId);
  }

  private bucketOfConnection(connection: Connection): TokenBucket {
    const bucket =
      this.bucketsByConnection.get(connection) ?? new TokenBucket(performance.now(), RELAYS_PER_CONNECTION);
    this.bucketsByConnection.set(connection, bucket);
    return bucket;
  }

  private bucketOfChannel(channel: string): TokenBucket {
    if (this.bucketsByChannel.size > MAX_CHANNELS) this.bucketsByChannel.clear();
    const bucket = this.bucketsByChannel.get(channel) ?? new TokenBucket(performance.now(), WRITES_PER_CHANNEL);
    this.bucketsByChannel.set(channel, bucket);
    return bucket;
  }
}

function relayNamed(type: string): Relay {
  const relay = relayOf(type);
  if (relay === undefined) throw frameUnknownType();
  return relay;
}

function read(relay: Relay, payload: unknown, userId: string): { channel: string; text: string } {
  const data = new PayloadPipe(relay.payload).transform(payload);
  const text = JSON.stringify({ ...data, userId });
  if (Buffer.byteLength(text) > RELAY_BYTES) throw frameMalformed(`payload : more than ${RELAY_BYTES} bytes`);
  return { channel: relay.channelOf(data), text };
}
