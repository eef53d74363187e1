import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { base } from '../../api/base.js';
import { useWorkspace } from '../../app/workspace.js';
import { CopyText } from '../../ui/copy.js';
import { Page, Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { ConnectionBar } from './connection-bar.js';
import { ExamplePicker, Snippets } from './example-picker.js';
import { examples } from './examples.js';
import { FrameForm } from './frame-form.js';
import { FrameList } from './frame-list.js';
import { useOpenSource, useTaskId } from './playground-queries.js';
import { usePlayground } from './use-playground.js';

/** A WebSocket to connect and disconnect by click, its frames in both directions, and frames to send. */
export function PlaygroundScreen(): ReactNode {
  const playground = usePlayground();
  const search = useSearch({ from: '/w/$ws/playground' });
  const navigate = useNavigate();
  const { id: workspaceId } = useWorkspace();
  const taskId = useTaskId();
  const source = useOpenSource();
  const ids = { url: base, workspaceId, taskId };
  const example = examples.find(({ id }) => id === search.example) ?? examples[0];
  const { send, snippets, webhook, greeting } = words.playground;
  return (
    <Page title={words.navigation.playground} fill actions={<ConnectionBar playground={playground} />}>
      <div className="flex min-h-0 grow flex-col gap-4 lg:flex-row">
        {/* On phones the frames come between the form and the snippets. */}
        <div className="flex shrink-0 flex-col gap-4 max-lg:contents lg:w-[27rem] lg:overflow-y-auto">
          <Panel title={send.heading} className="shrink-0 max-lg:order-1">
            <div className="flex flex-col gap-3 p-3">
              <ExamplePicker
                example={example}
                onChoose={(id) => void navigate({ to: '.', search: { example: id }, replace: true })}
              />
              <FrameForm playground={playground} initial={JSON.stringify(example.frame(ids), null, 2)} />
            </div>
          </Panel>
          <Panel title={snippets} className="shrink-0 max-lg:order-3">
            <Snippets example={example} ids={ids} />
          </Panel>
          {source !== undefined && (
            <Panel title={webhook.heading} className="shrink-0 max-lg:order-4">
              <div className="flex flex-col gap-2 p-3">
                <p className="text-sm text-muted">{webhook.hint(source.name)}</p>
                <CopyText text={`curl -d "${greeting}" ${source.url}`} label={webhook.label} />
              </div>
            </Panel>
          )}
        </div>
        <FrameList playground={playground} />
      </div>
    </Page>
  );
}
