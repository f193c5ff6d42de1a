import { Field } from "@/components/field";

interface Props {
  label: string;
  value: number | null | undefined;
  /** Nothing where the field is empty. */
  onChange: (value: number | null) => void;
  hint?: string;
  wrong?: string;
  disabled?: boolean;
  whole?: boolean;
}

/** A number that is not below nothing. */
export function NumberField({ value, onChange, whole = true, ...rest }: Props) {
  return (
    <Field
      type="number"
      min={0}
      step={whole ? 1 : "any"}
      value={value ?? ""}
      onChange={({ target }) => onChange(target.value === "" ? null : target.valueAsNumber)}
      {...rest}
    />
  );
}
