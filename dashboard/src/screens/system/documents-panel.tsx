import { Link } from '@tanstack/react-router';
import ExternalLink from 'lucide-react/icons/external-link';
import type { ReactNode } from 'react';
import { base } from '../../api/base.js';
import { useWorkspace } from '../../app/workspace.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';

const DOCUMENTS = [
  ['guide', '/docs/guide/'],
  ['docs', '/docs'],
  ['openapi', '/openapi.json'],
  ['asyncapi', '/asyncapi.json'],
  ['metrics', '/metrics'],
] as const;

export function DocumentsPanel(): ReactNode {
  const { links } = words.system;
  const { id: ws } = useWorkspace();
  return (
    <Panel title={links.heading}>
      <ul className="flex flex-wrap gap-x-6 gap-y-1 px-3 py-2">
        <li>
          <Link to="/w/$ws/asyncapi" params={{ ws }} className="inline-flex min-h-6 items-center text-accent underline">
            {links.realtime}
          </Link>
        </li>
        {DOCUMENTS.map(([name, path]) => (
          <li key={name}>
            <a
              href={base + path}
              target="_blank"
              rel="noreferrer"
              className="inline-flex min-h-6 items-center gap-1 text-accent underline"
            >
              {links[name]}
              <ExternalLink className="size-3.5" aria-hidden="true" />
            </a>
          </li>
        ))}
      </ul>
      <p className="px-3 pb-2 text-sm text-muted">{links.metricsNote}</p>
    </Panel>
  );
}
