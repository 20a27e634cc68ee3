/** Words with gaps: `fill("{n} min", { n: 90 })`, and words that depend on a number. */

export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));
}

export function counted(language: string, forms: Plural, n: number): string {
  const form = forms[new Intl.PluralRules(language).select(n)] ?? forms.other;
  return fill(form, { n: new Intl.NumberFormat(language).format(n) });
}
