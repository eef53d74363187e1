import { createHash } from 'node:crypto';
import { escaped, oneLine, withoutControls, type MailText } from '../../../platform/mail/mail-text.js';

/** The part of a notification that a mail shows. */
export interface MailedNotification {
  readonly notificationId: string;
  readonly title: string;
  readonly body: string;
  /** Relative to the root of the app. */
  readonly path: string;
}

const MAX_SHOWN = 50;
const MAX_SUBJECT = 150;
const REASON = 'You get this mail because you chose e-mail for these notifications. Choose otherwise:';

/** @param publicUrl the root of the app, without a trailing slash */
export function writeMail(notifications: readonly MailedNotification[], publicUrl: string): MailText {
  const shown = notifications.slice(0, MAX_SHOWN).map(({ title, body, path }) => {
    return { title: oneLine(title), body: withoutControls(body), url: publicUrl + path };
  });
  const [first] = shown;
  const count = notifications.length;
  const rest = count > shown.length ? `and ${count - shown.length} more` : undefined;
  const preferences = `${publicUrl}/notification-preferences`;
  return {
    messageId: messageIdOf(notifications, publicUrl),
    subject: count === 1 && first !== undefined ? first.title.slice(0, MAX_SUBJECT) : `${count} notifications`,
    text: [
      ...shown.map(({ title, body, url }) => [title, body, url].filter((line) => line !== '').join('\n')),
      ...(rest === undefined ? [] : [rest]),
      `-- \n${REASON}\n${preferences}`,
    ].join('\n\n'),
    html: [
      ...shown.map(
        ({ title, body, url }) =>
          `<p><a href="${escaped(url)}">${escaped(title)}</a><br>${escaped(body).replaceAll('\n', '<br>')}</p>`,
      ),
      ...(rest === undefined ? [] : [`<p>${rest}</p>`]),
      `<p><small>${REASON} <a href="${escaped(preferences)}">${escaped(preferences)}</a></small></p>`,
    ].join('\n'),
  };
}

function messageIdOf(notifications: readonly MailedNotification[], publicUrl: string): string {
  const ids = notifications.map(({ notificationId }) => notificationId).toSorted();
  const hash = createHash('sha256').update(ids.join()).digest('hex').slice(0, 32);
  return `<${hash}@${new URL(publicUrl).hostname}>`;
}
