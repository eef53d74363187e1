import type { ReactNode } from 'react';
import { Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { PlainTable } from '../../ui/plain-table.js';
import { State, type StateName } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { useReadiness, type CheckState } from '../../queries/system-queries.js';

const LAMPS: Record<CheckState, StateName> = { ok: 'done', degraded: 'failing', tolerated: 'stale', failed: 'failed' };

/** The meaning of a check that does not pass, and the row of docs/operations.md with the action. */
function About({ name, state }: { readonly name: string; readonly state: CheckState }): ReactNode {
  const { readiness } = words.system;
  if (state === 'ok') return <span className="text-muted">{readiness.passes}</span>;
  const [text = '', row = readiness.unknown] = readiness.checks[name] ?? [];
  return (
    <>
      {text} <span className="text-muted">{readiness.row(row)}</span>
    </>
  );
}

export function ReadinessPanel(): ReactNode {
  const { readiness } = words.system;
  return (
    <Panel title={readiness.heading}>
      <Loaded query={useReadiness()} rows={4}>
        {(checks) => (
          <PlainTable
            label={readiness.table}
            rows={checks}
            rowId={([name]) => name}
            columns={[
              { id: 'check', heading: readiness.check, cell: ([name]) => name },
              {
                id: 'state',
                heading: readiness.state,
                cell: ([, state]) => <State name={LAMPS[state]} word={readiness.states[state]} />,
              },
              { id: 'about', heading: readiness.about, cell: ([name, state]) => <About name={name} state={state} /> },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  );
}
