import type { Transaction } from '../../platform/database/database.js';

export type Reader = Pick<Transaction, 'query'>;

/** The workspace of a channel, and its part of the subjects of a scoped permission. */
export interface ChannelPlace {
  readonly workspaceId: string;
  /** A path without `*`. */
  readonly scope: string;
}

/** A page of the ids of a workspace. */
export interface IdsPortion {
  readonly workspaceId: string;
  /** The id before the page; null at first. */
  readonly after: string | null;
  readonly limit: number;
}

/**
 * A kind of channel, `noun:id`. Members with `permission` in its workspace, for its scope if it has
 * one, may read it, or for `owner: 'user'` only the
 * user with that id.
 */
export type ChannelKind =
  | {
      readonly noun: string;
      readonly owner: 'workspace';
      readonly permission: string;
      /** The permission to see the restricted fields of its events too; absent: no reader sees them. */
      readonly restrictedPermission?: string;
      /**
       * Reads the workspace from an id that is not a UUID, and the scope of the permission that reading it requires.
       * Undefined for a malformed id. When given, `workspacesOf` is not.
       */
      readonly parseId?: (id: string) => ChannelPlace | undefined;
      /**
       * Whether a path names a part with a channel of its own, `noun:<workspaceId>/<path>`, whose permissions have that
       * scope. Absent: there are no parts.
       */
      readonly isPart?: (path: string) => boolean;
      /** Finds the workspaces of channel ids in bulk. When absent, the channel's id is that of the workspace. */
      readonly workspacesOf?: (reader: Reader, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
      /** Lists the channel ids of a workspace in their order. Given together with `workspacesOf`. */
      readonly idsIn?: (reader: Reader, portion: IdsPortion) => Promise<string[]>;
      /** Subscribers see the other subscribers of the channel. */
      readonly hasPresence?: true;
    }
  | { readonly noun: string; readonly owner: 'user' };

const declared = new Map<string, ChannelKind>();

export function channelKind(noun: string): ChannelKind | undefined {
  return declared.get(noun);
}

export const channelKinds = (): ChannelKind[] => [...declared.values()];

/** The nouns of channels that exist once per workspace and carry its id. */
export function workspaceChannelNouns(): string[] {
  return [...declared.values()]
    .filter((kind) => kind.owner === 'workspace' && kind.workspacesOf === undefined && kind.parseId === undefined)
    .map((kind) => kind.noun);
}

/** The permissions that reading the channels of a workspace requires. */
export function channelPermissions(): ReadonlySet<string> {
  return new Set([...declared.values()].flatMap((kind) => (kind.owner === 'workspace' ? kind.permission : [])));
}

/** @throws Error when the noun is declared twice, or a kind finds workspaces but can't list the ids in one */
export function defineChannelKind<Kind extends ChannelKind>(kind: Kind): Kind {
  if (declared.has(kind.noun)) throw new Error(`The channel kind ${kind.noun} is declared twice.`);
  if (kind.owner === 'workspace' && (kind.workspacesOf === undefined) !== (kind.idsIn === undefined))
    throw new Error(`The channel kind ${kind.noun} needs both workspacesOf and idsIn, or neither.`);
  declared.set(kind.noun, kind);
  return kind;
}

export const channelName = (noun: string, id: string): string => `${noun}:${id}`;

/** The id after the noun. For a channel that exists once per workspace, it is the id of the workspace. */
export const idOfChannel = (name: string): string => name.slice(name.indexOf(':') + 1);
