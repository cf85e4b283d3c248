/** Times the phases of a command. */
export interface Phases {
  /** Runs one phase. A phase that comes twice counts twice. */
  readonly time: <Result>(name: string, action: () => Promise<Result>) => Promise<Result>;
  /** The phases so far, in their order. */
  readonly list: () => readonly { readonly name: string; readonly milliseconds: number }[];
}

/** Starts with the time that the process needed to get here, as the phase `start`. */
export function createPhases(): Phases {
  const phases = [{ name: "start", milliseconds: performance.now() }];
  return {
    async time(name, action) {
      const before = performance.now();
      const result = await action();
      phases.push({ name, milliseconds: performance.now() - before });
      return result;
    },
    list: () => [...phases],
  };
}
