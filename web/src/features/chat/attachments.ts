import { chat as m } from "@/messages/chat";
/** A text that goes with the words: a manifest, or an object as it was edited. */
export interface Attachment {
  name: string;
  text: string;
}

export type Say = (text: string, attachments?: Attachment[]) => void;

/** What all attachments of one request may hold together, in bytes; the server has the last word. */
const LARGEST = 1 << 20;

/** The chosen files as text, or a sentence that says why one can't be taken. */
export async function read(files: Iterable<File>): Promise<Attachment[] | string> {
  const taken: Attachment[] = [];
  let bytes = 0;
  for (const file of files) {
    bytes += file.size;
    if (bytes > LARGEST) return m.isTooLargeManifests(file.name);
    const text = await file.text();
    if (text.includes("\u0000") || text.includes("\ufffd")) return m.isNotAText(file.name);
    taken.push({ name: file.name, text });
  }
  return taken;
}

/** The attachments with the new ones; a file of the same name takes the place of the old one. */
export function join(old: Attachment[], more: Attachment[]): Attachment[] {
  return [...old.filter(({ name }) => !more.some((one) => one.name === name)), ...more];
}

/** What one most likely wants to do with manifests. */
export function apply(attachments: Attachment[]): string {
  const quoted = (name: string) => (/^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", "")}'`);
  return `kubectl apply ${attachments.map(({ name }) => `-f ${quoted(name)}`).join(" ")}`;
}
