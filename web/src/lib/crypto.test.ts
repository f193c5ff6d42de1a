import { expect, it, vi } from "vitest";
import { sha256, verifyEd25519 } from "./crypto";

const text = (value: string) => new TextEncoder().encode(value);
const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

it("comes to the same with the browser's cryptography and without it", async () => {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const key = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, text("note")));
  const look = async () => [
    hex(await sha256(text("abc"))),
    await verifyEd25519(key, signature, text("note")),
    await verifyEd25519(key, signature, text("nope")),
  ];
  const lent = await look();
  vi.stubGlobal("crypto", {});
  const own = await look();
  expect(own).toEqual(lent);
  expect(own).toEqual(["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", true, false]);
});
