import type { QueryClient } from "@tanstack/react-query";
import type { Cluster, Kind, Session } from "@/api/types";
import { newConversation } from "@/features/chat/components/session-list";
import { kindAddress } from "@/lib/addresses";
import { HELP, PAGES } from "@/lib/pages";
import { navigate } from "@/lib/router";
import { setTheme, type Theme } from "@/lib/theme";
import { useUi } from "@/lib/ui-store";
import { app as m } from "@/messages/app";

export interface Action {
  id: string;
  group: string;
  label: string;
  note?: string;
  run: () => void;
}

interface World {
  client: QueryClient;
  cluster: Cluster | null;
  clusters: Cluster[];
  kinds: Kind[];
  namespaces: string[];
  sessions: Session[];
  setWhere: (cluster: string | null, namespace: string | null) => void;
}

const THEMES: [Theme, string][] = [
  ["light", m.paletteThemeLight],
  ["dark", m.paletteThemeDark],
  ["system", m.paletteThemeSystem],
];

/** Everything that the palette offers, the most common first. */
export function actions({
  client,
  cluster,
  clusters,
  kinds,
  namespaces,
  sessions,
  setWhere,
}: World): Action[] {
  const pages = [...PAGES, HELP].map(({ section, title, about }) => ({
    id: `page ${section}`,
    group: m.page,
    label: title,
    note: about,
    run: () => navigate(`/${section}`),
  }));
  const does: Action[] = [
    { id: "new", group: m.chat, label: m.newConversation, run: newConversation },
    {
      id: "shortcuts",
      group: m.help,
      label: m.keyboardShortcuts,
      run: () => useUi.getState().setOverlay("shortcuts"),
    },
    {
      id: "reload",
      group: m.app,
      label: m.paletteReload,
      run: () => void client.invalidateQueries(),
    },
    ...THEMES.map(([theme, label]) => ({
      id: `theme ${theme}`,
      group: m.app,
      label,
      run: () => setTheme(theme),
    })),
  ];
  return [
    ...pages,
    ...does,
    ...kinds.map((kind) => ({
      id: `kind ${kind.resource}.${kind.group}`,
      group: m.monitor,
      label: kind.kind,
      note: [kind.resource, ...kind.short_names].join(", "),
      run: () => navigate(kindAddress(kind)),
    })),
    ...namespaces.map((name) => ({
      id: `namespace ${name}`,
      group: m.paletteNamespace,
      label: name,
      run: () => setWhere(cluster?.id ?? null, name),
    })),
    ...clusters
      .filter((one) => one.id !== cluster?.id)
      .map((one) => ({
        id: `cluster ${one.id}`,
        group: m.cluster,
        label: one.context,
        run: () => setWhere(one.id, null),
      })),
    ...sessions.map(({ id, title, namespace }) => ({
      id: `session ${id}`,
      group: m.conversation,
      label: title || m.newConversation,
      note: namespace,
      run: () => navigate(`/chat/${id}`),
    })),
  ];
}
