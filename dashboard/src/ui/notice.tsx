import type { ReactNode } from 'react';
import { problemOf } from '../api/problem.js';
import { words } from '../words/words.js';
import { Button } from './button.js';
import { classes } from './classes.js';
import { CopyId } from './copy.js';

/** A failure in words, with its code and request id to copy. */
export function ErrorNotice({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}): ReactNode {
  if (error === null || error === undefined) return null;
  const problem = problemOf(error);
  return (
    <div role="alert" className="flex flex-col gap-1 rounded border border-bad bg-bad-soft p-3 text-text">
      <p className="font-medium">{problem.title}</p>
      {problem.detail !== undefined && <p className="text-sm break-words">{problem.detail}</p>}
      <p className="flex flex-wrap items-center gap-x-3 text-xs">
        <span>
          {words.problem.code} <CopyId id={problem.code} what={words.problem.code} whole />
        </span>
        {problem.requestId !== undefined && (
          <span>
            {words.problem.requestId} <CopyId id={problem.requestId} what={words.problem.requestId} />
          </span>
        )}
        {onRetry !== undefined && (
          <Button size="small" onClick={onRetry}>
            {words.problem.again}
          </Button>
        )}
      </p>
    </div>
  );
}

/** One sentence and the next action. */
export function Empty({ text, children }: { readonly text: ReactNode; readonly children?: ReactNode }): ReactNode {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-12 text-center text-muted">
      <p className="max-w-prose">{text}</p>
      {children}
    </div>
  );
}

/** Grey lines in the place of rows that are loading. */
export function Skeleton({ rows = 6, className }: { readonly rows?: number; readonly className?: string }): ReactNode {
  return (
    <div
      role="status"
      aria-label={words.list.loading}
      className={classes('skeleton flex flex-col gap-2 p-3', className)}
    >
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="h-5 rounded bg-hover" />
      ))}
    </div>
  );
}

/** A result of useQuery as its skeleton, its error, or its content. Stale content stays visible beside an error. */
export function Loaded<Data>({
  query,
  children,
  rows,
}: {
  readonly query: { data: Data | undefined; error: unknown; refetch: () => unknown };
  readonly children: (data: Data) => ReactNode;
  readonly rows?: number;
}): ReactNode {
  const { data, error } = query;
  return (
    <>
      {error !== null && error !== undefined && <ErrorNotice error={error} onRetry={() => void query.refetch()} />}
      {data === undefined
        ? (error === null || error === undefined) && <Skeleton {...(rows !== undefined && { rows })} />
        : children(data)}
    </>
  );
}
