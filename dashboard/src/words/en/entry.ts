/** Words of the screens for people who sign in. */
export const entry = {
  back: 'Back to the sign-in',
  firstPassword: {
    heading: 'Choose your own password',
    why: 'Another person chose your password, or a terminal printed it. Replace it before you go on.',
    hint: 'Scripts that sign in with the old password need the new one.',
  },
  forgot: {
    heading: 'Forgot your password?',
    hint: 'You get a mail with a link that works for one hour.',
    submit: 'Send the link',
    sent: (email: string) =>
      `If there is a user with the address ${email} and a password, a mail with a link is on its way. It can take a minute.`,
    noMail:
      'This service sends no mails. An administrator can make a link for you: People, your name, “Reset the password”.',
  },
  reset: {
    heading: 'Set a new password',
    hint: 'Afterwards you are signed out on all your devices.',
    noToken: 'This link is incomplete. Open it from the mail again, or copy all of it.',
    submit: 'Set the password',
    done: 'The password is set. Sign in with it.',
  },
  invitation: {
    heading: 'Invitation',
    noToken: 'This link is incomplete. Open it from the mail again, or copy all of it.',
    toWorkspace: (inviter: string, email: string, workspace: string, role: string) =>
      `${inviter} invites ${email} to the workspace ${workspace} with the role ${role}.`,
    toInstallation: (inviter: string, email: string) => `${inviter} invites ${email} to this service.`,
    signIn: (email: string) => `${email} has an account. Sign in to accept.`,
    join: 'Accept the invitation',
    asAnother: 'Sign in as another user',
    name: 'Your name',
    submit: 'Create the account',
  },
  device: {
    heading: 'Sign in on a device',
    code: 'Code',
    codeHint: 'The device shows it.',
    next: 'Continue',
    again: 'Compare the code with the one that the device shows.',
    name: 'Device',
    address: 'Address',
    program: 'Program',
    unknown: 'unknown',
    warning:
      'The device gets a session with all your rights. Approve it only if you have begun this sign-in yourself and the device shows the same code.',
    approve: 'Approve',
    refuse: 'Refuse',
    approved: 'Approved. The device signs in by itself; you can close this page.',
    refused: 'Refused. The device gets no session.',
  },
};
