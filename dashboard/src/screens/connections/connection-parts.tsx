import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { words } from '../../words/words.js';
import { useUsers } from '../../queries/system-queries.js';

type Connection = Schemas['Connection'];

/** The name of a user, or the id where the list of users lacks it. */
export function useUserName(): (userId: string | null) => string {
  const users = useUsers();
  return (userId) => {
    if (userId === null) return words.system.connections.unauthenticated;
    const user = users.get(userId);
    return user === undefined ? userId : user.name || user.email;
  };
}

export function viaOf({ via, ofFeature }: Connection): string {
  const { vias } = words.system.connections;
  return ofFeature ? vias.feature : vias[via];
}

export const behindOf = ({ channels }: Connection): number => channels.reduce((sum, { behind }) => sum + behind, 0);

/** A number that draws attention unless it is zero. */
export function Backlog({ value }: { readonly value: number }): ReactNode {
  return <span className={value > 0 ? 'font-medium text-warn' : 'text-muted'}>{value.toLocaleString('en')}</span>;
}
