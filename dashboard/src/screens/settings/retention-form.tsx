import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { useWorkspace } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { ErrorNotice } from '../../ui/notice.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { draftOf, EMPTY, problemOfRule, ruleOf, type RuleDraft } from './retention-rules.js';
import { RetentionRow } from './retention-row.js';
import { retentionKey, type RetentionRule } from './settings-queries.js';

/** All rules at once, as the API replaces them. */
export function RetentionForm({ rules }: { readonly rules: readonly RetentionRule[] }): ReactNode {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const [drafts, setDrafts] = useState<readonly RuleDraft[]>(() => rules.map(draftOf));
  const { retention: text } = words.settings;
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PUT('/v1/workspaces/{ws}/topics/retention', {
          params: { path: { ws } },
          body: { rules: drafts.map(ruleOf) },
        }),
      ),
    onSuccess: (saved) => {
      queries.setQueryData(retentionKey(ws), saved);
      toast(text.saved);
    },
  });
  const isUnchanged = JSON.stringify(drafts.map(ruleOf)) === JSON.stringify(rules.map((rule) => ruleOf(draftOf(rule))));
  const isValid = drafts.every((draft) => problemOfRule(draft, drafts) === undefined);
  const replace = (index: number, draft: RuleDraft): void => setDrafts(drafts.with(index, draft));
  return (
    <form
      className="flex flex-col gap-3 p-3"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {drafts.length === 0 && <p className="text-sm text-muted">{text.none}</p>}
      <ul aria-label={text.list} className="flex flex-col gap-3">
        {drafts.map((draft, index) => (
          <RetentionRow
            key={index}
            draft={draft}
            problem={problemOfRule(draft, drafts)}
            onChange={(changed) => replace(index, changed)}
            onRemove={() => setDrafts(drafts.toSpliced(index, 1))}
          />
        ))}
      </ul>
      <ErrorNotice error={save.error} />
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={() => setDrafts([...drafts, EMPTY])}>{text.add}</Button>
        <Button type="submit" kind="primary" busy={save.isPending} disabled={isUnchanged || !isValid}>
          {text.save}
        </Button>
        <span className="text-sm text-muted">{isUnchanged ? text.unchanged : text.deletes}</span>
      </div>
    </form>
  );
}
