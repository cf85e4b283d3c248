import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@assassyn/source"] },
  ssr: { resolve: { conditions: ["@assassyn/source", "node", "import", "default"] } },
  test: {
    // Only a hang is an error: no test asserts speed, and machines are busy.
    testTimeout: 60_000,
    // Many tests wait for cargo, so there is a worker for every processor.
    maxWorkers: "100%",
    include: [
      "packages/*/{src,test}/**/*.test.ts",
      "plugins/*/{src,test}/**/*.test.ts",
      "tools/**/*.test.ts",
      "examples/**/*.test.ts",
      "docs/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**", "**/target/**"],
  },
});
