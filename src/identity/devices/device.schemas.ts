import { z } from 'zod';

export const beginDeviceRequest = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(/^[^\p{Cc}\p{Cf}]*$/u)
      .optional()
      .describe('shown to the user who approves the device'),
  })
  .meta({ id: 'BeginDeviceSignInRequest', example: { name: 'laptop' } });

export const deviceCodesResponse = z
  .object({
    deviceCode: z.string().describe('for the device alone: it asks for its session with it'),
    userCode: z.string().describe('for the user: 8 letters with a hyphen'),
    verificationUri: z.url().describe('where the user enters the code'),
    verificationUriComplete: z.url().describe('the same with the code'),
    expiresIn: z.int().describe('lifetime of the codes in seconds'),
    interval: z.int().describe('the least number of seconds between two requests for the session'),
  })
  .meta({ id: 'DeviceCodes' });

export const userCodeRequest = z
  .strictObject({ userCode: z.string().max(40).describe('case, spaces and hyphens do not count') })
  .meta({ id: 'DeviceUserCodeRequest', example: { userCode: 'BCDF-GHJK' } });

export const completeDeviceRequest = z
  .strictObject({ deviceCode: z.string().max(200) })
  .meta({ id: 'CompleteDeviceSignInRequest', example: { deviceCode: 'from the first response' } });

export const waitingDeviceResponse = z
  .object({
    name: z.string().nullable().describe('as the device names itself'),
    ip: z.string().nullable().describe('the address that the sign-in began from, if it is known'),
    userAgent: z.string().nullable(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'WaitingDevice' });

export type BeginDeviceRequest = z.infer<typeof beginDeviceRequest>;
export type DeviceCodesResponse = z.infer<typeof deviceCodesResponse>;
export type UserCodeRequest = z.infer<typeof userCodeRequest>;
export type CompleteDeviceRequest = z.infer<typeof completeDeviceRequest>;
export type WaitingDeviceResponse = z.infer<typeof waitingDeviceResponse>;
