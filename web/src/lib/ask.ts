import { navigate } from "./router";
import { useUi } from "./ui-store";

/** Asks something in a new conversation, from any page. A change is only previewed by that. */
export function ask(text: string): void {
  useUi.getState().setOutbox(text);
  navigate("/chat");
}

/** Puts words into the message field of a new conversation, to be finished there. */
export function draft(text: string): void {
  useUi.getState().offerDraft(text);
  navigate("/chat");
}
