export const notifications = {
  bell: (unread: number) =>
    unread === 0 ? 'Notifications, none unread' : `Notifications, ${unread.toLocaleString('en')} unread`,
  badge: (unread: number) => (unread > 99 ? '99+' : String(unread)),
  views: { unread: 'Unread', inbox: 'Inbox', archived: 'Archived', preferences: 'Preferences' },
  viewsLabel: 'Notifications by state',
  empty: {
    unread: 'You have read everything. New notifications appear here at once.',
    inbox: 'No notifications yet. You get one when a task is assigned to you or a webhook needs attention.',
    archived: 'Nothing is archived. Archive a notification to take it out of the inbox.',
  },
  read: 'Mark as read',
  readAll: 'Mark all as read',
  allRead: (count: number) =>
    count === 1
      ? '1 notification is marked as read.'
      : `${count.toLocaleString('en')} notifications are marked as read.`,
  archive: 'Archive',
  unread: 'unread',
  preferences: {
    heading: 'What reaches you, and how',
    saved: 'Saved',
    kind: 'Notification',
    inApp: 'In the app',
    push: 'Push',
    email: 'E-mail',
    emailOff: 'This server has no mail server, so e-mail is not offered.',
    emailChoices: { off: 'Off', immediately: 'At once', hourly: 'Once an hour', daily: 'Once a day' },
    cell: (way: string, kind: string) => `${way}: ${kind}`,
  },
  quiet: {
    heading: 'Quiet hours',
    hint: 'Pushes and mails wait until the quiet hours end, and are sent then if the notification is still unread.',
    off: 'No quiet hours are set.',
    from: 'From',
    until: 'Until',
    timeZone: 'Time zone',
    save: 'Save the quiet hours',
    remove: 'Remove',
    removed: 'The quiet hours are removed.',
  },
  push: {
    heading: 'Push to this browser',
    hint: 'Notifications reach this browser while no window of Tidings is open.',
    unsupported: 'This browser offers no push here. Push needs https or localhost.',
    on: 'Switch on',
    off: 'Switch off',
    isOn: 'on',
    isOff: 'off',
    notAllowed: 'This browser does not allow notifications.',
  },
};
