import type { ZodType } from 'zod';

type RelayPayload = Readonly<Record<string, unknown>>;

/**
 * A frame that clients send to each other. Every node relays it, with the sender's `userId` in its payload, to the
 * other users who are subscribed to the channel at that moment. It isn't stored, so absent or slow clients miss it.
 */
export interface Relay<Payload extends RelayPayload = RelayPayload> {
  /** `noun:verb`. */
  readonly type: string;
  /** Validated before the relay; as JSON it has at most RELAY_BYTES. */
  readonly payload: ZodType<Payload>;
  /** The channel whose subscribers get the relay. A sender who may not read it gets `channel.forbidden`. */
  channelOf(payload: Payload): string;
}

/** The largest payload of a relay, bounded by the size of bus messages. */
export const RELAY_BYTES = 4_096;

const declared = new Map<string, Relay>();

export const relayOf = (type: string): Relay | undefined => declared.get(type);

export const declaredRelays = (): Relay[] => [...declared.values()];

/** @throws Error if the type is declared twice, or isn't `noun:verb` */
export function defineRelay<Payload extends RelayPayload>(relay: Relay<Payload>): Relay<Payload> {
  if (!/^[a-z-]+:[a-z_-]+$/.test(relay.type)) throw new Error(`The relay ${relay.type} isn't called noun:verb.`);
  if (declared.has(relay.type)) throw new Error(`The relay ${relay.type} is declared twice.`);
  declared.set(relay.type, relay);
  return relay;
}
