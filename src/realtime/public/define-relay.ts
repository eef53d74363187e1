import type { ZodType } from 'zod';

type RelayPayload = Readonly<Record<string, unknown>>;

/**
 * A frame that clients send to each other. It is passed on, with the sender's `userId` in its payload, to the other users
 * who follow the channel at that moment, on every node. Nobody keeps it: whoever isn't there, or doesn't read, misses it.
 */
export interface Relay<Payload extends RelayPayload = RelayPayload> {
  /** `noun:verb`. */
  readonly type: string;
  /** Checked before it is passed on; written as JSON it has at most RELAY_BYTES. */
  readonly payload: ZodType<Payload>;
  /** Its followers get the relay. A sender who may not read the channel is answered with `channel.forbidden`. */
  channelOf(payload: Payload): string;
}

/** The largest payload of a relay: it has to fit on the bus. */
export const RELAY_BYTES = 4_096;

const declared = new Map<string, Relay>();

export const relayOf = (type: string): Relay | undefined => declared.get(type);

export const declaredRelays = (): Relay[] => [...declared.values()];

/** @throws Error when the type is declared twice, or isn't `noun:verb` */
export function defineRelay<Payload extends RelayPayload>(relay: Relay<Payload>): Relay<Payload> {
  if (!/^[a-z-]+:[a-z_-]+$/.test(relay.type)) throw new Error(`The relay ${relay.type} isn't called noun:verb.`);
  if (declared.has(relay.type)) throw new Error(`The relay ${relay.type} is declared twice.`);
  declared.set(relay.type, relay);
  return relay;
}
