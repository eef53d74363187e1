import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { Button, buttonClass } from '../../ui/button.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Menu } from '../../ui/menu.js';
import { toast, toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { DeleteEndpoint } from './delete-endpoint.js';
import { needsMaker } from './endpoint-state.js';
import { changeEndpoint, rotateSecret, sendTestEvent, type Endpoint } from './endpoints-queries.js';
import { reloadMessages } from './messages-queries.js';

/** The actions on an endpoint. */
export function EndpointActions({ ws, endpoint }: { readonly ws: string; readonly endpoint: Endpoint }): ReactNode {
  const { actions } = words.endpoints;
  const { id, enabled } = endpoint;
  const [asks, setAsks] = useState<'rotate' | 'delete'>();
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const run = async (action: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await action();
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const switchTo = (wanted: boolean): Promise<void> =>
    run(async () => {
      await changeEndpoint(ws, id, { enabled: wanted });
      await reloadMessages(ws, id);
      toast(wanted ? actions.enabled : actions.disabled, {
        ...(!wanted && {
          description: actions.disabledHint,
          undo: { label: actions.enable, run: () => void switchTo(true) },
        }),
      });
    });
  const test = (): Promise<void> =>
    run(async () => {
      const message = await sendTestEvent(ws, id);
      await reloadMessages(ws, id);
      await navigate({ to: '/w/$ws/endpoints/$id', params: { ws, id }, search: { message } });
    });
  return (
    <>
      <Button busy={busy} disabled={!enabled} onClick={() => void test()}>
        {actions.test}
      </Button>
      {!enabled && (
        <Button kind="primary" busy={busy} onClick={() => void switchTo(true)}>
          {needsMaker(endpoint) ? actions.takeOver : actions.enable}
        </Button>
      )}
      <Link to="/w/$ws/endpoints/$id/edit" params={{ ws, id }} className={buttonClass()}>
        {actions.edit}
      </Link>
      <Menu
        trigger={<button type="button" className={buttonClass()} aria-label={actions.more} children="⋯" />}
        entries={[
          { label: actions.rotate, onSelect: () => setAsks('rotate') },
          ...(enabled ? [{ label: actions.disable, onSelect: () => void switchTo(false) }] : []),
          { label: actions.remove, onSelect: () => setAsks('delete'), danger: true },
        ]}
      />
      <ConfirmDialog
        open={asks === 'rotate'}
        onClose={() => setAsks(undefined)}
        title={actions.rotateTitle}
        description={actions.rotateHint}
        action={actions.rotate}
        onConfirm={() => rotateSecret(ws, id)}
      />
      {asks === 'delete' && <DeleteEndpoint ws={ws} endpoint={endpoint} onClose={() => setAsks(undefined)} />}
    </>
  );
}
