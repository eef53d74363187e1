import { textParams } from '../../app/search-params.js';

/** The state of the screen People in its address. */
export interface PeopleSearch {
  readonly tab?: 'roles' | 'invitations' | 'audit';
  /** A part of the names or addresses of the members that are shown. */
  readonly find?: string;
  /** The member whose detail is open. */
  readonly member?: string;
  /** The question box: the member, and the permission with an optional scope. */
  readonly who?: string;
  readonly may?: string;
  /** The role that is open; `+` for a new one. */
  readonly role?: string;
  /** The role that it is compared with, and the one that a new role starts from. */
  readonly compare?: string;
  readonly base?: string;
  /** The filters of the audit log, and the position of the open entry. */
  readonly action?: string;
  readonly actor?: string;
  readonly from?: string;
  readonly to?: string;
  readonly entry?: number;
}

const TEXTS = ['find', 'member', 'who', 'may', 'role', 'compare', 'base', 'action', 'actor', 'from', 'to'] as const;

export function validatePeopleSearch(search: Record<string, unknown>): PeopleSearch {
  const { tab, entry } = search;
  return {
    ...(tab === 'roles' || tab === 'invitations' || tab === 'audit' ? { tab } : {}),
    ...textParams(search, TEXTS),
    ...(typeof entry === 'number' && Number.isInteger(entry) && entry > 0 ? { entry } : {}),
  };
}
