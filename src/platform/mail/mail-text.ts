/** A mail without its sender and its recipient. */
export interface MailText {
  /** The same for the same content, so that a mailbox recognizes a mail that was sent twice. */
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export const withoutControls = (text: string): string => text.replaceAll(/(?!\n)\p{Cc}/gu, ' ');

/** Text of others can contain line breaks, which would end a header. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
