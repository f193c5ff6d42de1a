import { clsx } from "clsx";
import { useMemo } from "react";
import type { Graph } from "@/api/types";
import { Dot } from "@/components/badge";
import { objectAddress } from "@/lib/addresses";
import { middleCut } from "@/lib/format";
import { BOX, layout } from "@/lib/layout-graph";
import { Link } from "@/lib/router";
import { monitor as m } from "@/messages/monitor";

/** Deployment → ReplicaSet → Pods ← Service ← Ingress. Every box leads to its object. */
export function Topology({ graph }: { graph: Graph }) {
  const { boxes, lines, width, height } = useMemo(() => layout(graph), [graph]);
  const centre = graph.objects[0];
  return (
    <div
      role="group"
      aria-label={m.topologyPicture}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard.
      tabIndex={0}
      className="relative overflow-auto p-5"
    >
      <div className="relative" style={{ width, height }}>
        <svg aria-hidden="true" width={width} height={height} className="absolute inset-0">
          {lines.map(({ key, path, how }) => (
            <path
              key={key}
              d={path}
              fill="none"
              className="stroke-faint/60"
              strokeWidth={1.5}
              strokeDasharray={how === "owns" ? undefined : "4 4"}
            >
              <title>{how}</title>
            </path>
          ))}
        </svg>
        <ul>
          {boxes.map(({ vertex, x, y }) => (
            <li
              key={`${vertex.object.kind} ${vertex.object.name}`}
              className="absolute"
              style={{ left: x, top: y, width: BOX.width, height: BOX.height }}
            >
              <Link
                to={objectAddress(vertex.object)}
                title={`${vertex.object.kind} ${vertex.object.name}`}
                className={clsx(
                  "flex h-full flex-col justify-center rounded-lg border bg-surface px-3 hover:border-primary",
                  vertex === centre ? "border-primary" : vertex.good ? "border-line" : "border-bad-line",
                )}
              >
                <span className="flex items-center gap-2 text-xs text-muted">
                  {vertex.object.kind}
                  {vertex.state && (
                    <span className={clsx("ml-auto flex items-center gap-1.5", !vertex.good && "text-bad")}>
                      <Dot tone={vertex.good ? "ok" : "bad"} />
                      <span className="max-w-24 truncate">{vertex.state}</span>
                    </span>
                  )}
                </span>
                <span className="truncate font-medium">{middleCut(vertex.object.name)}</span>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
