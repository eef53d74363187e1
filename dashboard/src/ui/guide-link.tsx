import type { ReactNode } from 'react';
import { base } from '../api/base.js';

/** A link to a page of the guide that this server serves, in a new tab. */
export const GuideLink = ({ to, children }: { readonly to: string; readonly children: ReactNode }): ReactNode => (
  <a
    href={`${base}/docs/guide/${to}`}
    target="_blank"
    rel="noreferrer"
    className="inline-flex min-h-6 items-center text-accent underline"
  >
    {children}
  </a>
);
