import X from "lucide-react/icons/x";
import { byteSize } from "@/lib/format";
import { chat as m } from "@/messages/chat";
import type { Attachment } from "../attachments";

interface Props {
  attachments: Attachment[];
  onRemove: (name: string) => void;
}

/** The files that will go with the words. */
export function Attached({ attachments, onRemove }: Props) {
  return (
    <ul
      aria-label={m.attachedFiles}
      className="mt-1.5 flex flex-wrap gap-1.5 max-sm:order-4 max-sm:col-span-3 max-sm:mb-1.5 max-sm:px-2"
    >
      {attachments.map(({ name, text }) => (
        <li
          key={name}
          className="inline-flex items-center gap-1.5 rounded-full bg-sunken py-0.5 pr-1 pl-2.5 text-xs"
        >
          <span className="max-w-56 truncate">{name}</span>
          <span className="text-muted">{byteSize(text)}</span>
          <button
            type="button"
            aria-label={m.remove(name)}
            onClick={() => onRemove(name)}
            className="grid size-6 place-items-center rounded-full text-muted hover:bg-line hover:text-text"
          >
            <X size={12} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
