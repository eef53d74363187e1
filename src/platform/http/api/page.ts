import { z, type ZodType } from 'zod';

/** `?limit=&cursor=`: the cursor is what `nextCursor` of the page before said. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('how many items at the most'),
  cursor: z.uuid().optional().describe('`nextCursor` of the page before'),
});

export type PageQuery = z.infer<typeof pageQuery>;

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

export const pageSchema = <Item>(item: ZodType<Item>) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable().describe('null on the last page') });

/** Makes a page of what was found with `LIMIT limit + 1`: the one too many says that there is more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  show: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(show), nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
