import { type ReactNode, useId } from "react";

/** One thing to decide: what it is, what it does, and the control. */
export function Setting({
  title,
  about,
  children,
}: {
  title: string;
  about: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b border-line2 px-4 py-3.5 last:border-b-0">
      <div className="min-w-60 flex-1">
        <p className="font-medium">{title}</p>
        <p className="text-sm text-muted">{about}</p>
      </div>
      {children}
    </div>
  );
}

interface SwitchProps {
  title: string;
  about: ReactNode;
  on: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

/** A setting that is on or off. */
export function SwitchSetting({ title, about, on, disabled, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-center gap-6 border-b border-line2 px-4 py-3.5 last:border-b-0">
      <label htmlFor={id} className="flex-1">
        <span className="block font-medium">{title}</span>
        <span className="block text-sm text-muted">{about}</span>
      </label>
      <input
        id={id}
        type="checkbox"
        checked={on}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="toggle"
      />
    </div>
  );
}
