/** What a colour says; it never says it alone. */
export type Tone = "ok" | "warn" | "bad" | "info" | "plain" | "practice";
