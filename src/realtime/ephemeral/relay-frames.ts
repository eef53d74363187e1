import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Buffer } from 'node:buffer';
import { Allowance } from '../../platform/allowance/allowance.js';
import { Bus } from '../../platform/bus/bus.js';
import { declaredRelays, RELAY_BYTES, relayOf, type Relay } from '../contracts/define-relay.js';
import { Feeds } from '../feeds/feeds.js';
import { clientFrames } from '../frames/client-frames.js';
import { serverFrames } from '../frames/server-frames.js';
import type { ClientFrame } from '../frames/client-frame.js';
import { ServerFrame } from '../frames/frame.js';
import { PayloadPipe } from '../frames/payload.pipe.js';
import { frameMalformed, frameTooMany, frameUnknownType } from '../realtime.errors.js';
import { RealtimeMetrics } from '../realtime.metrics.js';
import type { Session } from '../sockets/session.js';
import { PassOn } from './pass-on.js';
import { readRelay, RELAY_TOPIC, writeRelay } from './relay-message.js';
import { RelayRights } from './relay-rights.js';

const MOST_CHANNELS = 10_000;

/** Of one connection. */
const RELAYS_OF_SESSION = { burst: 20, perSecond: 4 };
/** Frames times listeners, for each channel on each node: everybody typing in a crowd must not hold up its events. */
const WRITES_OF_CHANNEL = { burst: 20_000, perSecond: 20_000 };

/** Passes on what a client has to say to the others who follow a channel; the client itself need not follow it. */
@Injectable()
export class RelayFrames implements OnModuleInit, OnApplicationShutdown {
  private readonly ofSessions = new WeakMap<Session, Allowance>();
  private readonly ofChannels = new Map<string, Allowance>();
  private unlisten = (): void => undefined;

  constructor(
    private readonly bus: Bus,
    private readonly rights: RelayRights,
    private readonly feeds: Feeds,
    private readonly passOn: PassOn,
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
  async run(session: Session, { type, payload, id }: ClientFrame): Promise<void> {
    if (!this.allowanceOf(session).take(performance.now())) throw frameTooMany();
    const { channel, text } = read(relayNamed(type), payload, session.userId);
    await this.rights.check(session, channel);
    if (!this.allowanceIn(channel).affords(performance.now(), this.feeds.listeners(channel))) throw frameTooMany();
    this.bus.publish(RELAY_TOPIC, writeRelay({ channel, userId: session.userId, type, payload: text }));
    // Nobody waits for it unless the client gave an id.
    if (id !== undefined) session.send('relayed', { channel }, id);
  }

  private async hear(message: string): Promise<void> {
    const { channel, userId, type, payload } = readRelay(message);
    const listeners = this.feeds.listeners(channel);
    if (listeners === 0) return;
    if (!this.allowanceIn(channel).take(performance.now(), listeners))
      return this.metrics.relays.inc({ outcome: 'dropped' });
    this.metrics.relays.inc({ outcome: 'passed' });
    await this.passOn.run(channel, ServerFrame.of(type, JSON.parse(payload)), userId);
  }

  private allowanceOf(session: Session): Allowance {
    const allowance = this.ofSessions.get(session) ?? new Allowance(performance.now(), RELAYS_OF_SESSION);
    this.ofSessions.set(session, allowance);
    return allowance;
  }

  private allowanceIn(channel: string): Allowance {
    if (this.ofChannels.size > MOST_CHANNELS) this.ofChannels.clear();
    const allowance = this.ofChannels.get(channel) ?? new Allowance(performance.now(), WRITES_OF_CHANNEL);
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
