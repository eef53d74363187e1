import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { buttonClass } from '../../ui/button.js';
import { Loaded } from '../../ui/notice.js';
import { Page, Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { FirstDelivery } from './first-delivery.js';
import { LateSecret } from './late-secret.js';
import { waitsForSecret } from './new-secret.js';
import { NewSourceForm, type Made } from './new-source-form.js';
import { ProviderGrid } from './provider-grid.js';
import { SetupSteps } from './setup-steps.js';
import { useProviders, useSource, type Provider } from '../../queries/sources-queries.js';

/** The last step: the steps at the sender, and the first delivery. */
function Connect({
  ws,
  sourceId,
  made,
  providers,
}: {
  readonly ws: string;
  readonly sourceId: string;
  readonly made: Made | undefined;
  readonly providers: readonly Provider[];
}): ReactNode {
  const { wizard } = words.sources;
  const query = useSource(ws, sourceId);
  return (
    <Loaded query={query}>
      {(source) => {
        const provider = providers.find(({ name }) => name === source.provider);
        if (provider === undefined) return null;
        return (
          <div className="grid items-start gap-4 xl:grid-cols-2">
            <Panel title={wizard.setup(provider.label)}>
              {made?.warnings.map((warning) => (
                <p key={warning} className="border-b border-line bg-warn-soft px-3 py-2 text-sm">
                  {warning}
                </p>
              ))}
              <SetupSteps provider={provider} source={source} secret={made?.secret} />
            </Panel>
            <div className="flex min-w-0 flex-col gap-4">
              {waitsForSecret(provider, source.secrets) && (
                <Panel title={words.sources.secret.lateTitle}>
                  <LateSecret ws={ws} source={source} provider={provider} />
                </Panel>
              )}
              <Panel title={wizard.first}>
                <FirstDelivery ws={ws} source={source} provider={provider} />
              </Panel>
              <Link to="/w/$ws/sources/$id" params={{ ws, id: source.id }} className={`${buttonClass()} self-start`}>
                {wizard.done}
              </Link>
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}

/** Creates a source in three steps: the sender, its secret and options, and the steps at the sender. */
export function NewSourceScreen(): ReactNode {
  const { id: ws } = useWorkspace();
  const { q = '', provider: name, source } = useSearch({ from: '/w/$ws/sources/new' });
  const navigate = useNavigate();
  const [made, setMade] = useState<Made>();
  const providers = useProviders();
  const { wizard } = words.sources;
  const finish = (one: Made): void => {
    setMade(one);
    void navigate({
      to: '/w/$ws/sources/new',
      params: { ws },
      search: { source: one.id },
    });
  };
  const stepOf = (all: readonly Provider[]): ReactNode => {
    if (source !== undefined)
      return <Connect ws={ws} sourceId={source} made={made?.id === source ? made : undefined} providers={all} />;
    const provider = all.find((one) => one.name === name);
    if (provider === undefined) return <ProviderGrid ws={ws} providers={all} text={q} />;
    return (
      <>
        <h2>{wizard.from(provider.label)}</h2>
        <NewSourceForm key={provider.name} ws={ws} provider={provider} onMade={finish} />
      </>
    );
  };
  const step = source !== undefined ? 2 : name === undefined ? 0 : 1;
  return (
    <Page
      title={wizard.title}
      actions={
        <Link to="/w/$ws/sources" params={{ ws }} className={buttonClass('quiet')}>
          {wizard.back}
        </Link>
      }
    >
      <ol aria-label={wizard.stepsLabel} className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
        {wizard.steps.map((title, index) => (
          <li
            key={title}
            aria-current={index === step ? 'step' : undefined}
            className={index === step ? 'font-medium text-accent' : ''}
          >
            {index + 1}. {title}
          </li>
        ))}
      </ol>
      <Loaded query={providers}>{stepOf}</Loaded>
    </Page>
  );
}
