/** Numbers as people read them. */

/** `1 234 567`, with narrow spaces that do not break. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A time with three digits. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000
    ? `${milliseconds.toPrecision(3)} ms`
    : `${(milliseconds / 1000).toPrecision(3)} s`;
}

/** Cycles a second with a suitable prefix. */
export function rate(cycles: number, milliseconds: number): string {
  const perSecond = (cycles / Math.max(milliseconds, 0.01)) * 1000;
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toPrecision(3)} Mcycles/s`;
  if (perSecond >= 1e3) return `${(perSecond / 1e3).toPrecision(3)} kcycles/s`;
  return `${perSecond.toPrecision(3)} cycles/s`;
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
