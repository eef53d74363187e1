import { z } from 'zod';
import { EMAIL_CHOICES } from './email-choice.js';
import { isTimeZone } from './quiet-hours.js';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'hh:mm, from 00:00 to 23:59');

const email = z
  .enum(EMAIL_CHOICES)
  .describe('to your address: `immediately`, or one mail an hour or a day with what came until then');

export const preferenceRequest = z
  .strictObject({
    inApp: z.boolean().describe('in the inbox, and live on your connections'),
    push: z.boolean().describe('to your browsers and phones, while you are offline'),
    email: email.optional().describe('unchanged when missing; at first `off`'),
  })
  .meta({ id: 'NotificationPreference' });

export const quietHoursSchema = z
  .strictObject({
    timeZone: z.string().max(100).refine(isTimeZone, 'a time zone such as Europe/Berlin'),
    from: clock,
    until: clock.describe('on the next day if it is before `from`'),
  })
  .meta({ id: 'QuietHours', example: { timeZone: 'Europe/Berlin', from: '22:00', until: '07:00' } });

export const preferencesResponse = z
  .object({
    kinds: z.array(preferenceRequest.extend({ kind: z.string(), description: z.string(), email })),
    emailOffered: z.boolean().describe('whether this service has a mail server'),
    quietHours: quietHoursSchema
      .nullable()
      .describe('pushes and mails wait until the quiet hours end, and are then sent if still unread'),
  })
  .meta({ id: 'NotificationPreferences' });

export type PreferenceRequest = z.infer<typeof preferenceRequest>;
export type QuietHoursRequest = z.infer<typeof quietHoursSchema>;
export type PreferencesResponse = z.infer<typeof preferencesResponse>;
