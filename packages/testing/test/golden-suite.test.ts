import { expect, test } from "vitest";
import { goldenSuite } from "../src/index.js";

goldenSuite({ test, expect }, new URL("goldens/", import.meta.url), {
  input: ".txt",
  goldens: [".sorted.txt", ".reversed.txt"],
  run: ({ text }) => ({ ".sorted.txt": `${text.trimEnd().split("\n").toSorted().join("\n")}\n` }),
});
