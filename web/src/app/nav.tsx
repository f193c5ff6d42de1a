import { clsx } from "clsx";
import { HELP, PAGES } from "@/lib/pages";
import { Link } from "@/lib/router";
import { app as m } from "@/messages/app";

interface Props {
  section: string;
  vertical?: boolean;
  onPick?: () => void;
}

export function Nav({ section, vertical = false, onPick }: Props) {
  return (
    <nav aria-label={m.pages} className={clsx("flex gap-1", vertical && "flex-col")}>
      {(vertical ? [...PAGES, HELP] : PAGES).map((page) => (
        <Link
          key={page.section}
          to={`/${page.section}`}
          onClick={onPick}
          aria-current={page.section === section ? "page" : undefined}
          className={clsx(
            "rounded-lg px-3 py-1.5 font-medium max-xl:px-2.5",
            page.section === section
              ? "bg-primary-soft text-primary"
              : "text-muted hover:bg-sunken hover:text-text",
          )}
        >
          {page.title}
        </Link>
      ))}
    </nav>
  );
}
