import { describe, expect, it } from "vitest";
import { apply, join, read } from "./attachments";

const file = (name: string, text: string | Uint8Array<ArrayBuffer>) => new File([text], name);

describe("attachments", () => {
  it("are text, and together not too large", async () => {
    expect(await read([file("web.yaml", "kind: Pod")])).toEqual([{ name: "web.yaml", text: "kind: Pod" }]);
    expect(await read([file("web.bin", new Uint8Array([0xff, 0xfe, 0]))])).toMatch("not a text file");
    const half = "a".repeat(600_000);
    expect(await read([file("a.yaml", half), file("b.yaml", half)])).toMatch("b.yaml is too large");
  });

  it("replace one another by name", () => {
    const [old, more] = [
      { name: "a", text: "1" },
      { name: "a", text: "2" },
    ];
    expect(join([old, { name: "b", text: "" }], [more])).toEqual([{ name: "b", text: "" }, more]);
  });

  it("are offered to be applied", () => {
    const named = (name: string) => ({ name, text: "" });
    expect(apply([named("web.yaml"), named("my db.yaml")])).toBe("kubectl apply -f web.yaml -f 'my db.yaml'");
  });
});
