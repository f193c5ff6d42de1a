import { useQuery } from "@tanstack/react-query";
import { namespacesOptions } from "@/api/get-namespaces";
import { ErrorNotice } from "@/components/error-notice";
import Picker from "@/components/picker";
import { useChangeSession } from "@/features/chat/api/change-session";
import { useUi } from "@/lib/ui-store";
import { useWhere } from "@/lib/use-where";
import { app as m } from "@/messages/app";

export default function NamespacePicker({
  cluster,
  value,
  onDone,
}: {
  cluster: string;
  value: string | null;
  onDone: () => void;
}) {
  const { session } = useWhere();
  const setWhere = useUi((ui) => ui.setWhere);
  const { data, isPending, isError } = useQuery(namespacesOptions(cluster));
  const change = useChangeSession();
  const pick = (namespace: string) => {
    if (session) change.mutate({ session: session.id, namespace }, { onSuccess: onDone });
    else {
      setWhere(cluster, namespace);
      onDone();
    }
  };
  return (
    <>
      <Picker
        label={m.findANamespace}
        value={value}
        options={(data?.names ?? []).map((name) => ({ value: name, label: name }))}
        onPick={pick}
        free
        hint={isError ? m.namespacesUnknown : isPending ? m.namespacesLoading : undefined}
      />
      {change.isError && <ErrorNotice title={m.namespaceNotChanged} error={change.error} />}
    </>
  );
}
