import { z } from 'zod';
import type { FrameId } from './encode-frames.js';

export const frameId = z.union([z.string().max(100), z.number()]);
const clientFrame = z.object({
  type: z.string().min(1).max(100),
  id: frameId.optional(),
  payload: z.unknown().optional(),
});

export type ClientFrame = z.infer<typeof clientFrame>;

/** A frame, or at least its id if that could be read, so that the client can match the error. */
export interface ParsedFrame {
  readonly frame?: ClientFrame;
  readonly id?: FrameId;
}

export function parseFrame(text: string): ParsedFrame {
  const value = parseJson(text);
  const { data: frame } = clientFrame.safeParse(value);
  if (frame !== undefined) return { frame, ...(frame.id === undefined ? {} : { id: frame.id }) };
  const { data: envelope } = z.object({ id: frameId }).safeParse(value);
  return envelope ?? {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
