import { useParams } from '@tanstack/react-router';
import { useMe } from '../session/me.js';
import { destinations, type Destination } from './navigation.js';
import { holds } from './workspace.js';

/** The screens that the signed-in user may open in the workspace of the address. */
export function useDestinations(): readonly Destination[] {
  const me = useMe().data;
  const { ws } = useParams({ strict: false });
  const workspace = me?.workspaces.find(({ id }) => id === ws);
  return destinations.filter(
    ({ permission, administrator }) =>
      (permission === undefined || holds(workspace?.permissions ?? [], permission)) &&
      (administrator !== true || me?.user.isAdmin === true),
  );
}
