type Bytes = Uint8Array<ArrayBuffer>;

/** The browser's own cryptography; it lends it only over HTTPS and to the own machine. */
function lent(): SubtleCrypto | undefined {
  return globalThis.crypto?.subtle;
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  const subtle = lent();
  if (subtle) return new Uint8Array(await subtle.digest("SHA-256", bytes));
  const { sha256: own } = await import("@noble/hashes/sha2.js");
  return new Uint8Array(own(bytes));
}

/** Whether the key's owner signed the message. Where the browser can't check Ed25519, code of our own does. */
export async function verifyEd25519(key: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  const subtle = lent();
  const own = subtle
    ? await subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]).catch(() => null)
    : null;
  if (subtle && own) return subtle.verify({ name: "Ed25519" }, own, signature, message);
  const [{ hashes, verify }, { sha512 }] = await Promise.all([
    import("@noble/ed25519"),
    import("@noble/hashes/sha2.js"),
  ]);
  hashes.sha512 = sha512;
  // As RFC 8032 says and the server checks: not the laxer rules of ZIP 215.
  return verify(signature, message, key, { zip215: false });
}
