import { useQuery } from '@tanstack/react-query';
import ExternalLink from 'lucide-react/icons/external-link';
import { useMemo, useState, type ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { base } from '../../api/base.js';
import { keyOf, useMay, useWorkspace } from '../../app/workspace.js';
import { Input } from '../../ui/field.js';
import { JsonTree } from '../../ui/json-view.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Page, Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { fits, readDocument, type AsyncApi, type Message } from './document.js';

function useDocument() {
  const { id: ws } = useWorkspace();
  return useQuery({
    queryKey: [...keyOf(ws), 'asyncapi'],
    queryFn: () => answer(api.GET('/v1/workspaces/{ws}/asyncapi.json', { params: { path: { ws } } })),
  });
}

/** A name that opens to a JSON Schema. */
function Schema({
  name,
  note,
  schema,
}: {
  readonly name: string;
  readonly note?: string | undefined;
  readonly schema: unknown;
}): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <li>
      <details open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary className="flex min-h-8 flex-wrap items-center gap-x-2 px-3 py-1 hover:bg-hover">
          <span className="font-mono text-sm font-semibold break-all">{name}</span>
          {note !== undefined && <span className="text-sm text-muted">{note}</span>}
        </summary>
        {isOpen && <JsonTree value={schema} />}
      </details>
    </li>
  );
}

const noteOf = ({ title, summary, description }: Message): string | undefined => summary ?? description ?? title;

function Content({ document, search }: { readonly document: AsyncApi; readonly search: string }): ReactNode {
  const { asyncapi } = words.system;
  return (
    <>
      {document.description !== undefined && <p className="max-w-prose text-muted">{document.description}</p>}
      {document.channels.map(({ id, title, address, description, messages }) => {
        const shown = messages.flatMap((name) => {
          const message = document.messages.get(name);
          return message !== undefined && fits(message, search) ? [{ id: name, message }] : [];
        });
        return (
          <Panel key={id} title={title} actions={<code className="text-sm break-all">{address}</code>}>
            {description !== undefined && <p className="max-w-prose px-3 py-2 text-sm text-muted">{description}</p>}
            {shown.length === 0 ? (
              <Empty text={asyncapi.noneFits} />
            ) : (
              <ul aria-label={asyncapi.messages(title)} className="divide-y divide-line">
                {shown.map(({ id: key, message }) => (
                  <Schema key={key} name={message.name} note={noteOf(message)} schema={message.payload} />
                ))}
              </ul>
            )}
          </Panel>
        );
      })}
      {document.schemas.length > 0 && (
        <Panel title={asyncapi.schemas}>
          <ul aria-label={asyncapi.schemas} className="divide-y divide-line">
            {document.schemas
              .filter(([name]) => name.toLowerCase().includes(search.trim().toLowerCase()))
              .map(([name, schema]) => (
                <Schema key={name} name={name} schema={schema} />
              ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

/** The AsyncAPI document of the workspace: its channels, the messages of each, and their schemas. */
export function AsyncApiScreen(): ReactNode {
  const { asyncapi, links } = words.system;
  const mayRead = useMay('event-types:read');
  return (
    <Page
      title={asyncapi.heading}
      actions={
        <a
          href={`${base}/asyncapi.json`}
          target="_blank"
          rel="noreferrer"
          className="inline-flex min-h-6 items-center gap-1 text-accent underline"
        >
          {links.asyncapi}
          <ExternalLink className="size-3.5" aria-hidden="true" />
        </a>
      }
    >
      {mayRead ? <Searched /> : <Empty text={asyncapi.noPermission} />}
    </Page>
  );
}

function Searched(): ReactNode {
  const { asyncapi } = words.system;
  const query = useDocument();
  const [search, setSearch] = useState('');
  const document = useMemo(() => (query.data === undefined ? undefined : readDocument(query.data)), [query.data]);
  return (
    <>
      <Input
        type="search"
        aria-label={asyncapi.search}
        placeholder={asyncapi.search}
        value={search}
        onChange={({ target }) => setSearch(target.value)}
        className="max-w-sm"
      />
      <Loaded query={query}>
        {() => (document === undefined ? null : <Content document={document} search={search} />)}
      </Loaded>
    </>
  );
}
