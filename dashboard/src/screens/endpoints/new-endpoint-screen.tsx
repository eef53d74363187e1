import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { buttonClass } from '../../ui/button.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { EMPTY } from './endpoint-draft.js';
import { EndpointForm } from './endpoint-form.js';
import { createEndpoint } from './endpoints-queries.js';

export function NewEndpointScreen(): ReactNode {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const { endpoints } = words;
  return (
    <Page
      title={endpoints.add}
      actions={
        <Link to="/w/$ws/endpoints" params={{ ws }} className={buttonClass('quiet')}>
          {endpoints.detail.back}
        </Link>
      }
    >
      <EndpointForm
        ws={ws}
        start={EMPTY}
        action={endpoints.form.create}
        onSubmit={async (request, kind) => {
          const { sourceIds, ...rest } = request;
          const id = await createEndpoint(ws, { ...rest, kind, ...(kind === 'relay' && sourceIds && { sourceIds }) });
          await navigate({ to: '/w/$ws/endpoints/$id', params: { ws, id } });
        }}
      />
    </Page>
  );
}
