import { Link, useNavigate } from '@tanstack/react-router';
import ArrowLeft from 'lucide-react/icons/arrow-left';
import ExternalLink from 'lucide-react/icons/external-link';
import RotateCw from 'lucide-react/icons/rotate-cw';
import Terminal from 'lucide-react/icons/terminal';
import X from 'lucide-react/icons/x';
import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { useShortcuts } from '../../app/shortcuts.js';
import { useWorkspace } from '../../app/workspace.js';
import { Button, buttonClass } from '../../ui/button.js';
import { CopyId } from '../../ui/copy.js';
import { State } from '../../ui/state.js';
import { toast, toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { curlOf } from './curl.js';
import type { DeliveryDetail } from './delivery-queries.js';

/** Drops what belongs to one delivery, and keeps the filters of the list. */
const filtersOnly = (before: object) => ({ ...before, part: undefined, form: undefined, with: undefined });

interface DeliveryHeadProps {
  readonly id: string;
  readonly delivery: DeliveryDetail | undefined;
  readonly source: Schemas['Source'] | undefined;
  /** Absent without the permission. */
  readonly onReplay?: () => Promise<void>;
}

/** The title of a delivery, its state, and what can be done with it. */
export function DeliveryHead({ id, delivery, source, onReplay }: DeliveryHeadProps): ReactNode {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const { detail: text, replay: replayText } = words.deliveries;
  useShortcuts({
    Escape: () => void navigate({ to: '/w/$ws/deliveries', params: { ws }, search: filtersOnly } as never),
  });
  const replay = async (): Promise<void> => {
    setBusy(true);
    await onReplay?.().then(() => toast(replayText.oneAsked), toastProblem);
    setBusy(false);
  };
  const curl = delivery && source && curlOf(delivery, source.url);
  const url = delivery?.url;
  return (
    <header className="flex flex-col gap-2 border-b border-line p-3">
      <div className="flex items-start gap-2 max-xl:flex-col-reverse">
        <h2 className="min-w-0 grow break-words">{delivery?.title ?? delivery?.eventType ?? text.heading}</h2>
        <Link
          to="/w/$ws/deliveries"
          params={{ ws }}
          search={filtersOnly as never}
          className={buttonClass('quiet', 'small')}
        >
          <span className="inline-flex items-center gap-1 xl:hidden">
            <ArrowLeft className="size-4" aria-hidden="true" />
            {text.back}
          </span>
          <X className="size-4 max-xl:hidden" aria-hidden="true" />
          <span className="sr-only max-xl:hidden">{text.close}</span>
        </Link>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {delivery !== undefined && <State name={delivery.status} />}
        {delivery?.test === true && <State name="test" />}
        {delivery !== undefined && delivery.duplicateOf !== null && <State name="duplicate" />}
        {delivery !== undefined && delivery.repeats !== null && <State name="replayed" />}
        <CopyId id={id} what={text.id} />
        {typeof url === 'string' && /^https?:/.test(url) && (
          <a
            href={url}
            target="_blank"
            rel="noreferrer"
            className="inline-flex items-center gap-1 text-sm text-accent underline"
          >
            {text.openSender}
            <ExternalLink className="size-3.5" aria-hidden="true" />
          </a>
        )}
        <span className="grow" />
        {curl !== undefined && (
          <Button
            size="small"
            onClick={() => void navigator.clipboard.writeText(curl).then(() => toast(text.curlCopied), toastProblem)}
          >
            <Terminal className="size-3.5" aria-hidden="true" />
            {text.copyCurl}
          </Button>
        )}
        {onReplay !== undefined && delivery !== undefined && (
          <Button size="small" kind="primary" busy={busy} onClick={() => void replay()}>
            <RotateCw className="size-3.5" aria-hidden="true" />
            {replayText.one}
          </Button>
        )}
      </div>
      {delivery !== undefined && delivery.error !== null && (
        <p className="rounded bg-bad-soft px-2 py-1 text-sm break-words">{delivery.error}</p>
      )}
    </header>
  );
}
