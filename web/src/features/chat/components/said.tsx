import { cards as m } from "@/messages/cards";
import { pieces } from "../understood";

interface Props {
  words: string;
  spans: { start: number; end: number; role: string }[];
}

/** The person's words, with the parts that were understood underlined. */
export function Said({ words, spans }: Props) {
  let at = 0;
  return (
    <p className="max-w-[80%] self-end rounded-card rounded-br bg-primary-soft px-4 py-2.5 break-words whitespace-pre-wrap max-sm:max-w-[92%]">
      <span className="sr-only">{m.youSaid} </span>
      {pieces(words, spans).map(({ text, role }) => {
        const key = at;
        at += text.length;
        return role ? (
          <span
            key={key}
            title={m.readAs(role.replaceAll("_", " "))}
            className="border-b-2 border-primary/55"
          >
            {text}
          </span>
        ) : (
          <span key={key}>{text}</span>
        );
      })}
    </p>
  );
}
