import { clsx } from "clsx";
import type { ButtonHTMLAttributes, Ref } from "react";

type Tone = "plain" | "primary" | "danger" | "quiet";

const TONES: Record<Tone, string> = {
  plain: "border-line bg-surface hover:bg-sunken",
  primary: "border-primary bg-primary text-on-primary hover:brightness-95",
  danger: "border-bad bg-bad text-on-primary hover:brightness-95",
  quiet: "border-transparent text-muted hover:bg-sunken hover:text-text",
};

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: Tone;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ tone = "plain", className, type = "button", ...rest }: Props) {
  return (
    <button
      type={type}
      className={clsx(
        "inline-flex min-h-[34px] items-center justify-center gap-2 rounded-lg border px-3.5 py-1 font-medium disabled:opacity-45",
        TONES[tone],
        className,
      )}
      {...rest}
    />
  );
}

/** A button that is only an icon: its label is spoken and shown on hover. */
export function IconButton({ label, className, ...rest }: Props & { label: string }) {
  return (
    <Button
      tone="quiet"
      aria-label={label}
      title={label}
      className={clsx("size-[34px] shrink-0 !px-0", className)}
      {...rest}
    />
  );
}
