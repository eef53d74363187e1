import BadgeCheck from 'lucide-react/icons/badge-check';
import type { ReactNode } from 'react';
import { useChanges } from '../use-changes.js';

/** The last change and its receipt, which stay until the next change. */
export function ReceiptLine(): ReactNode {
  const { last } = useChanges();
  return (
    <div role="status" className="sticky top-2 z-30">
      {last !== undefined && (
        <p className="flex items-start gap-2 rounded border border-good bg-good-soft px-2 py-1 text-sm text-good">
          <BadgeCheck className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          <span>
            {last.done}: <strong className="font-semibold">{last.receipt}</strong>
          </span>
        </p>
      )}
    </div>
  );
}
