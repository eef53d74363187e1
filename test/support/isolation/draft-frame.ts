import { disguised, foreignChannel } from './disguises.js';
import type { Dice } from '../dice.js';
import type { Things } from './tenant.js';

export interface FrameDraft {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

interface Names {
  readonly own: Things;
  readonly theirs: Things;
  /** A valid token or a used ticket of another user. */
  readonly credential: string;
}

/** Makes a frame from a member of `own` that names things of `theirs`. */
export function draftFrame(random: Dice, { own, theirs, credential }: Names): FrameDraft {
  const channel = foreignChannel(random, own, theirs);
  const position = { epoch: theirs.epoch, offset: random.below(5) };
  const ownChannel = `webhooks:${own.workspaceId}`;
  return random.pick<() => FrameDraft>([
    () => ({ type: 'subscribe', payload: { channel } }),
    () => ({ type: 'subscribe', payload: { channel, position } }),
    () => ({ type: 'subscribe', payload: { channel: ownChannel, position } }),
    () => ({ type: 'subscribe', payload: { channel: [channel] } }),
    () => ({ type: 'workspace:join', payload: { workspaceId: disguised(random, theirs.workspaceId) } }),
    () => ({
      type: 'workspace:join',
      payload: { workspaceId: disguised(random, theirs.workspaceId), positions: { [channel]: position } },
    }),
    () => ({
      type: 'workspace:join',
      payload: { workspaceId: own.workspaceId, positions: { [channel]: position, [ownChannel]: position } },
    }),
    () => ({ type: 'workspace:leave', payload: { workspaceId: disguised(random, theirs.workspaceId) } }),
    () => ({ type: 'unsubscribe', payload: { channel } }),
    () => ({ type: 'presence:get', payload: { channel } }),
    () => ({ type: 'publish', payload: { channel, type: 'a', payload: 1 } }),
    () => ({ type: 'publish', payload: { channel, type: 'a', payload: 1, workspaceId: own.workspaceId } }),
    () => ({ type: 'publish', payload: { channel, type: 'a', payload: 1, workspaceId: theirs.workspaceId } }),
    () => ({ type: 'auth:refresh', payload: { token: credential } }),
    () => ({ type: channel, payload: { channel } }),
  ])();
}
