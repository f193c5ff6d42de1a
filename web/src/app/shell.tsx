import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { ApiError } from "@/api/errors";
import { ErrorNotice } from "@/components/error-notice";
import { meOptions } from "@/features/auth/api/get-me";
import { useWhere } from "@/features/chat/use-where";
import { Header } from "./header";
import { useLive } from "./use-live";
import { useShortcuts } from "./use-shortcuts";

const NavDrawer = lazy(() => import("./nav-drawer"));

/** What stands around every page: strip, header, side bar of narrow screens. */
export function Shell({ section, children }: { section: string; children: ReactNode }) {
  const { data: me, error, refetch } = useQuery(meOptions);
  const [drawer, setDrawer] = useState(false);
  useLive(me !== undefined);
  useShortcuts();
  const away = error instanceof ApiError && error.status !== 401;
  return (
    <>
      <a
        href="#main"
        className="sr-only z-50 rounded-lg bg-surface px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <PracticeStrip />
      <Header section={section} me={me ?? null} onMenu={() => setDrawer(true)} />
      {away && (
        <div className="mx-auto w-full max-w-[820px] p-4">
          <ErrorNotice title="KubeChat is not answering" error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {children}
      {drawer && (
        <Suspense fallback={null}>
          <NavDrawer section={section} onClose={() => setDrawer(false)} />
        </Suspense>
      )}
    </>
  );
}

function PracticeStrip() {
  const { cluster } = useWhere();
  if (!cluster?.practice) return null;
  return (
    <aside
      aria-label="Practice cluster"
      className="bg-practice-soft px-4 py-1 text-center text-[12.5px] font-medium text-practice"
    >
      Practice cluster: a real Kubernetes control plane with simulated nodes. Nothing here touches your
      systems.
    </aside>
  );
}
