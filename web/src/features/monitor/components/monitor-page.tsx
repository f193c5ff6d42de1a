import { usePlace } from "@/lib/router";
import { monitor as m } from "@/messages/monitor";
import { Explorer } from "./explorer";
import { KindList } from "./kind-list";
import { ObjectPage } from "./object-page";
import { Overview } from "./overview";

/** Overview, lists of a kind, and single objects: each with an address of its own. */
export default function MonitorPage() {
  const { path, search } = usePlace();
  const [, , part = "", resource = "", namespace = "", name = ""] = path.split("/").map(decodeURIComponent);
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[232px_minmax(0,1fr)] max-lg:grid-cols-1">
      <aside
        aria-label={m.sideBar}
        className="relative overflow-auto border-r border-line px-3 py-4 max-lg:hidden"
      >
        <KindList current={part === "" ? "" : resource} />
      </aside>
      {part === "objects" && name !== "" ? (
        <ObjectPage
          key={path}
          resource={resource}
          kind={search.get("kind") ?? ""}
          namespace={namespace === "-" ? null : namespace}
          name={name}
          tab={search.get("tab") ?? "summary"}
        />
      ) : part === "kinds" && resource !== "" ? (
        <Explorer
          key={`${resource} ${search.get("labels") ?? ""}`}
          resource={resource}
          everywhere={search.has("all")}
          labels={search.get("labels") ?? ""}
        />
      ) : (
        <Overview everywhere={!search.has("here")} />
      )}
    </div>
  );
}
