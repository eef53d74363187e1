import { idOfChannel } from '../../access/public/define-channel-kind.js';
import { defineNotification } from '../../access/public/define-notification.js';
import { statusUpdated } from './status.declarations.js';

defineNotification({
  kind: 'status.activated',
  description: 'Your status became active.',
  event: statusUpdated,
  notificationsOf: (_status, { channel }) => {
    const userId = idOfChannel(channel);
    const title = 'Your status is active now';
    return [
      { recipients: [userId], requires: 'being the recipient', subject: 'status', title, body: '', path: '/status' },
    ];
  },
});
