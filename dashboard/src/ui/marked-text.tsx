import type { ReactNode } from 'react';
import { CopyId } from './copy.js';

const PARTS = /(`[^`]+`|\*\*[^*]+\*\*|https?:\/\/[^\s`*)]+[^\s`*).,;:])/;

/** One line of Markdown with code, bold text and addresses. `url` takes the place of `{url}`, and can be copied. */
export function MarkedText({
  text,
  url,
  urlName,
}: {
  readonly text: string;
  readonly url?: string | undefined;
  readonly urlName?: string;
}): ReactNode {
  return text.split(PARTS).map((part, index) => {
    if (part === '`{url}`' && url !== undefined) return <CopyId key={index} id={url} what={urlName ?? ''} whole />;
    if (part.startsWith('`'))
      return (
        <code key={index} className="rounded bg-hover px-1 font-mono text-xs break-words">
          {part.slice(1, -1)}
        </code>
      );
    if (part.startsWith('**')) return <strong key={index}>{part.slice(2, -2)}</strong>;
    if (/^https?:/.test(part))
      return (
        <a key={index} href={part} target="_blank" rel="noreferrer" className="break-all text-accent underline">
          {part}
        </a>
      );
    return part;
  });
}
