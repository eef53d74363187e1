import type { ReactNode } from 'react';
import { GuideLink } from '../../ui/guide-link.js';
import { Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { PlainTable } from '../../ui/plain-table.js';
import { State, type StateName } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { useReadiness, type CheckState } from '../../queries/system-queries.js';
import { OPERATIONS } from './operations.js';

const LAMPS: Record<CheckState, StateName> = { ok: 'done', degraded: 'failing', tolerated: 'stale', failed: 'failed' };

/** The meaning of a check that does not pass, and a link to the row of the guide with the action. */
function About({ name, state }: { readonly name: string; readonly state: CheckState }): ReactNode {
  const { readiness } = words.system;
  if (state === 'ok') return <span className="text-muted">{readiness.passes}</span>;
  return (
    <>
      {readiness.checks[name]} <GuideLink to={`operations#${OPERATIONS.check(name)}`}>{readiness.action}</GuideLink>
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
