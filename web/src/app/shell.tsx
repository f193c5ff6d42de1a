import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { ApiError } from "@/api/errors";
import { meOptions } from "@/api/get-me";
import { ErrorNotice } from "@/components/error-notice";
import { Fill } from "@/components/fill";
import { useUi } from "@/lib/ui-store";
import { useWhere } from "@/lib/use-where";
import { app as m } from "@/messages/app";
import { Header } from "./header";
import { Toasts } from "./toasts";
import { useLive } from "./use-live";
import { useShortcuts } from "./use-shortcuts";

const NavDrawer = lazy(() => import("./nav-drawer"));
const Palette = lazy(() => import("./palette"));
const ShortcutSheet = lazy(() => import("./shortcut-sheet"));

/** What stands around every page: strip, header, side bar of narrow screens. */
export function Shell({ section, children }: { section: string; children: ReactNode }) {
  const { data: me, error, refetch } = useQuery(meOptions);
  const [drawer, setDrawer] = useState(false);
  useLive(me !== undefined);
  useShortcuts();
  const overlay = useUi((ui) => ui.overlay);
  const setOverlay = useUi((ui) => ui.setOverlay);
  const away = error instanceof ApiError && error.status !== 401;
  return (
    <>
      <a
        href="#main"
        className="sr-only z-50 rounded-lg bg-surface px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        {m.skipLink}
      </a>
      <ClusterStrip />
      <Header section={section} me={me ?? null} onMenu={() => setDrawer(true)} />
      {away && (
        <div className="mx-auto w-full max-w-[820px] p-4">
          <ErrorNotice title={m.serverAway} error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {children}
      <Toasts />
      {overlay && (
        <Suspense fallback={null}>
          {overlay === "palette" ? (
            <Palette onClose={() => setOverlay(null)} />
          ) : (
            <ShortcutSheet onClose={() => setOverlay(null)} />
          )}
        </Suspense>
      )}
      {drawer && (
        <Suspense fallback={null}>
          <NavDrawer section={section} onClose={() => setDrawer(false)} />
        </Suspense>
      )}
    </>
  );
}

const PRACTICE = "kubechat.practice";
const STRIP = "cluster-strip shrink-0 truncate px-4 py-1 text-center text-[12.5px] font-medium";

/** What kind of cluster this is. Where it is not known yet its place is kept free: the answer pushes nothing down. */
function ClusterStrip() {
  const { cluster } = useWhere();
  const [known] = useState(() => localStorage.getItem(PRACTICE));
  useEffect(() => {
    if (cluster) localStorage.setItem(PRACTICE, cluster.practice ? "yes" : "no");
  }, [cluster]);
  if (known === "no" && !cluster?.practice) return null;
  if (!cluster) return <div className={STRIP} />;
  if (!cluster.practice) {
    return (
      <aside aria-label={m.cluster} className={`${STRIP} border-b border-line bg-surface text-muted`}>
        {m.realStrip(cluster.context)}
      </aside>
    );
  }
  return (
    <aside aria-label={m.practiceCluster} className={`${STRIP} bg-practice-soft text-practice`}>
      <Fill
        text={m.practiceStrip}
        part={<span className="max-sm:hidden">{m.practiceStripWide} </span>}
        part2={<span className="sm:hidden">{m.practiceStripNarrow} </span>}
      />
    </aside>
  );
}
