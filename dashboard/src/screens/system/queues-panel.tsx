import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { useQueues, useRetryJob } from '../../queries/system-queries.js';
import { Button } from '../../ui/button.js';
import { CopyId } from '../../ui/copy.js';
import { Fresh } from '../../ui/fresh.js';
import { GuideLink } from '../../ui/guide-link.js';
import { Moment } from '../../ui/moment.js';
import { ErrorNotice, Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { PlainTable } from '../../ui/plain-table.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { OPERATIONS } from './operations.js';

type Queue = Schemas['Queue'];

const number = (value: number): string => value.toLocaleString('en');

function FailedJobs({ queues }: { readonly queues: readonly Queue[] }): ReactNode {
  const { queues: text } = words.system;
  const retry = useRetryJob();
  const [pending, setPending] = useState<string>();
  const jobs = queues.flatMap(({ name, failedJobs }) => failedJobs.map((job) => ({ ...job, queue: name })));
  if (jobs.length === 0) return null;
  return (
    <div className="border-t border-line">
      <ErrorNotice error={retry.error} />
      <PlainTable
        label={text.failedJobs}
        rows={jobs}
        rowId={({ queue, id }) => `${queue} ${id}`}
        columns={[
          { id: 'queue', heading: text.name, cell: ({ queue }) => queue },
          { id: 'id', heading: text.job, cell: ({ id }) => <CopyId id={id} what={text.job} /> },
          { id: 'reason', heading: text.reason, cell: ({ reason }) => <span className="break-words">{reason}</span> },
          { id: 'at', heading: text.failedAt, optional: true, cell: ({ failedAt }) => <Moment at={failedAt} /> },
          {
            id: 'retry',
            heading: <span className="sr-only">{text.retry}</span>,
            right: true,
            cell: ({ queue, id }) => (
              <Button
                size="small"
                busy={retry.isPending && pending === id}
                onClick={() => {
                  setPending(id);
                  retry.mutate({ queue, id });
                }}
              >
                {text.retry}
              </Button>
            ),
          },
        ]}
      />
    </div>
  );
}

/** The job queues of the installation, with the newest failed jobs. */
export function QueuesPanel(): ReactNode {
  const { queues: text } = words.system;
  const queues = useQueues();
  return (
    <Panel title={text.heading} actions={<Fresh query={queues} />}>
      <Loaded query={queues} rows={4}>
        {({ items }) => (
          <>
            <PlainTable
              label={text.heading}
              rows={items}
              rowId={({ name }) => name}
              columns={[
                { id: 'name', heading: text.name, cell: ({ name }) => name },
                { id: 'waiting', heading: text.waiting, right: true, cell: ({ waiting }) => number(waiting) },
                { id: 'active', heading: text.active, right: true, cell: ({ active }) => number(active) },
                { id: 'delayed', heading: text.delayed, right: true, cell: ({ delayed }) => number(delayed) },
                {
                  id: 'failed',
                  heading: text.failed,
                  right: true,
                  cell: ({ failed }) => (failed > 0 ? <State name="failed" word={number(failed)} /> : number(failed)),
                },
                {
                  id: 'oldest',
                  heading: text.oldest,
                  right: true,
                  cell: ({ oldestSeconds }) => (oldestSeconds === null ? text.none : text.seconds(oldestSeconds)),
                },
              ]}
            />
            {items.some(({ failed }) => failed > 0) && (
              <p className="px-3 py-1">
                <GuideLink to={`operations#${OPERATIONS.failedJobs}`}>{text.action}</GuideLink>
              </p>
            )}
            <FailedJobs queues={items} />
          </>
        )}
      </Loaded>
      <p className="px-3 py-2 text-sm text-muted">{text.note}</p>
    </Panel>
  );
}
