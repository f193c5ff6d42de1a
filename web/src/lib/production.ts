/** Whether a context's name says that it is production, by the words that this browser keeps for it. */
export function isProduction(context: string, words: string[]): boolean {
  const name = context.toLowerCase();
  return words.some((word) => word !== "" && name.includes(word.toLowerCase()));
}
