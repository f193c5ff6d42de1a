// Everything that people read stands in this folder, in one file for each part of the app. A translation is the same
// files with the same names and types, and its language in language.ts.

import { count, once } from "@/lib/format";
import { LANGUAGE } from "./language";

const rules = once(() => new Intl.PluralRules(LANGUAGE));

type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** The form that the language has for this number; `#` in it is the number. */
export function plural(n: number, forms: Forms): string {
  return (forms[rules().select(n)] ?? forms.other).replace("#", count(n));
}
