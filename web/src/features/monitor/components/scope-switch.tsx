import { clsx } from "clsx";
import { Segments } from "@/components/segments";
import { monitor as m } from "@/messages/monitor";

interface Props {
  namespace: string | null;
  everywhere: boolean;
  onChange: (everywhere: boolean) => void;
}

/** One namespace, or all of them. */
export function ScopeSwitch({ namespace, everywhere, onChange }: Props) {
  return (
    // Its place is kept while the namespace is not known.
    <div className={clsx(namespace === null && "invisible")}>
      <Segments
        even
        label={m.scope}
        value={everywhere ? "all" : "one"}
        options={[
          ["all", m.everyNamespace],
          ["one", namespace ?? ""],
        ]}
        onChange={(scope) => onChange(scope === "all")}
      />
    </div>
  );
}
