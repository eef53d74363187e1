import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { buttonClass } from '../../ui/button.js';
import { Loaded } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { toast } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { changedFields, draftOf } from './endpoint-draft.js';
import { EndpointForm } from './endpoint-form.js';
import { changeEndpoint, useEndpoint } from './endpoints-queries.js';

export function EditEndpointScreen(): ReactNode {
  const { id: ws } = useWorkspace();
  const { id } = useParams({ from: '/w/$ws/endpoints/$id/edit' });
  const navigate = useNavigate();
  const { form } = words.endpoints;
  return (
    <Page
      title={form.editTitle}
      actions={
        <Link to="/w/$ws/endpoints/$id" params={{ ws, id }} className={buttonClass('quiet')}>
          {words.dialog.cancel}
        </Link>
      }
    >
      <Loaded query={useEndpoint(ws, id)}>
        {(endpoint) => (
          <EndpointForm
            key={endpoint.id}
            ws={ws}
            endpoint={endpoint}
            start={draftOf(endpoint)}
            action={form.save}
            onSubmit={async (request) => {
              await changeEndpoint(ws, id, changedFields(endpoint, request));
              toast(form.saved);
              await navigate({ to: '/w/$ws/endpoints/$id', params: { ws, id } });
            }}
          />
        )}
      </Loaded>
    </Page>
  );
}
