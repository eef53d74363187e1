import { z, type ZodType } from 'zod';

/** `?limit=&cursor=`: the cursor is the `nextCursor` of the previous page. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('maximum number of items'),
  cursor: z.uuid().optional().describe('`nextCursor` of the previous page'),
});

export type PageQuery = z.infer<typeof pageQuery>;

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

export const pageSchema = <Item>(item: ZodType<Item>) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable().describe('null on the last page') });

/** Makes a page from rows that were queried with `LIMIT limit + 1`; the extra row shows that there are more. */
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
