import { newId } from '../ids.js';
import { escaped, oneLine, withoutControls, type MailText } from './mail-text.js';

const MAX_SUBJECT = 150;

/** The content of a mail that asks its recipient to follow one link. */
export interface LinkMail {
  readonly subject: string;
  /** Paragraphs above the link. */
  readonly before: readonly string[];
  readonly link: string;
  /** Paragraphs below the link: until when it works, and what to do with an unexpected mail. */
  readonly after: readonly string[];
}

const paragraph = (text: string): string => `<p>${escaped(text)}</p>`;

/** @param publicUrl the root of the app, which names the host of the message id */
export function writeLinkMail({ subject, before, link, after }: LinkMail, publicUrl: string): MailText {
  const [above, below] = [before, after].map((texts) => texts.map(withoutControls)) as [string[], string[]];
  return {
    messageId: `<${newId()}@${new URL(publicUrl).hostname}>`,
    subject: oneLine(subject).slice(0, MAX_SUBJECT),
    text: [...above, link, ...below].join('\n\n'),
    html: [
      ...above.map(paragraph),
      `<p><a href="${escaped(link)}">${escaped(link)}</a></p>`,
      ...below.map(paragraph),
    ].join('\n'),
  };
}
