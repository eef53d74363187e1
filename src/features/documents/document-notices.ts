import { defineNotice } from '../../access/contracts/define-notice.js';
import { documentMentioned, DOCUMENTS_READ, workspaceOf } from './documents.declarations.js';

defineNotice({
  kind: 'document.mentioned',
  description: 'You were mentioned in a document.',
  event: documentMentioned,
  noticesOf: ({ id, title, userIds }, { channel }) => {
    const requires = { workspaceId: workspaceOf(channel), permission: DOCUMENTS_READ };
    const subject = `document:${id}`;
    const said = `You were mentioned in “${title}”`;
    return [{ recipients: userIds, requires, subject, title: said, body: '', path: `/documents/${id}` }];
  },
});
