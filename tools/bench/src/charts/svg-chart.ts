/** Line charts as SVG, by rules that give the same bytes for the same points. */

/** Points of one line. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** What a chart shows. */
export interface Chart {
  readonly title: string;
  /** With its unit. */
  readonly xLabel: string;
  readonly yLabel: string;
  /** The x axis is always logarithmic. */
  readonly yScale: "linear" | "logarithmic";
  /** A horizontal line with a name, such as the break-even. */
  readonly mark?: { readonly y: number; readonly name: string };
  readonly series: readonly Series[];
}

const WIDTH = 760;
const HEIGHT = 400;
const FRAME = { left: 70, right: 190, top: 44, bottom: 52 };
/** Distinguishable without colour vision; markers differ, too. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"];

interface Axis {
  readonly ticks: readonly number[];
  /** Place of a value, from 0 to 1. */
  readonly place: (value: number) => number;
}

function logarithmic(values: readonly number[]): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
    place: (value) => (Math.log10(value) - low) / (high - low),
  };
}

function linear(values: readonly number[]): Axis {
  const most = Math.max(...values);
  const step = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100].find((one) => most / one <= 8) ?? most;
  const count = Math.ceil(most / step);
  return {
    ticks: Array.from({ length: count + 1 }, (_, index) => Number((index * step).toFixed(2))),
    place: (value) => value / (count * step),
  };
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const number = (value: number): string => String(Number(value.toFixed(1)));

function tickText(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return value >= 1e4 ? `${value / 1e3} k` : String(Number(value.toPrecision(3)));
}

function marker(index: number, x: number, y: number, colour: string): string {
  const fill = `fill="${colour}"`;
  switch (index % 3) {
    case 0:
      return `<circle cx="${number(x)}" cy="${number(y)}" r="3.5" ${fill}/>`;
    case 1:
      return `<rect x="${number(x - 3)}" y="${number(y - 3)}" width="6" height="6" ${fill}/>`;
    default:
      return `<path d="M${number(x)} ${number(y - 4)}l4 7h-8z" ${fill}/>`;
  }
}

/** Heights of names beside the ends of lines, moved apart so that none covers another. */
function spread(wanted: readonly number[], least: number): number[] {
  const order = wanted.map((_, index) => index).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const places = [...wanted];
  let before = -Infinity;
  for (const index of order) {
    before = Math.max(before + least, wanted[index] ?? 0);
    places[index] = before;
  }
  return places;
}

/**
 * Draws a chart. Points of a line are joined in the order of their x.
 *
 * @throws Error if there is no point, or one is not positive on a logarithmic axis
 */
export function drawChart(chart: Chart): string {
  const points = chart.series.flatMap((series) => series.points);
  const least = Math.min(...points.map(({ x, y }) => (chart.yScale === "linear" ? x : Math.min(x, y))));
  if (points.length === 0 || !(least > 0)) throw new Error(`${chart.title}: nothing that can be drawn`);
  const xAxis = logarithmic(points.map(({ x }) => x));
  const heights = [...points.map(({ y }) => y), ...(chart.mark === undefined ? [] : [chart.mark.y])];
  const yAxis = chart.yScale === "linear" ? linear(heights) : logarithmic(heights);
  const innerWidth = WIDTH - FRAME.left - FRAME.right;
  const innerHeight = HEIGHT - FRAME.top - FRAME.bottom;
  const right = FRAME.left + innerWidth;
  const bottom = FRAME.top + innerHeight;
  const toX = (value: number): number => FRAME.left + xAxis.place(value) * innerWidth;
  const toY = (value: number): number => bottom - yAxis.place(value) * innerHeight;
  const middle = number(FRAME.left + innerWidth / 2);

  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="12" fill="#333">`,
    `<title>${escaped(chart.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${middle}" y="24" text-anchor="middle" font-size="15">${escaped(chart.title)}</text>`,
  ];
  for (const tick of xAxis.ticks) {
    const x = number(toX(tick));
    lines.push(
      `<path d="M${x} ${FRAME.top}V${bottom}" stroke="#e5e5e5"/>`,
      `<text x="${x}" y="${bottom + 18}" text-anchor="middle">${tickText(tick)}</text>`,
    );
  }
  for (const tick of yAxis.ticks) {
    const y = toY(tick);
    lines.push(
      `<path d="M${FRAME.left} ${number(y)}H${right}" stroke="#e5e5e5"/>`,
      `<text x="${FRAME.left - 8}" y="${number(y + 4)}" text-anchor="end">${tickText(tick)}</text>`,
    );
  }
  lines.push(
    `<text x="${middle}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(chart.xLabel)}</text>`,
    `<text transform="translate(18 ${number(FRAME.top + innerHeight / 2)}) rotate(-90)" text-anchor="middle">${escaped(chart.yLabel)}</text>`,
  );
  if (chart.mark !== undefined) {
    const y = toY(chart.mark.y);
    lines.push(
      `<path d="M${FRAME.left} ${number(y)}H${right}" stroke="#888" stroke-dasharray="5 4"/>`,
      `<text x="${FRAME.left + 6}" y="${number(y - 5)}" fill="#666">${escaped(chart.mark.name)}</text>`,
    );
  }
  const sorted = chart.series.map(({ name, points: own }) => ({
    name,
    points: own.toSorted((one, other) => one.x - other.x),
  }));
  const labels = spread(
    sorted.map((series) => toY(series.points.at(-1)?.y ?? 1)),
    16,
  );
  for (const [index, series] of sorted.entries()) {
    const colour = COLOURS[index % COLOURS.length] ?? "#333";
    const places = series.points.map(({ x, y }) => [toX(x), toY(y)] as const);
    const path = places.map(([x, y]) => `${number(x)} ${number(y)}`).join("L");
    lines.push(
      `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...places.map(([x, y]) => marker(index, x, y, colour)),
      `<text x="${number((places.at(-1)?.[0] ?? right) + 10)}" y="${number((labels[index] ?? 0) + 4)}" fill="${colour}">${escaped(series.name)}</text>`,
    );
  }
  return `${lines.join("\n")}\n</svg>\n`;
}
