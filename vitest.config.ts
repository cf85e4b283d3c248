import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@assassyn/source"] },
  ssr: { resolve: { conditions: ["@assassyn/source", "node", "import", "default"] } },
  test: {
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
