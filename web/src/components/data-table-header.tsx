import { clsx } from "clsx";
import ArrowDown from "lucide-react/icons/arrow-down";
import ArrowUp from "lucide-react/icons/arrow-up";

interface Props {
  name: string;
  numeric: boolean;
  direction: 1 | -1 | null;
  onSort: () => void;
}

const ACRONYMS = new Set(["IP", "CPU", "UID", "OS"]);

/** Column names of the API server are capitals and dashes; people read words. */
export function columnTitle(name: string): string {
  if (name !== name.toUpperCase() || ACRONYMS.has(name)) return name;
  return name.charAt(0) + name.slice(1).toLowerCase().replaceAll("-", " ");
}

export function SortHeader({ name, numeric, direction, onSort }: Props) {
  const Arrow = direction === -1 ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={direction === 1 ? "ascending" : direction === -1 ? "descending" : "none"}
      className="sticky top-0 z-10 border-b border-line bg-surface p-0 font-medium text-muted"
    >
      <button
        type="button"
        onClick={onSort}
        className={clsx(
          "flex w-full items-center gap-1 px-4 py-2 text-xs whitespace-nowrap hover:text-text",
          numeric && "flex-row-reverse",
        )}
      >
        {columnTitle(name)}
        <Arrow size={12} aria-hidden="true" className={direction === null ? "invisible" : undefined} />
      </button>
    </th>
  );
}
