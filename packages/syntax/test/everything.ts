/** A file with every construct of the language, written the way people write: not quite tidy. */
export const EVERYTHING = `import "std/memory.asyn"
// A comment of its own.

const N = 16
type Packet = record { hi: b32, lo: b32 }
/// Adds two numbers that the driver sends it.
system everything {
  config { cycles: 200, idle: 50, log: plain }      // also: parallel: true, threads: 4

  reg cnt: i32                          // a register; starts at 0
  reg lut: [u8; 4] = [1, 2, 4, 8]
  reg rom: [b32; 1024] = file("prog.hex")
  reg seven: [u8; 4] = fill(7); reg x: u8 = 3
  reg pair: record {
    a: u8
    b: bits<N - 1>   // the rest
  }

  module adder(a: i32 depth 4, b: i32) {        // a stage; each port is a FIFO
    take a, b                           // wait until both are valid, then pop both
    let c = a + b
    log("Adder: {} + {} = {}", a, b, c)
  }

  driver {                              // runs every cycle
    cnt <= cnt + 1                      // visible in the next cycle
    when cnt < 100 {
      adder(a: cnt, b: cnt)             // asynchronous call
    }
    else when cnt == 3 && x[7:0] == 3 { finish }
    else { assert (Packet { hi: a, lo: b }).hi <= 3, "x" }
    let m = match x { 0 => a, 1 | 2 => b, _ => c }
    let n = match x {
      0 => a      // zero

      // one and two
      1 | 2 => -b,
      _ => c
    }
    let k = c ? a : d ? e : f ?? 3 * 4 + 1 as u8 << 2
      ? !1
      : -2
    let p = Packet { hi: a, lo: b }; let r#take = p.hi
    let q = uint<8>(x) + sext(x, int<N + 1>) + bitcast(x, record { a: u8 })
    let z: bool = max<8>(a, b) < 3 || x >> 3 >= 0xff - (0b1 & 1_000)
    adder.a.push(adder.b.valid ? adder.a.peek : adder.a.pop())
    call adder
  }
  testbench T { at 3 { finish }  at N + 4 { finish } }
  module pe[row in 0..N, col in 0..N](west: i8, north: i8) {
    wait_until west.valid && north.valid
    take west, north
    reg acc: i32                                   // one per instance
    acc <= acc + (west * north) as i32
    if col + 1 < N { pe[row, col + 1].west.push(west) }
    if row + 1 < N {
      pe[row + 1, col].north.push(north)
      call pe[row + 1, col]
    } else if row == 0 { const M = 3 } else { }
    let total = fold(i in 0..8, acc = u32(0)) acc + lane[i]        // adder trees
    for i in 0..N { foo(i) }
  }
  downstream sum[i in 0..2] {
    let a = lhs.data ?? 1               // value that stage lhs bound this cycle, or 1 when absent
    log("{}", a)
  }
  fn max<K>(a: uint<K>, b: uint<K>) -> uint<K> { let gt = a > b; gt ? a : b }   // inlined
  fn effect() { log("x") }
  for i in 0..N { reg lane: u8 }
  if N > 3 { reg wide: uint<uint<8>>= 1 } else if N > 2 { } else { reg narrow: u8 }
}
component sram<T: type, const DEPTH, FILE>(we: bool, re: bool, addr: uint<clog2(DEPTH)>, wdata: T) {
  reg data: [T; DEPTH] = file(FILE)
  reg dout: T
  downstream port { when we { data[addr] <= wdata }  when re { dout <= data[addr] } }
}
use dcache = sram<b32, 65536, "dcache.hex">(we: E.we, re: E.re, addr: E.addr, wdata: E.wdata)
use bank[i in 0..4] = sram<b32, (N > 3) ? 4 : 8>(we: E.we)
extern fn f(a: u32) -> (c: u32)
extern module dsp(a: i32, b: i32) -> (p: i64) latency 3
// The last line.
`;
