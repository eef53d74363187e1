import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../../app/workspace.js';
import { Button, buttonClass } from '../../../ui/button.js';
import { ErrorNotice } from '../../../ui/notice.js';
import { words } from '../../../words/words.js';
import { acceptRefused, refusedKey, type Refused } from './refused-queries.js';
import { useStep } from '../../../ui/use-step.js';

const { refused: text } = words.deliveries;

/** Takes a refused request in, once the source has the right secret. */
export function AcceptRefused({ request }: { readonly request: Refused }): ReactNode {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  const { busy, error, run } = useStep();
  const { id, deliveryId, bodyComplete } = request;
  const accept = async (): Promise<void> => {
    await run(async () => {
      await acceptRefused(ws, id);
      await queries.invalidateQueries({ queryKey: refusedKey(ws) });
    });
  };
  if (deliveryId !== null) {
    return (
      <p role="status">
        {text.acceptedAs}{' '}
        <Link
          to="/w/$ws/deliveries/$id"
          params={{ ws, id: deliveryId }}
          className="font-mono text-xs break-all text-accent underline"
        >
          {deliveryId}
        </Link>
      </p>
    );
  }
  if (!bodyComplete) return <p className="text-sm text-muted">{text.bodyIncomplete}</p>;
  return (
    <div className="flex flex-col gap-2">
      <h3>{text.accept}</h3>
      <p className="text-sm text-muted">{text.acceptHint}</p>
      <ErrorNotice error={error} />
      <div className="flex gap-2">
        <Button kind="primary" busy={busy} onClick={() => void accept()}>
          {text.accept}
        </Button>
        <Link to="/w/$ws/sources" params={{ ws }} className={buttonClass()}>
          {text.toSource}
        </Link>
      </div>
    </div>
  );
}
