import { useState, type FormEvent, type ReactNode } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { Button } from '../../ui/button.js';
import { Field, Input } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { useStep } from '../../ui/use-step.js';

type Counts = Pick<Schemas['Reconciliation'], 'listed' | 'missing' | 'redelivered' | 'failed'>;

const NONE: Counts = { listed: 0, missing: 0, redelivered: 0, failed: 0 };

/** Asks GitHub to send again what never arrived. The token is used for these calls only. */
export function ReconcilePanel({ ws, sourceId }: { readonly ws: string; readonly sourceId: string }): ReactNode {
  const { reconcile } = words.sources;
  const { busy, error, run } = useStep();
  const [counts, setCounts] = useState<Counts>();
  const reconcileAll = async (form: FormData): Promise<void> => {
    const text = (name: string): string => String(form.get(name)).trim();
    const [owner = '', repo] = text('repository').split('/');
    const request = { token: text('token'), owner, hookId: Number(text('hook')), ...(repo && { repo }) };
    let sum = NONE;
    await run(async () => {
      for (let cursor: string | null | undefined; cursor !== null;) {
        const body = { ...request, ...(cursor !== undefined && { cursor }) };
        const params = { path: { ws, id: sourceId } };
        // Each call goes on where the one before has stopped.
        const step = await answer(api.POST('/v1/workspaces/{ws}/sources/{id}/reconcile', { params, body }));
        sum = {
          listed: sum.listed + step.listed,
          missing: sum.missing + step.missing,
          redelivered: sum.redelivered + step.redelivered,
          failed: sum.failed + step.failed,
        };
        setCounts(sum);
        cursor = step.nextCursor;
      }
    });
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void reconcileAll(new FormData(event.currentTarget));
  };
  return (
    <Panel title={reconcile.title}>
      <form method="post" onSubmit={submit} className="flex max-w-xl flex-col gap-4 p-3">
        <p className="text-sm text-muted">{reconcile.hint}</p>
        <Field label={reconcile.repository} hint={reconcile.repositoryHint}>
          {(control) => <Input {...control} name="repository" placeholder="octo/hello" required />}
        </Field>
        <Field label={reconcile.hook} hint={reconcile.hookHint}>
          {(control) => <Input {...control} name="hook" inputMode="numeric" pattern="[0-9]+" required />}
        </Field>
        <Field label={reconcile.token} hint={reconcile.tokenHint}>
          {(control) => <Input {...control} name="token" type="password" autoComplete="off" required />}
        </Field>
        <ErrorNotice error={error} />
        {counts !== undefined && (
          <p role="status" className="text-sm">
            {reconcile.result(counts)}
          </p>
        )}
        <div>
          <Button type="submit" busy={busy}>
            {reconcile.run}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
