import { channelKind, type ChannelKind } from '../public/define-channel-kind.js';
import { isId } from '../is-id.js';

export interface ParsedChannel {
  readonly name: string;
  readonly id: string;
  readonly kind: ChannelKind;
}

/** @returns undefined for a name that isn't `noun:id`, and for an undeclared noun */
export function parseChannel(name: string): ParsedChannel | undefined {
  const colon = name.indexOf(':');
  const kind = channelKind(name.slice(0, Math.max(colon, 0)));
  const id = name.slice(colon + 1);
  return kind !== undefined && isId(id) ? { name, id, kind } : undefined;
}
