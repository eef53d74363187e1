/** When a user gets a notification by e-mail: at once, or at most once an hour or a day with what came until then. */
export const EMAIL_CHOICES = ['off', 'immediately', 'hourly', 'daily'] as const;

export type EmailChoice = (typeof EMAIL_CHOICES)[number];
