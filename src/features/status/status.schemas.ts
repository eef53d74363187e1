import { z } from 'zod';
import { moment } from '../../platform/http/api/moment.js';

export const statusSchema = z
  .object({
    status: z
      .enum(['inactive', 'pending', 'active'])
      .describe('`pending`: becomes `active` at `activateAt`; `inactive`: no timer was set, or it was cancelled'),
    activateAt: z.iso.datetime().nullable().describe('the due time of the timer'),
    goal: z.int().describe('0 before the timer is due, 1 after'),
  })
  .meta({ id: 'Status' });

export const setStatusRequest = z
  .strictObject({
    status: z.enum(['pending', 'inactive']).describe('`pending` sets or resets the timer; `inactive` cancels it'),
    activateAt: moment
      .optional()
      .describe('for `pending` only: defaults to three days from now; a time in the past activates the status at once'),
  })
  .refine(({ status, activateAt }) => status === 'pending' || activateAt === undefined, {
    path: ['activateAt'],
    message: 'is allowed with `pending` only',
  })
  .meta({ id: 'SetStatusRequest', example: { status: 'pending', activateAt: '2026-12-24T18:00:00Z' } });

export const transactionSchema = z
  .object({
    id: z.uuid(),
    type: z.string(),
    amount: z.int(),
    description: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Transaction' });

export type Status = z.infer<typeof statusSchema>;
export type SetStatusRequest = z.infer<typeof setStatusRequest>;
export type TransactionRecord = z.infer<typeof transactionSchema>;

/** The status of a user for whom none was ever set. */
export const NO_STATUS: Status = { status: 'inactive', activateAt: null, goal: 0 };
