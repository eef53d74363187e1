/** The colours of people, for clients other than this dashboard. documents.css has them for both themes. */
const HEX = ['#b03a2e', '#9a5b00', '#5f6f00', '#1e7d3c', '#007a78', '#1f66b5', '#6b4fc0', '#a8348c'] as const;

/** The colour of a user: the same in every window, found from the id, which the server vouches for. */
export function colourOf(userId: string): { readonly className: string; readonly hex: string } {
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  const place = sum % HEX.length;
  return { className: `person-${place}`, hex: HEX[place] ?? HEX[0] };
}
