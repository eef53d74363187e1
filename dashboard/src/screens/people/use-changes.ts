import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useState } from 'react';
import { api } from '../../api/api.js';
import { useWorkspace } from '../../app/workspace.js';
import { toastProblem } from '../../ui/toast.js';
import { fencedAnswer, receiptText, type FenceReceipt } from './fence-receipt.js';
import { membersKey, type Member } from '../../queries/members-queries.js';
import { auditKey, rolesKey } from './people-queries.js';

/** A change with the sentence that tells what was done. */
interface Change {
  readonly done: string;
}
export interface MemberChange extends Change {
  readonly userId: string;
  /** Undefined removes the member. */
  readonly rules:
    | { readonly role: string; readonly grant: readonly string[]; readonly deny: readonly string[] }
    | undefined;
}
export interface RoleChange extends Change {
  readonly name: string;
  /** Undefined deletes the role. */
  readonly permissions: readonly string[] | undefined;
  readonly isNew?: boolean;
}

export interface Changes {
  /** The last change, and its receipt. */
  readonly last: { readonly done: string; readonly receipt: string } | undefined;
  readonly pendingUser: string | undefined;
  readonly changeMember: (change: MemberChange) => Promise<void>;
  readonly changeRole: (change: RoleChange) => Promise<void>;
}

const Context = createContext<Changes | undefined>(undefined);
export const ChangesContext = Context.Provider;

export function useChanges(): Changes {
  const changes = useContext(Context);
  if (changes === undefined) throw new Error('This component is shown below the screen People only.');
  return changes;
}

/** Changes rights, writes the answer into the cache, and keeps the receipt of the last change. */
export function useNewChanges(): Changes {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const [last, setLast] = useState<Changes['last']>();
  const tell = (done: string, receipt: FenceReceipt | undefined): void => {
    setLast({ done, receipt: receiptText(receipt) });
    void queries.invalidateQueries({ queryKey: auditKey(ws) });
  };
  const member = useMutation({
    mutationFn: ({ userId, rules }: MemberChange) => putMember(ws, userId, rules),
    onSuccess: ({ data, receipt }, { userId, done }) => {
      queries.setQueryData<Member[]>(membersKey(ws), (members) => withMember(members, userId, data));
      tell(done, receipt);
    },
  });
  const role = useMutation({
    mutationFn: (change: RoleChange) => putRole(ws, change),
    onSuccess: async ({ receipt }, { done }) => {
      tell(done, receipt);
      await Promise.all([
        queries.invalidateQueries({ queryKey: rolesKey(ws) }),
        queries.invalidateQueries({ queryKey: membersKey(ws) }),
      ]);
    },
  });
  return {
    last,
    pendingUser: member.isPending ? member.variables.userId : undefined,
    changeMember: async (change) => void (await member.mutateAsync(change)),
    changeRole: async (change) => void (await role.mutateAsync(change)),
  };
}

async function putMember(ws: string, userId: string, rules: MemberChange['rules']) {
  const params = { path: { ws, userId } };
  if (rules === undefined) {
    const { receipt } = await fencedAnswer(api.DELETE('/v1/workspaces/{ws}/members/{userId}', { params }));
    return { data: undefined, receipt };
  }
  const { role, grant, deny } = rules;
  const body = { role, grant: [...grant], deny: [...deny] };
  return fencedAnswer(api.PUT('/v1/workspaces/{ws}/members/{userId}', { params, body }));
}

async function putRole(
  ws: string,
  { name, permissions, isNew }: RoleChange,
): Promise<{ receipt: FenceReceipt | undefined }> {
  const path = { ws, name };
  if (permissions === undefined)
    return fencedAnswer(api.DELETE('/v1/workspaces/{ws}/roles/{name}', { params: { path } }));
  if (isNew === true) {
    const body = { name, permissions: [...permissions] };
    return fencedAnswer(api.POST('/v1/workspaces/{ws}/roles', { params: { path: { ws } }, body }));
  }
  const body = { permissions: [...permissions] };
  return fencedAnswer(api.PATCH('/v1/workspaces/{ws}/roles/{name}', { params: { path }, body }));
}

function withMember(members: Member[] | undefined, userId: string, member: Member | undefined): Member[] | undefined {
  if (members === undefined || member === undefined) return members?.filter((one) => one.userId !== userId);
  const isKnown = members.some((one) => one.userId === userId);
  return isKnown ? members.map((one) => (one.userId === userId ? member : one)) : [...members, member];
}

/** For a change that is started by a click and has no place of its own for an error. */
export const orToast = (work: Promise<unknown>): void => void work.catch(toastProblem);
