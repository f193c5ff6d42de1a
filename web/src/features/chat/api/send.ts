import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { keys } from "@/api/keys";
import type { Query } from "@/api/types";
import { navigate } from "@/lib/router";
import { wantsAnswer } from "@/lib/states";
import { useUi } from "@/lib/ui-store";
import { spoken } from "../announce";
import type { Attachment } from "../attachments";
import { putQuery, putSession } from "./cache";

export interface Words {
  text: string;
  attachments: Attachment[];
  session: string | null;
  cluster: string | null;
  namespace: string | null;
}

/** Sends words; opens a conversation for the first ones. */
export function useSend() {
  const client = useQueryClient();

  const open = async ({ text, cluster, namespace }: Words): Promise<string> => {
    const session = await take(api.POST("/api/v1/sessions", { body: { cluster, namespace } }));
    client.setQueryData<Query[]>(keys.queries(session.id), []);
    putSession(client, session);
    useUi.getState().setPending({ session: session.id, text, seen: 0 });
    navigate(`/chat/${session.id}`);
    return session.id;
  };

  return useMutation({
    mutationFn: async (words: Words) => {
      const session = words.session ?? (await open(words));
      const path = { session };
      const { text, attachments } = words;
      const { provider } = useUi.getState();
      const body = {
        text,
        ...(attachments.length > 0 && { attachments }),
        ...(provider !== null && { provider }),
      };
      return take(api.POST("/api/v1/sessions/{session}/queries", { params: { path }, body }));
    },
    onMutate: ({ session, text }) => {
      const seen = session ? (client.getQueryData<Query[]>(keys.queries(session))?.length ?? 0) : 0;
      useUi.getState().setPending({ session, text, seen });
    },
    onSuccess: (query) => {
      putQuery(client, query);
      const ui = useUi.getState();
      ui.announce(spoken(query));
      // Only a card that asks something takes the focus; after an answer the person goes on typing.
      if (wantsAnswer(query.state)) ui.setFocusCard(query.query);
      void client.invalidateQueries({ queryKey: keys.sessions, exact: true });
    },
    onSettled: () => useUi.getState().setPending(null),
  });
}
