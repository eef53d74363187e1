import { Link, useParams } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { Button, buttonClass } from '../../ui/button.js';
import { CopyId, CopyText } from '../../ui/copy.js';
import { Moment, spanOf } from '../../ui/moment.js';
import { Loaded } from '../../ui/notice.js';
import { Facts, Panel } from '../../ui/page.js';
import { toast, toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { DeleteSource } from './delete-source.js';
import { ReconcilePanel } from './reconcile-panel.js';
import { SendTest } from './send-test.js';
import { SetupSteps } from './setup-steps.js';
import { SourceChart } from './source-chart.js';
import { SourceSecrets } from './source-secrets.js';
import { SourceSettings } from './source-settings.js';
import { SourceState } from './source-state.js';
import { changeSource, useProviders, useSource, type Provider, type Source } from '../../queries/sources-queries.js';

function SourceActions({ ws, source }: { readonly ws: string; readonly source: Source }): ReactNode {
  const { detail } = words.sources;
  const [isDeleting, setDeleting] = useState(false);
  const [busy, setBusy] = useState(false);
  const change = async (enabled: boolean): Promise<void> => {
    setBusy(true);
    try {
      await changeSource(ws, source.id, { enabled });
      toast(enabled ? detail.resumed : detail.paused, {
        ...(!enabled && {
          description: detail.pausedHint,
          undo: { label: detail.resume, run: () => void change(true) },
        }),
      });
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button busy={busy} onClick={() => void change(!source.enabled)}>
        {source.enabled ? detail.pause : detail.resume}
      </Button>
      <Button kind="danger" onClick={() => setDeleting(true)}>
        {words.sources.remove.action}
      </Button>
      {isDeleting && <DeleteSource ws={ws} source={source} onClose={() => setDeleting(false)} />}
    </>
  );
}

function factsOf(source: Source, provider: Provider | undefined): [string, ReactNode][] {
  const { facts, settings } = words.sources;
  const { include, expectEverySeconds: every, allowedAddresses } = source;
  return [
    [facts.sender, provider?.label ?? source.provider],
    [facts.id, <CopyId key="id" id={source.id} what={facts.id} />],
    [facts.channel, <CopyId key="channel" id={source.channel} what={facts.channel} whole />],
    [facts.lastSeen, <Moment key="seen" at={source.lastSeenAt} />],
    [facts.lastRefused, <Moment key="refused" at={source.lastRefusedAt} />],
    [facts.include, Array.isArray(include) ? include.join(', ') : settings.includes[include]],
    [facts.dedup, spanOf(source.dedupWindowSeconds)],
    [facts.silence, every === null ? facts.notWatched : spanOf(every)],
    [facts.addresses, allowedAddresses.length === 0 ? facts.anyAddress : allowedAddresses.join(', ')],
    [facts.created, <Moment key="created" at={source.createdAt} />],
  ];
}

function Detail({
  ws,
  source,
  provider,
}: {
  readonly ws: string;
  readonly source: Source;
  readonly provider: Provider | undefined;
}): ReactNode {
  const mayManage = useMay('webhooks:manage');
  const { detail, setup, test } = words.sources;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <Link to="/w/$ws/sources" params={{ ws }} search={true} className={`${buttonClass('quiet')} xl:hidden`}>
          {detail.back}
        </Link>
        <h2 className="min-w-0 break-words">{source.name}</h2>
        <span className="mr-auto">
          <SourceState source={source} />
        </span>
        <Link
          to="/w/$ws/deliveries"
          params={{ ws }}
          search={{ sourceId: source.id } as never}
          className={buttonClass()}
        >
          {words.navigation.deliveries}
        </Link>
        {mayManage && <SourceActions ws={ws} source={source} />}
      </div>
      <div className="flex flex-col gap-1">
        <span className="text-sm font-medium">{setup.url}</span>
        <CopyText text={source.url} label={setup.url} className="bg-surface" />
      </div>
      <div className="grid items-start gap-4 2xl:grid-cols-2">
        <SourceChart ws={ws} sourceId={source.id} />
        <Panel title={detail.facts}>
          <Facts facts={factsOf(source, provider)} />
        </Panel>
      </div>
      <SourceSecrets ws={ws} source={source} provider={provider} />
      {mayManage && (
        <Panel title={test.title}>
          <div className="flex flex-col gap-2 p-3">
            <p className="text-sm text-muted">{test.hint}</p>
            <SendTest ws={ws} source={source} provider={provider} />
          </div>
        </Panel>
      )}
      {provider !== undefined && (
        <details className="rounded border border-line bg-surface">
          <summary className="px-3 py-2 font-semibold">{words.sources.wizard.setup(provider.label)}</summary>
          <SetupSteps provider={provider} source={source} />
        </details>
      )}
      {mayManage && <SourceSettings ws={ws} source={source} provider={provider} />}
      {mayManage && source.provider === 'github' && <ReconcilePanel ws={ws} sourceId={source.id} />}
    </div>
  );
}

/** One source: its facts, its secrets, and its settings for users who may change them. */
export function SourceDetailScreen(): ReactNode {
  const { id: ws } = useWorkspace();
  const { id } = useParams({ from: '/w/$ws/sources/$id' });
  const query = useSource(ws, id);
  const providers = useProviders().data;
  return (
    <Loaded query={query}>
      {(source) => (
        <Detail
          key={source.id}
          ws={ws}
          source={source}
          provider={providers?.find(({ name }) => name === source.provider)}
        />
      )}
    </Loaded>
  );
}
