/**
 * An amount in the smallest unit of its currency as text: 2000 EUR is "20.00 EUR", 2000 JPY is "2000 JPY".
 * @param digits of the smallest unit; by default those of ISO 4217
 * @returns undefined unless the currency is a code of three capital letters
 */
export function amountIn(units: number, currency: string | undefined, digits?: number): string | undefined {
  if (!currency || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const shown = digits ?? digitsOf(currency);
  return `${(units / 10 ** shown).toFixed(shown)} ${currency}`;
}

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
