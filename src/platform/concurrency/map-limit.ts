/** @returns the results in the order of `items`; after a failure, no further items are started */
export async function mapLimit<Item, Result>(
  items: readonly Item[],
  max: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += max) {
    results.push(...(await Promise.all(items.slice(start, start + max).map(work))));
  }
  return results;
}
