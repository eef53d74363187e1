import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { keyOf, useMay, useWorkspace } from '../../app/workspace.js';
import { useWorkspaceEvents } from '../../live/workspace-events.js';
import { Button, buttonClass } from '../../ui/button.js';
import { CopyText } from '../../ui/copy.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { dismissSteps, STEPS, tick, useFollowedSteps, useProgress, type Step } from './first-steps-progress.js';
import { useSources, useStats } from './overview-queries.js';

/** A workspace with more deliveries than this is in use. */
const FEW = 100;

/** Ticks the steps off that the data of the workspace tells. */
function useTicks(ws: string, deliveries: number): void {
  useFollowedSteps(ws);
  useEffect(() => {
    if (deliveries > 0) tick(ws, 'webhook');
  }, [ws, deliveries]);
  useWorkspaceEvents(({ type }) => {
    if (type === 'webhook:received') tick(ws, 'webhook');
    if (type === 'document:edited') tick(ws, 'document');
  });
  const edits = useQuery({
    queryKey: [...keyOf(ws), 'first-steps', 'edits'],
    queryFn: () => {
      const query = { channel: `documents:${ws}`, type: 'document:edited', latest: 1 };
      return answer(api.GET('/v1/workspaces/{ws}/events', { params: { path: { ws }, query } }));
    },
    enabled: useMay('documents:read'),
  }).data?.items.length;
  useEffect(() => {
    if (edits !== undefined && edits > 0) tick(ws, 'document');
  }, [ws, edits]);
}

function StepAction({ step }: { readonly step: Step }): ReactNode {
  const { id: ws } = useWorkspace();
  const source = useSources().data?.items.find(({ provider, enabled }) => provider === 'open' && enabled);
  const { steps } = words.overview;
  const look = buttonClass('plain', 'small');
  if (step === 'webhook') {
    if (source === undefined) return <p className="text-sm text-muted">{steps.noOpenSource}</p>;
    return <CopyText label={steps.command} text={`curl -d "this is for WebSocketyness" ${source.url}`} />;
  }
  if (step === 'window') {
    return (
      <a href={location.href} target="_blank" rel="noopener" className={look}>
        {steps.window.action}
      </a>
    );
  }
  if (step === 'right') {
    return (
      <Link to="/w/$ws/people" params={{ ws }} className={look}>
        {steps.right.action}
      </Link>
    );
  }
  if (step === 'document') {
    return (
      <Link to="/w/$ws/documents" params={{ ws }} className={look}>
        {steps.document.action}
      </Link>
    );
  }
  return null;
}

function Item({
  step,
  isDone,
  number,
}: {
  readonly step: Step;
  readonly isDone: boolean;
  readonly number: number;
}): ReactNode {
  const { steps } = words.overview;
  const { title, hint } = steps[step];
  return (
    <li className="flex gap-3 border-t border-line px-3 py-2 first:border-t-0 lg:nth-2:border-t-0 lg:even:border-l lg:last:odd:col-span-2">
      <span
        className={`flex size-6 shrink-0 items-center justify-center rounded-full border text-sm ${isDone ? 'border-good bg-good-soft text-good' : 'border-control'}`}
      >
        <span aria-hidden="true">{isDone ? '✓' : number}</span>
        <span className="sr-only">{isDone ? steps.ticked : steps.open}</span>
      </span>
      <div className="min-w-0 grow">
        <h3 className={isDone ? 'text-muted' : ''}>{title}</h3>
        {!isDone && (
          <div className="flex flex-col items-start gap-2">
            <p className="text-sm text-muted">{hint}</p>
            <StepAction step={step} />
          </div>
        )}
      </div>
    </li>
  );
}

/** Five things to try in a new workspace; they tick themselves off. */
export function FirstSteps(): ReactNode {
  const { id: ws } = useWorkspace();
  const buckets = useStats('30d').data?.buckets;
  const deliveries = (buckets ?? []).reduce(
    (sum, { received, processed, failed }) => sum + received + processed + failed,
    0,
  );
  const { done, isDismissed } = useProgress(ws);
  const mayManageMembers = useMay('members:manage');
  useTicks(ws, deliveries);
  if (buckets === undefined || deliveries > FEW || isDismissed) return null;
  // Only a person who manages members can deny a right.
  const shown = STEPS.filter((step) => step !== 'right' || mayManageMembers || done.includes(step));
  const { steps } = words.overview;
  return (
    <Panel
      title={steps.heading}
      actions={
        <>
          <span role="status" className="text-sm text-muted">
            {steps.done(shown.filter((step) => done.includes(step)).length, shown.length)}
          </span>
          <Button size="small" kind="quiet" onClick={() => dismissSteps(ws)}>
            {steps.dismiss}
          </Button>
        </>
      }
    >
      <ol className="grid lg:grid-cols-2">
        {shown.map((step, index) => (
          <Item key={step} step={step} number={index + 1} isDone={done.includes(step)} />
        ))}
      </ol>
    </Panel>
  );
}
