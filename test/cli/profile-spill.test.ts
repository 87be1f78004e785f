import { describe, expect, it } from "vitest";
import { openSpill } from "../../cli/profile-spill.ts";

describe("a spill of profiles", () => {
  it("gives back what was added, in any order, empty ones too", async () => {
    const spill = await openSpill();
    const contents = [3, 0, 100_000, 1].map((size) => new Uint8Array(size).map((_, i) => i % 251));
    const places = [];
    for (const content of contents) places.push(await spill.add(content));
    const read = await Promise.all(places.toReversed().map(spill.read));
    expect(read).toEqual(contents.toReversed());
    await spill.close();
    await expect(spill.read(places[0]!)).rejects.toThrow();
  });
});
