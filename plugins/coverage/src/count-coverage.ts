import type { ArrayDeclaration, Pass } from "@assassyn/plugin-api";
import { arrayId, definePass, moduleIds, moduleOf } from "@assassyn/plugin-api";
import type { NamedBody } from "./coverage-map.js";
import { counterName, encodeMap, PREFIX } from "./coverage-map.js";
import { COUNTER, Instrumenter } from "./instrumenter.js";
import { messages } from "./messages.js";

const NAME = "count-coverage";
/** What paths of the standard library start with. */
const STANDARD = "std/";

/**
 * Adds registers that count how often every statement ran, every condition came out true and false, and every module was activated.
 * Nothing else changes: logs, stop, faults and the rest of the state stay as they are.
 *
 * ```
 * driver d {                          driver d {
 *                                       _coverage_d_0 <= _coverage_d_0 + 1
 *   %0: b1 = …                          %0: b1 = …
 *   when %0 {                    →      when %0 {
 *                                         _coverage_d_1 <= _coverage_d_1 + 1
 *     %1 log("…")                         %1 log("…")
 *   }                                   }
 * }                                   }
 * ```
 *
 * It comes before passes that simplify the design, so what they remove is counted as the source has it. The counters are effects, which
 * no later pass removes; what each of them counts stands in the array `_coverage_map`.
 */
export const countCoverage: Pass = definePass({
  name: NAME,
  description: "Adds registers that count statements, outcomes of conditions and activations of modules",
  before: ["fold-constants"],
  options: {
    "standard-library": {
      type: "boolean",
      description: "Count in the files of the standard library too",
      default: false,
    },
  },
  run(cx) {
    const clash = cx.base.arrays.find((array) => array?.name.startsWith(PREFIX) === true);
    if (clash != null) {
      cx.report(messages["name-taken"], { name: clash.name }, clash.loc);
      return;
    }
    const { files } = cx.base;
    const counted = files.map((file) => cx.options["standard-library"] || !file.startsWith(STANDARD));
    const declarations: (ArrayDeclaration & { initial: bigint[] })[] = [];
    const maps: NamedBody[] = [];
    for (const id of moduleIds(cx.base)) {
      const instrumenter = new Instrumenter(
        moduleOf(cx.base, id),
        {
          isCounted: ({ file }) => counted[file] === true,
          declare: ({ name, loc }, counter) => {
            declarations.push({
              name: counterName(name, counter),
              type: COUNTER,
              size: 1,
              scalar: true,
              initial: [],
              fill: 0n,
              loc,
            });
            return arrayId(cx.base.arrays.length + declarations.length - 1);
          },
        },
        NAME,
      );
      const { module, map } = instrumenter.run(NAME);
      cx.updateModule(id, module);
      maps.push({ name: module.name, body: map });
    }
    const [first] = declarations;
    if (first === undefined) return;
    cx.draft.arrays.push(...declarations, encodeMap(files, maps, first.loc));
  },
});
