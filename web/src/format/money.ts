/** Money in the theater's currency, with as many digits as ISO 4217 gives it: `Intl` knows them. */

const formats = new Map<string, Intl.NumberFormat>();

/** Whole amounts without their zeros (9 €), all others with every digit (11.50 €). */
export function money(language: string, currency: string, amount: number): string {
  const key = `${language} ${currency} ${Number.isInteger(amount)}`;
  let format = formats.get(key);
  if (!format) {
    const digits = Number.isInteger(amount) ? { maximumFractionDigits: 0 } : {};
    format = new Intl.NumberFormat(language, { style: "currency", currency, ...digits });
    formats.set(key, format);
  }
  return format.format(amount);
}

/** Sums in minor units: 0.1 + 0.2 is 0.3. */
export function total(currency: string, amounts: readonly number[]): number {
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
  const unit = 10 ** maximumFractionDigits;
  return amounts.reduce((sum, amount) => sum + Math.round(amount * unit), 0) / unit;
}
