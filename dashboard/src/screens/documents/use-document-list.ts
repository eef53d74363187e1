import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useWorkspaceEvents } from '../../live/workspace-events.js';
import { useActivity, type Activity } from './document-activity.js';
import { documentKey, documentsKey, useDocuments, type Document } from './documents-queries.js';

/** The documents, live. New ones wait behind `fresh` until `showFresh`, so that no row moves while it is being read. */
export function useDocumentList(ws: string): {
  query: ReturnType<typeof useDocuments>;
  activityOf: (id: string) => Activity;
  fresh: number;
  showFresh: () => void;
} {
  const queries = useQueryClient();
  const query = useDocuments(ws);
  const activity = useActivity(ws);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const patch = (change: (documents: Document[]) => Document[]): void =>
    void queries.setQueryData<Document[]>(documentsKey(ws), (documents) => documents && change(documents));
  const replace = (id: string, change: Partial<Document>): void => {
    patch((documents) => documents.map((document) => (document.id === id ? { ...document, ...change } : document)));
    queries.setQueryData<Document>(documentKey(ws, id), (document) => document && { ...document, ...change });
  };
  useWorkspaceEvents((event) => {
    if (event.channel !== `documents:${ws}`) return;
    activity.apply(event);
    const document = event.payload as unknown as Document;
    switch (event.type) {
      case 'document:created':
        if (query.data?.some(({ id }) => id === document.id) !== true) setFresh(new Set([...fresh, document.id]));
        break;
      case 'document:renamed':
        replace(document.id, document);
        break;
      case 'document:edited':
      case 'document:restored':
        replace(document.id, { updatedAt: new Date(event.ts).toISOString() });
        break;
      case 'document:deleted':
        patch((documents) => documents.filter(({ id }) => id !== document.id));
        setFresh(new Set([...fresh].filter((id) => id !== document.id)));
    }
  });
  const showFresh = (): void => {
    setFresh(new Set());
    void query.refetch();
  };
  return { query, activityOf: activity.of, fresh: fresh.size, showFresh };
}
