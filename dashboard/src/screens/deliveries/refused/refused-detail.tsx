import { Link, useParams } from '@tanstack/react-router';
import ArrowLeft from 'lucide-react/icons/arrow-left';
import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api/api.js';
import { useMay, useWorkspace } from '../../../app/workspace.js';
import { buttonClass } from '../../../ui/button.js';
import { CopyId } from '../../../ui/copy.js';
import { RawText } from '../../../ui/json-view.js';
import { exactTime } from '../../../ui/moment.js';
import { ErrorNotice, Skeleton } from '../../../ui/notice.js';
import { Facts } from '../../../ui/page.js';
import { State } from '../../../ui/state.js';
import { words } from '../../../words/words.js';
import { Headers } from '../headers.js';
import { useSources } from '../deliveries-queries.js';
import { AcceptRefused } from './accept-refused.js';
import { useRefusedDetail } from './refused-queries.js';
import { TrySecret } from './try-secret.js';

const { refused: text, way, detail: detailText } = words.deliveries;

function Body({ request }: { readonly request: Schemas['RefusedRequestDetail'] }): ReactNode {
  const mayRead = useMay('webhooks:bodies');
  const { body, bodySize } = request;
  if (!mayRead || body === undefined) return <p className="px-3 pb-3 text-sm text-muted">{detailText.bodyHidden}</p>;
  return (
    <>
      {bodySize !== null && bodySize > 16_384 && <p className="px-3 text-sm text-muted">{text.bodyPart}</p>}
      <RawText text={body} label={text.body} />
    </>
  );
}

/** One refused request: why, with which headers, and what to do about it. */
export function RefusedDetail(): ReactNode {
  const { id: ws } = useWorkspace();
  const { id } = useParams({ from: '/w/$ws/deliveries/refused/$id' });
  const mayManage = useMay('webhooks:manage');
  const { data: request, error, refetch } = useRefusedDetail(ws, id);
  const sources = useSources(ws);
  return (
    <section
      aria-label={text.heading}
      className="flex min-h-0 grow flex-col overflow-y-auto rounded border border-line bg-surface"
    >
      <header className="flex flex-col gap-2 border-b border-line p-3">
        <div className="flex items-start gap-2 max-xl:flex-col-reverse">
          <h2 className="grow">{text.heading}</h2>
          <Link to="/w/$ws/deliveries/refused" params={{ ws }} search className={buttonClass('quiet', 'small')}>
            <span className="inline-flex items-center gap-1 xl:hidden">
              <ArrowLeft className="size-4" aria-hidden="true" />
              {text.back}
            </span>
            <X className="size-4 max-xl:hidden" aria-hidden="true" />
            <span className="sr-only max-xl:hidden">{text.close}</span>
          </Link>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {request !== undefined && <State name="refused" word={text.causes[request.cause]} />}
          <CopyId id={id} what={text.id} />
        </div>
        {request !== undefined && <p className="break-words">{request.detail.explanation}</p>}
      </header>
      {!mayManage && <p className="p-4 text-muted">{text.manageOnly}</p>}
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {mayManage && request === undefined && error === null && <Skeleton rows={8} />}
      {mayManage && request !== undefined && (
        <>
          <Facts
            facts={[
              [text.source, sources.get(request.sourceId)?.name ?? request.sourceId],
              [text.receivedAt, exactTime(request.receivedAt)],
              [text.address, request.address],
              [text.size, request.bodySize === null ? '' : way.bytes(request.bodySize)],
              [text.scheme, request.detail.scheme],
              [text.expected, request.detail.headers.join(', ')],
              [text.secretsTried, request.detail.secretsTried],
              ...(request.detail.clockOffSeconds === undefined
                ? []
                : [[text.clock, text.seconds(request.detail.clockOffSeconds)] as const]),
            ]}
          />
          <div className="flex flex-col gap-4 border-t border-line p-3">
            {request.bodyComplete && <TrySecret request={request} />}
            <AcceptRefused request={request} />
          </div>
          <h3 className="border-t border-line px-3 pt-3">{detailText.tabs.headers}</h3>
          <Headers headers={request.headers} hint={text.headersHint} />
          <h3 className="border-t border-line px-3 py-3">{text.body}</h3>
          <Body request={request} />
        </>
      )}
    </section>
  );
}
