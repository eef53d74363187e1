import { useId, type ReactNode } from 'react';
import { Input, Select } from '../../../ui/field.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { allPermissions, rulesOf, type RolePermissions } from '../people-queries.js';
import { explain } from '../rules/explain.js';
import { isScope, parsePermission, SCOPED } from '../../../app/permission.js';
import { signOf, whyText } from '../rules/why.js';
import { usePeopleSearch } from '../use-people-search.js';
import { SignMark } from './sign.js';

/** "May Ann topics:read:orders/42?", answered with the rule that decides. */
export function QuestionBox({
  members,
  roles,
}: {
  readonly members: readonly Member[];
  readonly roles: RolePermissions;
}): ReactNode {
  const [{ who, may = '' }, change] = usePeopleSearch();
  const listId = useId();
  const { question } = words.people;
  const member = members.find(({ userId }) => userId === who) ?? members[0];
  const asked = may.trim();
  const problem = problemOfQuestion(asked, allPermissions(roles));
  const answer = member === undefined || problem !== undefined ? undefined : explain(rulesOf(member, roles), asked);
  return (
    <form
      aria-label={question.label}
      onSubmit={(event) => event.preventDefault()}
      className="flex min-h-8 flex-wrap items-center gap-2 text-sm"
    >
      <span>{question.may}</span>
      <Select
        aria-label={question.member}
        value={member?.userId}
        onChange={({ target }) => change({ who: target.value }, true)}
        className="!w-40"
      >
        {members.map(({ userId, name }) => (
          <option key={userId} value={userId}>
            {name}
          </option>
        ))}
      </Select>
      <Input
        aria-label={question.permission}
        list={listId}
        value={may}
        onChange={({ target }) => change({ may: target.value === '' ? undefined : target.value }, true)}
        placeholder={question.placeholder}
        spellCheck={false}
        autoComplete="off"
        className="!w-60 font-mono"
      />
      <datalist id={listId}>
        {allPermissions(roles).map((permission) => (
          <option key={permission} value={permission} />
        ))}
      </datalist>
      <span aria-hidden="true">?</span>
      <output className="flex items-center gap-1">
        {asked !== '' && problem !== undefined && <span className="text-bad">{problem}</span>}
        {asked !== '' && answer !== undefined && (
          <>
            <SignMark sign={signOf(answer)} />
            <span>
              <strong className="font-semibold">{question[answer.verdict]}</strong>: {whyText(answer)}
            </span>
          </>
        )}
      </output>
    </form>
  );
}

function problemOfQuestion(asked: string, all: readonly string[]): string | undefined {
  const { question } = words.people;
  const { name, scope } = parsePermission(asked);
  if (!all.includes(name)) return question.unknown;
  if (scope === undefined) return undefined;
  if (!SCOPED.has(name)) return question.noScope(name);
  return isScope(scope) ? undefined : question.badScope;
}
