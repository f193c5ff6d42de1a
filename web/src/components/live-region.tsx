import { useUi } from "@/lib/ui-store";

/** Tells a screen reader what a sighted person sees appear. */
export function LiveRegion() {
  const text = useUi((ui) => ui.announcement);
  return (
    <div aria-live="polite" role="status" className="sr-only">
      {text}
    </div>
  );
}
