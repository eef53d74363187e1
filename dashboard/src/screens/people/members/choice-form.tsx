import { Popover } from '@base-ui/react/popover';
import { useState, type ReactNode } from 'react';
import { useWorkspace } from '../../../app/workspace.js';
import { Field, Input } from '../../../ui/field.js';
import { ErrorNotice } from '../../../ui/notice.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { rolePermissionsOf, rulesOf, useRoles } from '../people-queries.js';
import { choiceOf, CHOICES, choicesFor, rulesAfter, type Choice } from '../rules/choices.js';
import { explain } from '../rules/explain.js';
import { covers, SCOPED } from '../../../app/permission.js';
import { effectText, whyText } from '../rules/why.js';
import { useChanges } from '../use-changes.js';
import { previewMember } from '../preview.js';
import { usePreviewedChange } from '../use-previewed-change.js';
import { ClosingNotice } from './closing-notice.js';
import { SignMark } from './sign.js';

const SIGNS = { role: 'role', grant: 'grant', deny: 'deny' } as const;

export function ChoiceForm({
  member,
  permission: whole,
  onDone,
}: {
  readonly member: Member;
  readonly permission: string;
  readonly onDone: () => void;
}): ReactNode {
  const manager = useWorkspace();
  const roles = rolePermissionsOf(useRoles().data ?? []);
  const { changeMember } = useChanges();
  const [scope, setScope] = useState('');
  const [chosen, setChosen] = useState<Choice>();
  const change = usePreviewedChange();
  const { choice: text, receipt, why } = words.people;
  const permission = scope.trim() === '' ? whole : `${whole}:${scope.trim()}`;
  const rules = rulesOf(member, roles);
  const now = explain(rules, permission);
  const current = choiceOf(member, permission);
  const possible = choicesFor(manager, rules, permission);

  const choose = (choice: Choice): void => {
    setChosen(choice);
    const { userId, role, name } = member;
    const done = { role: receipt.asRole, grant: receipt.granted, deny: receipt.denied }[choice](permission, name);
    const changed = { userId, done, rules: { role, ...rulesAfter(member, permission, choice) } };
    const preview = choice === 'grant' ? undefined : previewMember(manager.id, changed);
    void change.start(preview, async () => {
      await changeMember(changed);
      onDone();
    });
  };

  return (
    <div className="flex flex-col gap-2">
      <Popover.Title className="px-1 text-sm font-semibold">{why.byMember(permission, member.name)}</Popover.Title>
      <Popover.Description className="px-1 text-xs text-muted">{whyText(now)}</Popover.Description>
      <ul aria-label={text.label} className="flex flex-col gap-1">
        {CHOICES.filter((choice) => possible.includes(choice) || choice === current).map((choice) => {
          const after = explain({ ...rules, ...rulesAfter(member, permission, choice) }, permission);
          const parts = partsOf(member, permission);
          const isCurrent = choice === current && !(choice === 'role' && parts > 0);
          return (
            <li key={choice}>
              <button
                type="button"
                aria-pressed={choice === current}
                disabled={isCurrent || change.busy}
                aria-busy={(change.busy && chosen === choice) || undefined}
                onClick={() => choose(choice)}
                className="flex w-full items-start gap-2 rounded border border-line px-2 py-1 text-left hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft"
              >
                <SignMark sign={SIGNS[choice]} />
                <span className="min-w-0">
                  <span className="font-medium">{text[choice]}</span>
                  {choice === current && <span className="text-sm"> · {text.current}</span>}
                  <span className="block text-xs text-text">
                    {isCurrent ? whyText(after) : effectText(permission, now, after)}
                    {choice === 'role' && parts > 0 && ` ${text.clearsParts(parts)}`}
                  </span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {SCOPED.has(whole) && (
        <Field label={text.scope} hint={text.scopeHint}>
          {(control) => (
            <Input
              {...control}
              value={scope}
              onChange={({ target }) => setScope(target.value)}
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
      )}
      <ClosingNotice change={change} />
      <ErrorNotice error={change.error} />
    </div>
  );
}

/** The number of the member's own rules for parts of the permission. */
const partsOf = ({ grant, deny }: Member, permission: string): number =>
  [...grant, ...deny].filter((rule) => rule !== permission && covers(permission, rule)).length;
