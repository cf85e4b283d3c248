/** The same keys with other values; `Result` says how the type of each value follows from its key. */
export function mapRecord<Result extends object>(
  keys: readonly string[],
  make: (key: string) => Result[keyof Result],
): Result {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the callers' mapped types have exactly these keys
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Result;
}
