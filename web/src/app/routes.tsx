import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { ChatPage } from "@/features/chat/components/chat-page";
import { HELP, PAGES } from "@/lib/pages";
import { Link, navigate, usePlace } from "@/lib/router";
import { app as m } from "@/messages/app";
import { ErrorBoundary } from "./error-boundary";
import { Shell } from "./shell";

const LoginPage = lazy(() => import("@/features/auth/components/login-page"));
const AuditPage = lazy(() => import("@/features/audit/components/audit-page"));
const HelpPage = lazy(() => import("@/features/help/components/help-page"));
const DashboardPage = lazy(() => import("@/features/dashboard/components/dashboard-page"));
const MonitorPage = lazy(() => import("@/features/monitor/components/monitor-page"));
const SettingsPage = lazy(() => import("@/features/settings/components/settings-page"));
const GalleryPage = lazy(() => import("./gallery"));

const TITLES: Record<string, string> = Object.fromEntries([
  ["login", m.logIn],
  ["gallery", m.components],
  ...[...PAGES, HELP].map(({ section, title }) => [section, title]),
]);

export function Routes() {
  const { path } = usePlace();
  const [, first = "", second] = path.split("/");
  useEffect(() => {
    document.title = TITLES[first] ? `${TITLES[first]} · KubeChat` : "KubeChat";
    if (first === "") navigate("/chat", { replace: true });
  }, [first]);

  if (first === "login") return <Later>{<LoginPage />}</Later>;
  if (first === "") return null;
  return (
    <Shell section={first}>
      <ErrorBoundary key={first}>
        <Later>{page(first, second)}</Later>
      </ErrorBoundary>
    </Shell>
  );
}

function page(first: string, second: string | undefined): ReactNode {
  if (first === "chat") return <ChatPage />;
  if (first === "monitor") return <MonitorPage />;
  if (first === "settings") return <SettingsPage section={second ?? null} />;
  if (second !== undefined) return <NotFound />;
  if (first === "dashboard") return <DashboardPage />;
  if (first === "audit") return <AuditPage />;
  if (first === "help") return <HelpPage />;
  if (first === "gallery") return <GalleryPage />;
  return <NotFound />;
}

function Later({ children }: { children: ReactNode }) {
  return <Suspense fallback={<main className="flex-1" aria-busy="true" />}>{children}</Suspense>;
}

function NotFound() {
  return (
    <main id="main" className="flex-1 p-8">
      <h1 className="text-xl font-semibold">{m.notFoundTitle}</h1>
      <p className="mt-1 text-muted">{m.notFoundAbout}</p>
      <Link to="/chat" className="mt-3 inline-block font-medium text-primary underline">
        {m.notFoundLink}
      </Link>
    </main>
  );
}
