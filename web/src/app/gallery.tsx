import type { ReactNode } from "react";
import { ApiError } from "@/api/errors";
import { Badge, Dot, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import DataTable from "@/components/data-table";
import { ErrorNotice } from "@/components/error-notice";
import { Field } from "@/components/field";
import FoldView from "@/components/fold-view";
import { Keys } from "@/components/kbd";
import { LevelBadge } from "@/components/level-badge";
import { Meter } from "@/components/meter";
import { Page, PageHeading } from "@/components/page";
import { Empty, Panel } from "@/components/panel";
import Picker from "@/components/picker";
import { SkeletonList } from "@/components/skeleton";
import { Tabs } from "@/components/tabs";
import { TextView } from "@/components/text-view";

const TONES: Tone[] = ["ok", "warn", "bad", "info", "plain", "practice"];
const YAML = "kind: Pod\nspec:\n  containers:\n  - name: web\n    image: registry.example/web:1\n";
const ROWS = Array.from({ length: 12 }, (_, i) => ({
  cells: [`web-7d876db474-${i}`, i % 3 === 0 ? "Pending" : "Running", i, `${i + 1}m`],
}));

/** Every component once, for people who build with them and for the accessibility tests. */
export default function Gallery() {
  return (
    <Page wide>
      <PageHeading title="Components" about="Each once, in the theme of this browser" />
      <div className="grid grid-cols-2 items-start gap-5 max-lg:grid-cols-1">
        <Shown title="Buttons">
          <Button tone="primary">Scale to 5</Button>
          <Button>Edit command</Button>
          <Button tone="quiet">Cancel</Button>
          <Button tone="danger">Delete web</Button>
          <Button disabled>Not now</Button>
        </Shown>
        <Shown title="Levels and states">
          {["safe", "warning", "dangerous", "refused"].map((level) => (
            <LevelBadge key={level} level={level} />
          ))}
          {TONES.map((tone) => (
            <Badge key={tone} tone={tone}>
              {tone}
            </Badge>
          ))}
          {TONES.map((tone) => (
            <span key={tone} className="inline-flex items-center gap-2">
              <Dot tone={tone} />
              {tone}
            </span>
          ))}
        </Shown>
        <Shown title="Fields">
          <Field label="Name" hint="As the cluster knows it" defaultValue="web" />
          <label className="flex items-center gap-3">
            <input type="checkbox" className="toggle" defaultChecked /> Times in UTC
          </label>
          <Keys press={["G", "M"]} />
        </Shown>
        <Shown title="Meters">
          <div className="w-full">
            <Meter label="CPU" percent={38} />
            <Meter label="Memory" percent={86} />
            <Meter label="Disk" percent={97} />
            <Meter label="Unknown" percent={null} />
          </div>
        </Shown>
        <Panel title="Table">
          <div className="pt-3">
            <DataTable
              label="Pods of the gallery"
              columns={["NAME", "STATUS", "RESTARTS", "AGE"]}
              rows={ROWS}
              onOpen={() => undefined}
            />
          </div>
        </Panel>
        <Panel title="Picker">
          <div className="p-3">
            <Picker
              label="Find a namespace"
              value="shop"
              options={["default", "shop", "staging"].map((value) => ({ value, label: value }))}
              onPick={() => undefined}
            />
          </div>
        </Panel>
        <Panel title="Text that folds">
          <div className="p-4">
            <FoldView label="YAML of the gallery" text={YAML} />
          </div>
        </Panel>
        <Panel title="Text">
          <div className="pt-4">
            <TextView label="Lines of the gallery" text={"one\ntwo"} />
          </div>
        </Panel>
        <Shown title="Tabs">
          <Tabs
            label="Parts of the gallery"
            current="a"
            tabs={[
              { id: "a", title: "Summary", to: "/gallery" },
              { id: "b", title: "Events", to: "/gallery", count: 3 },
            ]}
          />
        </Shown>
        <Panel title="Nothing, waiting, failed">
          <Empty title="Nothing waits">A change waits here until you approve or deny it.</Empty>
          <div className="flex flex-col gap-4 px-4 pb-4">
            <SkeletonList label="Loading the example" rows={2} />
            <ErrorNotice
              title="The example could not be loaded"
              error={new ApiError(502, "unreachable", "The API server can't be reached.", "0192f0c1")}
              onRetry={() => undefined}
            />
          </div>
        </Panel>
      </div>
    </Page>
  );
}

function Shown({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Panel title={title}>
      <div className="flex flex-wrap items-center gap-3 p-4">{children}</div>
    </Panel>
  );
}
