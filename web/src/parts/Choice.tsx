/** One of several, as a field; and the three of a showing's facts. */

import type { Programme } from "../api/shapes";
import { texts } from "../texts";
import { languageName } from "./facts";
import { choicesOf, type Wanted } from "./wanted";

interface ChoiceProps {
  label: string;
  /** The first choice: whatever there is. Without it one of the others is always chosen. */
  any?: string;
  of: string[];
  name: (value: string) => string;
  value: string;
  choose: (value: string) => void;
}

/** What is chosen stays among the choices, so that an address that asks for more than there is can be mended. */
export function Choice({ label, any, of, name, value, choose }: ChoiceProps) {
  const values = value && !of.includes(value) ? [...of, value] : of;
  if (values.length === 0 && any === undefined) return null;
  return (
    <label class="field">
      {label}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {any !== undefined && <option value="">{any}</option>}
        {values.map((one) => (
          <option value={one}>{name(one)}</option>
        ))}
      </select>
    </label>
  );
}

interface FactProps {
  programme: Programme;
  wanted: Wanted;
  choose: (change: Partial<Wanted>) => void;
}

/** Nothing, where the plan says nothing of them. */
export function FactChoices({ programme, wanted, choose }: FactProps) {
  const { programme: text, access } = texts.value;
  const { languages, formats, access: offered } = choicesOf(programme);
  const has = (of: string[], chosen: string) => of.length > 0 || chosen !== "";
  return (
    <>
      {has(languages, wanted.language) && (
        <Choice label={text.languageFilter} any={text.anyLanguage} of={languages} name={languageName} value={wanted.language} choose={(language) => choose({ language })} />
      )}
      {has(formats, wanted.format) && (
        <Choice label={text.formatFilter} any={text.anyFormat} of={formats} name={(one) => one} value={wanted.format} choose={(format) => choose({ format })} />
      )}
      {has(offered, wanted.access) && (
        <Choice label={text.accessFilter} any={text.anyAccess} of={offered} name={(one) => access[one] ?? one} value={wanted.access} choose={(one) => choose({ access: one })} />
      )}
    </>
  );
}
