import type { Transaction } from '../../platform/database/database.js';

export type Reader = Pick<Transaction, 'query'>;

/**
 * A kind of channel, `noun:id`, and who may read it: those with `permission` in the workspace that it belongs to, or,
 * for `owner: 'user'`, the one user whose id it carries.
 */
export type ChannelKind =
  | {
      readonly noun: string;
      readonly owner: 'workspace';
      readonly permission: string;
      /** Finds the workspaces of channel ids, in bulk. Absent: the channel's id is the workspace's. */
      readonly workspacesOf?: (reader: Reader, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
      /** Those who follow such a channel see who else does. */
      readonly hasPresence?: true;
    }
  | { readonly noun: string; readonly owner: 'user' };

const declared = new Map<string, ChannelKind>();

export function channelKind(noun: string): ChannelKind | undefined {
  return declared.get(noun);
}

/** The kinds that exist once for each workspace and carry its id. */
export function workspaceChannelNouns(): string[] {
  return [...declared.values()]
    .filter((kind) => kind.owner === 'workspace' && kind.workspacesOf === undefined)
    .map((kind) => kind.noun);
}

/** The permissions that reading a channel of a workspace takes, each once. */
export function channelPermissions(): ReadonlySet<string> {
  return new Set([...declared.values()].flatMap((kind) => (kind.owner === 'workspace' ? kind.permission : [])));
}

/** @throws Error when the noun is declared twice: a channel kind has one owner */
export function defineChannelKind<Kind extends ChannelKind>(kind: Kind): Kind {
  if (declared.has(kind.noun)) throw new Error(`The channel kind ${kind.noun} is declared twice.`);
  declared.set(kind.noun, kind);
  return kind;
}

export const channelName = (noun: string, id: string): string => `${noun}:${id}`;

/** What comes after the noun: of a channel that exists once for each workspace, the workspace's id. */
export const idOfChannel = (name: string): string => name.slice(name.indexOf(':') + 1);
