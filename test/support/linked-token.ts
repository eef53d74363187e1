/** The one-time token of a link, whether it stands alone or in a mail. */
export function tokenIn(text: unknown): string {
  const [, token] = /(?:reset-password|invitation)#([\w-]{43})/.exec(String(text)) ?? [];
  if (token === undefined) throw new Error(`There is no link with a token in: ${String(text)}`);
  return token;
}
