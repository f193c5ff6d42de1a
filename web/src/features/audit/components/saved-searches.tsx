import X from "lucide-react/icons/x";
import { type FormEvent, useState } from "react";
import { Link, usePlace } from "@/lib/router";
import { usePreference } from "@/lib/ui-store";
import { audit as m } from "@/messages/audit";
import { type AuditFilter, auditAddress, isActive } from "../filter";

/** Searches that this browser keeps by name. */
export function SavedSearches({ filter }: { filter: AuditFilter }) {
  const { search } = usePlace();
  const [searches, setSearches] = usePreference("searches");
  const [name, setName] = useState<string | null>(null);
  const here = auditAddress(search, { record: "", check: "" });
  const known = searches.some((one) => one.search === here);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const wanted = name?.trim() ?? "";
    if (wanted !== "") {
      setSearches([...searches.filter((one) => one.name !== wanted), { name: wanted, search: here }]);
    }
    setName(null);
  };
  if (searches.length === 0 && !isActive(filter)) return null;
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2 text-sm">
      {searches.map((one) => (
        <span
          key={one.name}
          className="inline-flex items-center rounded-full border border-line bg-surface pr-1 pl-3"
        >
          <Link
            to={one.search}
            aria-current={one.search === here ? "true" : undefined}
            className="py-1 aria-[current]:font-medium aria-[current]:text-primary"
          >
            {one.name}
          </Link>
          <button
            type="button"
            aria-label={m.searchForget(one.name)}
            onClick={() => setSearches(searches.filter(({ name: other }) => other !== one.name))}
            className="grid size-6 place-items-center rounded-full text-muted hover:text-text"
          >
            <X size={12} aria-hidden="true" />
          </button>
        </span>
      ))}
      {isActive(filter) &&
        !known &&
        (name === null ? (
          <button type="button" onClick={() => setName("")} className="font-medium text-primary">
            {m.searchKeep}
          </button>
        ) : (
          <form onSubmit={save}>
            <input
              // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here.
              autoFocus
              aria-label={m.searchName}
              placeholder={m.searchNameHint}
              value={name}
              onChange={(event) => setName(event.target.value)}
              onBlur={() => setName(null)}
              className="h-[30px] w-44 rounded-lg border border-line bg-surface px-2.5"
            />
          </form>
        ))}
    </div>
  );
}
