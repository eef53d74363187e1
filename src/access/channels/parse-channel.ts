import { channelKind, type ChannelKind } from '../public/define-channel-kind.js';
import { scopedPermission } from '../public/scoped-permissions.js';
import { isId } from '../is-id.js';

export interface ParsedChannel {
  readonly name: string;
  readonly id: string;
  readonly kind: ChannelKind;
  /** The permission to read it; undefined for a channel of a user. */
  readonly permission: string | undefined;
  /** The permission to see the restricted fields of its events. */
  readonly restrictedPermission: string | undefined;
  /** If the id tells it. */
  readonly workspaceId: string | undefined;
}

/** @returns undefined for a name that isn't `noun:id`, and for an undeclared noun */
export function parseChannel(name: string): ParsedChannel | undefined {
  const colon = name.indexOf(':');
  const kind = channelKind(name.slice(0, Math.max(colon, 0)));
  const id = name.slice(colon + 1);
  if (kind === undefined) return undefined;
  const ofUser = { permission: undefined, restrictedPermission: undefined, workspaceId: undefined };
  if (kind.owner === 'user') return isId(id) ? { name, id, kind, ...ofUser } : undefined;
  const { permission, restrictedPermission } = kind;
  const channel = { name, id, kind, permission, restrictedPermission };
  if (kind.parseId !== undefined) {
    const place = kind.parseId(id);
    if (place === undefined || !isId(place.workspaceId)) return undefined;
    return { ...channel, permission: scopedPermission(permission, place.scope), workspaceId: place.workspaceId };
  }
  if (kind.isPart !== undefined && id.includes('/')) return parsePart(channel, kind.isPart);
  if (!isId(id)) return undefined;
  return { ...channel, workspaceId: kind.workspacesOf === undefined ? id : undefined };
}

function parsePart<
  Channel extends Pick<ParsedChannel, 'id' | 'restrictedPermission'> & { readonly permission: string },
>(channel: Channel, isPart: (path: string) => boolean) {
  const { id, permission, restrictedPermission } = channel;
  const slash = id.indexOf('/');
  const [workspaceId, path] = [id.slice(0, slash), id.slice(slash + 1)];
  if (!isId(workspaceId) || !isPart(path)) return undefined;
  return {
    ...channel,
    permission: scopedPermission(permission, path),
    restrictedPermission: restrictedPermission && scopedPermission(restrictedPermission, path),
    workspaceId,
  };
}
