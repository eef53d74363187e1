import { z } from 'zod';
import { isTimeZone } from './quiet-hours.js';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'hh:mm, from 00:00 to 23:59');

export const preferenceRequest = z
  .strictObject({
    inApp: z.boolean().describe('in the inbox, and live on your sockets'),
    push: z.boolean().describe('to your browsers and phones, when you are away'),
  })
  .meta({ id: 'NotificationPreference' });

export const quietHoursSchema = z
  .strictObject({
    timeZone: z.string().max(100).refine(isTimeZone, 'a time zone such as Europe/Berlin'),
    from: clock,
    until: clock.describe('of the next day when it comes before `from`'),
  })
  .meta({ id: 'QuietHours', example: { timeZone: 'Europe/Berlin', from: '22:00', until: '07:00' } });

export const preferencesResponse = z
  .object({
    kinds: z.array(preferenceRequest.extend({ kind: z.string(), description: z.string() })),
    quietHours: quietHoursSchema
      .nullable()
      .describe('nothing is pushed then; what is unread afterwards, is pushed then'),
  })
  .meta({ id: 'NotificationPreferences' });

export type PreferenceRequest = z.infer<typeof preferenceRequest>;
export type QuietHoursRequest = z.infer<typeof quietHoursSchema>;
export type PreferencesResponse = z.infer<typeof preferencesResponse>;
