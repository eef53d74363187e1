import { z } from 'zod';

export const deliveryStatus = z
  .enum(['received', 'processed', 'failed'])
  .describe(
    '`received`: stored, not yet processed; `processed`: has its record and event; `failed`: no attempts left, can be replayed',
  );
