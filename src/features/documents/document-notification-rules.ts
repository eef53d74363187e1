import { idOfChannel } from '../../access/public/define-channel-kind.js';
import { defineNotification } from '../../access/public/define-notification.js';
import { documentMentioned, DOCUMENTS_READ } from './documents.declarations.js';

defineNotification({
  kind: 'document.mentioned',
  description: 'You were mentioned in a document.',
  event: documentMentioned,
  notificationsOf: ({ id, title, userIds }, { channel }) => {
    const requires = { workspaceId: idOfChannel(channel), permission: DOCUMENTS_READ };
    const subject = `document:${id}`;
    const text = `You were mentioned in “${title}”`;
    return [{ recipients: userIds, requires, subject, title: text, body: '', path: `/documents/${id}` }];
  },
});
