import { workspaceChannel } from './access.declarations.js';
import { channelName, type ChannelKind } from './define-channel-kind.js';

const declared = new Map<string, string>();

/**
 * Declares that the subscribers of a workspace's channel of this kind hear when things of these nouns change, which
 * tells them no more than that. Changes of other nouns are not announced.
 * @param nouns as in the actions of the audit log: `source` of `source.created`
 * @throws Error when a noun is declared twice
 */
export function announceChangesOn({ noun: kind }: ChannelKind, nouns: readonly string[]): void {
  for (const noun of nouns) {
    if (declared.has(noun)) throw new Error(`The changes of ${noun} are announced twice.`);
    declared.set(noun, kind);
  }
}

/** The channel whose subscribers hear that a thing of the workspace has changed; undefined if there is none. */
export function changeChannelOf(workspaceId: string, noun: string): string | undefined {
  const kind = declared.get(noun);
  return kind === undefined ? undefined : channelName(kind, workspaceId);
}

announceChangesOn(workspaceChannel, ['workspace', 'member', 'role', 'invitation', 'topic', 'event-type']);
