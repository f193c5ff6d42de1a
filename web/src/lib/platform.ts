/** The key that commands are given with: ⌘ on Apple's machines, Ctrl elsewhere. */
export const MOD = /mac|iphone|ipad/i.test(navigator.userAgent) ? "⌘" : "Ctrl";
