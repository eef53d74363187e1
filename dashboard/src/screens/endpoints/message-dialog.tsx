import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { Button } from '../../ui/button.js';
import { CopyId } from '../../ui/copy.js';
import { Dialog } from '../../ui/dialog.js';
import { JsonTree, RawText } from '../../ui/json-view.js';
import { Moment } from '../../ui/moment.js';
import { Loaded } from '../../ui/notice.js';
import { Facts } from '../../ui/page.js';
import { State } from '../../ui/state.js';
import { toast, toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { replayMessage, useMessage } from './messages-queries.js';

type Detail = Schemas['MessageDetail'];
type Attempt = Detail['log'][number];

const TREE_LIMIT = 200_000;

function Body({ text }: { readonly text: string }): ReactNode {
  const { message } = words.endpoints;
  if (text.length < TREE_LIMIT) {
    try {
      return <JsonTree value={JSON.parse(text) as unknown} />;
    } catch {
      // Not JSON: the bytes as they are.
    }
  }
  return <RawText text={text} label={message.body} />;
}

function AttemptRow({ attempt }: { readonly attempt: Attempt }): ReactNode {
  const { message } = words.endpoints;
  const { number, at, tookMs, status, error, response } = attempt;
  const isAccepted = error === null;
  return (
    <li className="border-b border-line last:border-b-0">
      <details>
        <summary className="flex flex-wrap items-center gap-x-3 px-3 py-1.5 text-sm">
          <span className="font-medium">{message.attempt(number)}</span>
          <State
            name={isAccepted ? 'delivered' : 'failed'}
            word={status === null ? message.noResponse : String(status)}
          />
          <Moment at={at} />
          <span className="text-muted">{message.took(tookMs)}</span>
          {error !== null && <span className="min-w-0 break-words text-muted">{error}</span>}
        </summary>
        {response === null ? (
          <p className="px-3 pb-2 text-sm text-muted">{message.noResponseHint}</p>
        ) : (
          <>
            <h4 className="px-3 text-sm font-medium">{message.responseHeaders}</h4>
            <Facts facts={Object.entries(response.headers)} />
            <h4 className="px-3 text-sm font-medium">{message.responseBody}</h4>
            {response.body === '' ? (
              <p className="p-3 text-sm text-muted">{message.empty}</p>
            ) : (
              <RawText text={response.body} label={message.responseBody} />
            )}
          </>
        )}
      </details>
    </li>
  );
}

function Content({ detail, onReplay }: { readonly detail: Detail; readonly onReplay: () => Promise<void> }): ReactNode {
  const { message } = words.endpoints;
  const [busy, setBusy] = useState(false);
  const replay = async (): Promise<void> => {
    setBusy(true);
    try {
      await onReplay();
      toast(message.replayed);
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <State name={detail.status} />
        {detail.nextAttemptAt !== null && (
          <span className="text-sm">
            {message.next} <Moment at={detail.nextAttemptAt} />
          </span>
        )}
        <span className="mr-auto min-w-0 text-sm break-words text-muted">{detail.error}</span>
        <Button busy={busy} disabled={detail.status === 'pending'} onClick={() => void replay()}>
          {message.replay}
        </Button>
      </div>
      <section className="rounded border border-line">
        <h3 className="border-b border-line px-3 py-1.5">{message.attempts}</h3>
        {detail.log.length === 0 ? (
          <p className="p-3 text-sm text-muted">{message.noAttempts}</p>
        ) : (
          <ul>
            {detail.log.map((attempt) => (
              <AttemptRow key={attempt.number} attempt={attempt} />
            ))}
          </ul>
        )}
      </section>
      <section className="rounded border border-line">
        <h3 className="border-b border-line px-3 py-1.5">{message.request}</h3>
        <Facts
          facts={[
            ['webhook-id', <CopyId key="id" id={detail.id} what="webhook-id" whole />],
            [message.eventId, <CopyId key="event" id={detail.eventId} what={message.eventId} whole />],
          ]}
        />
        <Body text={detail.body} />
      </section>
    </>
  );
}

/** One message: what was sent, and what the endpoint answered each time. */
export function MessageDialog({
  ws,
  endpointId,
  messageId,
  onClose,
}: {
  readonly ws: string;
  readonly endpointId: string;
  readonly messageId: string;
  readonly onClose: () => void;
}): ReactNode {
  const query = useMessage(ws, endpointId, messageId);
  return (
    <Dialog open wide onClose={onClose} title={query.data?.eventType ?? words.endpoints.message.title}>
      <Loaded query={query}>
        {(detail) => <Content detail={detail} onReplay={() => replayMessage(ws, endpointId, messageId)} />}
      </Loaded>
    </Dialog>
  );
}
