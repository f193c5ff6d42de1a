/** The language of the messages in this folder; plurals and numbers follow it. */
export const LANGUAGE = "en";
