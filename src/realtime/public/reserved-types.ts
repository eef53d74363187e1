import { declaredEvents } from '../../platform/events/define-event.js';
import { clientFrames } from '../protocol/client-frames.js';
import { serverFrames } from '../protocol/server-frames.js';
import { declaredCommands } from './define-command.js';
import { declaredRelays } from './define-relay.js';

/** Whether clients give this type a meaning of its own: a declared event, a relay, or a frame of the protocol. */
export function isReservedType(type: string): boolean {
  return (
    Object.hasOwn(clientFrames, type) ||
    Object.hasOwn(serverFrames, type) ||
    declaredEvents().some(({ name }) => name === type) ||
    declaredRelays().some((relay) => relay.type === type) ||
    declaredCommands().some((command) => command.type === type || command.answer.type === type)
  );
}
