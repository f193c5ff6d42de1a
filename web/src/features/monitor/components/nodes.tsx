import type { LineView } from "@/api/types";
import { Dot } from "@/components/badge";
import { Meter } from "@/components/meter";
import { Empty, Panel } from "@/components/panel";
import { objectAddress } from "@/lib/addresses";
import { Link } from "@/lib/router";
import { readUsage } from "@/lib/usage";
import { monitor as m } from "@/messages/monitor";

interface Props {
  nodes: LineView | undefined;
  top: LineView | undefined;
}

/** Each node with what is used of it. */
export function Nodes({ nodes, top }: Props) {
  const usage = readUsage(top).nodes;
  const status = nodes?.columns.findIndex((column) => /^status$/i.test(column)) ?? -1;
  return (
    <Panel
      title={m.nodes}
      aside={
        <Link to="/monitor/kinds/nodes" className="font-medium text-primary">
          {m.nodesAll}
        </Link>
      }
    >
      {nodes?.error && <Empty title={m.nodesFailed}>{nodes.error.message}</Empty>}
      {nodes && nodes.rows.length > 0 && (
        <table className="w-full text-sm">
          <thead>
            <tr className="text-left text-xs text-muted">
              <th scope="col" className="px-4 py-2 font-medium">
                {m.name}
              </th>
              <th scope="col" className="py-2 pr-4 font-medium">
                {m.cpu}
              </th>
              <th scope="col" className="py-2 pr-4 font-medium">
                {m.memory}
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.rows.slice(0, 12).map(({ cells, object }) => {
              const name = object?.name ?? String(cells[0]);
              const used = usage.get(name);
              const word = String(cells[status] ?? "");
              return (
                <tr key={name} className="border-t border-line2">
                  <td className="px-4 py-2">
                    <span className="flex items-center gap-2">
                      <Dot tone={word === "Ready" ? "ok" : word.startsWith("Ready") ? "warn" : "bad"} />
                      {object ? (
                        <Link to={objectAddress(object)} className="mono hover:text-primary">
                          {name}
                        </Link>
                      ) : (
                        <span className="mono">{name}</span>
                      )}
                      <span className="text-xs text-muted">{word}</span>
                    </span>
                  </td>
                  <td className="w-[32%] py-2 pr-4">
                    <Meter label={m.cpuOf(name)} percent={used?.cpu ?? null} />
                  </td>
                  <td className="w-[32%] py-2 pr-4">
                    <Meter label={m.memoryOf(name)} percent={used?.memory ?? null} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {top?.error && (
        <p className="border-t border-line2 px-4 py-2 text-sm text-muted">{top.error.message}</p>
      )}
    </Panel>
  );
}
