/** A page of a list of the API. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

const MAX_PAGES = 10;

/** The items of all pages, for lists of at most a few hundred items. */
export async function allPages<Item>(load: (cursor: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null | undefined;
  for (let pages = 0; cursor !== null && pages < MAX_PAGES; pages++) {
    // Each page needs the cursor of the page before.
    const page = await load(cursor ?? undefined);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
