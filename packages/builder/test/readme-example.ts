import { callerLocation, Design, int } from "../src/index.js";

const design = new Design("async_call", { cycles: 200, locate: callerLocation(import.meta.url) });
const count = design.reg("count", int(32));
const adder = design.stage("adder", { a: int(32), b: int(32) });

adder.body((m) => {
  const { a, b } = m.take();
  m.log("{} + {} = {}", a, b, a.add(b));
});
design.driver().body((m) => {
  count.set(count.add(1));
  m.when(count.lt(100), () => adder.call({ a: count, b: count }));
});

export const system = design.build(); // hand it to createInterpreter, or to lower() with an emitter
