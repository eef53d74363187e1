import { boundedItems } from './bounded.js';
import { RESULT_CHARACTERS } from './tool.js';
import type { ToolAnswer } from './tool-result.js';

/** A page of a list of the API. */
export interface Page<Item = unknown> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export function pageAnswer({ items: all, nextCursor }: Page): ToolAnswer {
  const { items, isCut } = boundedItems(all, RESULT_CHARACTERS);
  return { data: { items }, isTruncated: isCut || nextCursor !== null, nextCursor };
}
