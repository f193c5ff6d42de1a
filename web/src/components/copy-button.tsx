import Check from "lucide-react/icons/check";
import Copy from "lucide-react/icons/copy";
import { useState } from "react";
import { components as m } from "@/messages/components";

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button
      type="button"
      aria-label={label}
      onClick={() => void copy().catch(() => setCopied(false))}
      className="inline-flex shrink-0 items-center gap-1.5 rounded px-1 font-sans text-xs text-muted hover:text-text"
    >
      {copied ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />}
      <span aria-live="polite" className="max-sm:sr-only">
        {copied ? m.copied : m.copy}
      </span>
    </button>
  );
}
