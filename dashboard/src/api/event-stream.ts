import { session } from '../session/session.js';
import { base } from './base.js';
import { problemIn } from './problem.js';

/** A server-sent event with its parsed data. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
}

/**
 * Posts, and calls `onEvent` for each event of the response.
 * @param onOpen called when the server has accepted the call
 * @returns when the response ends
 * @throws Problem
 */
export async function postForEvents(
  path: string,
  signal: AbortSignal,
  { onOpen, onEvent }: { readonly onOpen: () => void; readonly onEvent: (event: StreamEvent) => void },
): Promise<void> {
  const token = await session.token(false);
  const response = await fetch(base + path, {
    method: 'POST',
    signal,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  if (!response.ok || response.body === null) {
    throw problemIn(response, await response.json().catch(() => undefined));
  }
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (text + value).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event, json] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (event !== undefined && json !== undefined) onEvent({ event, data: JSON.parse(json) });
    }
  }
}
