import { z } from 'zod';

export const testSourceRequest = z
  .strictObject({
    event: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('one of `eventTypes` of the provider, or its part before the action; the first one by default'),
  })
  .meta({ id: 'TestSourceRequest', example: { event: 'pull_request.opened' } });

export const sourceTestedResponse = z
  .object({
    deliveryId: z.uuid(),
    event: z.string().describe('the event type of the simulated delivery'),
    title: z.string().describe('the title that its event will have'),
    signedWith: z
      .enum(['source secret', 'test key', 'nothing'])
      .describe(
        '`source secret`: the first one; `test key`: only the sender has the private key, so the test has a key of its own; `nothing`: the source verifies nothing',
      ),
  })
  .meta({ id: 'SourceTested' });

export type TestSourceRequest = z.infer<typeof testSourceRequest>;
export type SourceTestedResponse = z.infer<typeof sourceTestedResponse>;
