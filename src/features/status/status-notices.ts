import { idOfChannel } from '../../access/public/define-channel-kind.js';
import { defineNotice } from '../../access/public/define-notice.js';
import { statusUpdated } from './status.declarations.js';

defineNotice({
  kind: 'status.activated',
  description: 'Your status became active.',
  event: statusUpdated,
  noticesOf: (_status, { channel }) => {
    const userId = idOfChannel(channel);
    const title = 'Your status is active now';
    return [
      { recipients: [userId], requires: 'being the recipient', subject: 'status', title, body: '', path: '/status' },
    ];
  },
});
