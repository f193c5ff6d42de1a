import { useQuery } from "@tanstack/react-query";
import { namespacesOptions } from "@/api/get-namespaces";
import { ErrorNotice } from "@/components/error-notice";
import Picker from "@/components/picker";
import { useChangeSession } from "@/features/chat/api/change-session";
import { useUi } from "@/lib/ui-store";
import { useWhere } from "@/lib/use-where";

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
        label="Find a namespace"
        value={value}
        options={(data?.names ?? []).map((name) => ({ value: name, label: name }))}
        onPick={pick}
        free
        hint={
          isError
            ? "The namespaces could not be listed. Type the name of one."
            : isPending
              ? "Reading the names."
              : undefined
        }
      />
      {change.isError && <ErrorNotice title="The namespace was not changed" error={change.error} />}
    </>
  );
}
