/** The options of `npm run bench`, for `parseArgs`. */
export const BENCH_OPTIONS = {
  targets: { type: "boolean", default: false },
  build: { type: "boolean", default: false },
  json: { type: "string" },
  repetitions: { type: "string", default: "7" },
  pairs: { type: "string", default: "15" },
  seconds: { type: "string", default: "1" },
  instructions: { type: "boolean", default: false },
  update: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;
