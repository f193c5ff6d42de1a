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
        {m.skipToTheContent}
      </a>
      <PracticeStrip />
      <Header section={section} me={me ?? null} onMenu={() => setDrawer(true)} />
      {away && (
        <div className="mx-auto w-full max-w-[820px] p-4">
          <ErrorNotice title={m.kubechatIsNotAnswering} error={error} onRetry={() => void refetch()} />
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

/** While the cluster is not known yet, as it was last time: the page is not pushed down when the answer comes. */
function PracticeStrip() {
  const { cluster } = useWhere();
  const practice = cluster ? cluster.practice : localStorage.getItem(PRACTICE) === "yes";
  useEffect(() => {
    if (cluster) localStorage.setItem(PRACTICE, cluster.practice ? "yes" : "no");
  }, [cluster]);
  if (!practice) return null;
  return (
    <aside
      aria-label={m.practiceCluster}
      className="bg-practice-soft px-4 py-1 text-center text-[12.5px] font-medium text-practice"
    >
      <Fill
        text={m.practiceStrip}
        part={<span className="max-sm:hidden">{m.aRealKubernetesControl} </span>}
        part2={<span className="sm:hidden">{m.nothing} </span>}
      />
    </aside>
  );
}
