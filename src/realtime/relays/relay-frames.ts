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

/** Of one connection. */
const RELAYS_PER_CONNECTION = { burst: 20, perSecond: 4 };
/** Frames times listeners, for each channel on each node: everybody typing in a crowd must not hold up its events. */
const WRITES_OF_CHANNEL = { burst: 20_000, perSecond: 20_000 };

/** Passes on what a client has to say to the others who follow a channel; the client itself need not follow it. */
@Injectable()
export class RelayFrames implements OnModuleInit, OnApplicationShutdown {
  private readonly ofConnections = new WeakMap<Connection, TokenBucket>();
  private readonly ofChannels = new Map<string, TokenBucket>();
  private unlisten = (): void => undefined;

  constructor(
    private readonly bus: Bus,
    private readonly rights: RelayRights,
    private readonly hub: ChannelHub,
    private readonly broadcast: Broadcast,
    private readonly metrics: RealtimeMetrics,
  ) {}

  /** @throws Error when a relay has the name of a frame of our own: it would never be passed on */
  onModuleInit(): void {
    for (const { type } of declaredRelays()) {
      if (type in clientFrames || type in serverFrames) throw new Error(`The relay ${type} has the name of a frame.`);
    }
    this.unlisten = this.bus.listen(RELAY_TOPIC, (message) => void this.hear(message));
  }

  onApplicationShutdown(): void {
    this.unlisten();
  }

  /** @throws `frame.malformed`, `frame.too-many`, `channel.forbidden` */
  async run(connection: Connection, { type, payload, id }: ClientFrame): Promise<void> {
    if (!this.allowanceOf(connection).take(performance.now())) throw frameTooMany();
    const { channel, text } = read(relayNamed(type), payload, connection.userId);
    await this.rights.check(connection, channel);
    if (!this.allowanceIn(channel).hasTokens(performance.now(), this.hub.subscribers(channel))) throw frameTooMany();
    this.bus.publish(RELAY_TOPIC, writeRelay({ channel, userId: connection.userId, type, payload: text }));
    // Nobody waits for it unless the client gave an id.
    if (id !== undefined) connection.send('relayed', { channel }, id);
  }

  private async hear(message: string): Promise<void> {
    const { channel, userId, type, payload } = readRelay(message);
    const listeners = this.hub.subscribers(channel);
    if (listeners === 0) return;
    if (!this.allowanceIn(channel).take(performance.now(), listeners))
      return this.metrics.relays.inc({ outcome: 'dropped' });
    this.metrics.relays.inc({ outcome: 'passed' });
    await this.broadcast.run(channel, ServerFrame.of(type, JSON.parse(payload)), userId);
  }

  private allowanceOf(connection: Connection): TokenBucket {
    const allowance = this.ofConnections.get(connection) ?? new TokenBucket(performance.now(), RELAYS_PER_CONNECTION);
    this.ofConnections.set(connection, allowance);
    return allowance;
  }

  private allowanceIn(channel: string): TokenBucket {
    if (this.ofChannels.size > MAX_CHANNELS) this.ofChannels.clear();
    const allowance = this.ofChannels.get(channel) ?? new TokenBucket(performance.now(), WRITES_OF_CHANNEL);
    this.ofChannels.set(channel, allowance);
    return allowance;
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
