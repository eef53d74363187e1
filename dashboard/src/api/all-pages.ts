/** A page of a list of the API. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

const PAGE = 200;

/** The query parameters of the page at a cursor. */
export const pageQuery = (cursor: string | undefined): { limit: number; cursor?: string } => ({
  limit: PAGE,
  ...(cursor !== undefined && { cursor }),
});

/** The items of the first pages. */
export async function allPages<Item>(
  load: (cursor: string | undefined) => Promise<Page<Item>>,
  maxPages = 10,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null | undefined;
  for (let pages = 0; cursor !== null && pages < maxPages; pages++) {
    // Each page needs the cursor of the page before.
    const page = await load(cursor ?? undefined);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
