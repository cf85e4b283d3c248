/** A small dump with every kind of line. */
export const COUNTER = `system counter {
  cnt = [u8; 4];
  |- Read  by: v = cnt[(0:u2)] in Driver
  \`- Write by: cnt[(0:u2)] <= v_add /* Driver */ // meta cond (1:b1) in Driver
  bundle = [record { odd: b1, payload: i8 }; 1];
  words = [b8; 16];

  #[no_arbiter: True, timing: 2]${" "}
  Sink = module Sink {
    a: Port<i16>
    b: Port<record { odd: b1, payload: i8 }>
  } {
    head = Sink.a.peek()
    a_valid = Sink.a.valid()
    side effect intrinsic.wait_until({'a_valid'})
    a_1 = Sink.a.pop() // meta cond (1:b1)
    b_1 = Sink.b.pop() // meta cond (1:b1)
    payload = b_1[(0:u1):(7:u3)]
    wide = { a_1 payload }
    low = sext payload to i16
    chosen = a_valid ? low : a_1
    log("it's {} {:?} {:#06x} {{}}", chosen, wide, head) // meta cond (1:b1)
  }

  
  Driver = module Driver {
    v = cnt[(0:u2)]
    v_add = v + (1:u8)
    cnt[(0:u2)] <= v_add /* Driver */ // meta cond (1:b1)
    cycle = pure_intrinsic.current_cycle()
    odd = v[(0:u1):(0:u1)]
    hot = (1:b4) << (2:b2)
    one = select_1hot hot ((1:u8), v, v_add, (4:u8))
    negative = -one
    if odd { // PUSH_CONDITION
      v_cast = zext v to i16
      Sink.a.push(v_cast) // handle = a_push // meta cond odd
      Sink.b.push((-5:i9)) // handle = b_push // meta cond odd
      bind = Sink.bind([a_push /* Sink.a=v_cast */, b_push /* Sink.b=(-5:i9) */])
      async_call bind // meta cond odd
      late = cycle >= (90:u64)
      if late { // PUSH_CONDITION
        side effect intrinsic.finish({''})
      } // POP_CONDITION
    } // POP_CONDITION
    not_odd = !odd
    both = odd | not_odd
    side effect intrinsic.assert({'both'})
  }

  // External: a_1 = Sink.a.pop() // meta cond (1:b1)
  //  .usedby: there = a_1.valid()
  // External:   #[no_arbiter: True, timing: 2]${" "}
  Sink = module Sink {
    a: Port<i16>
  } {
    a_1 = Sink.a.pop() // meta cond (1:b1)
  }
  //  .usedby: fired = Sink.triggered()
  #[downstream]
  Watch = module Watch {
    there = a_1.valid()
    value = there ? a_1 : (0:i16)
    fired = Sink.triggered()
    sum = external_instantiate.Adder(a=value, b=(3:i16))
    total = sum.total
    before = sum.held[(0:u32)]
    log('watch {} {} {}', value, fired, total) // meta cond (1:b1)
  }

  // External: v = cnt[(0:u2)]
  //  .usedby: taken = side effect intrinsic.send_write_request({'store, odd, (3:b4), v'})
  #[memory.DRAM]
  store = module store {
    taken = side effect intrinsic.send_write_request({'store, odd, (3:b4), v'})
    asked = side effect intrinsic.send_read_request({'store, odd, (3:b4)'})
  }

  #[downstream]
  Response = module Response {
    far = sum.total
    any = taken | asked
    ready = pure_intrinsic.has_mem_resp(store)
    word = pure_intrinsic.get_mem_resp(store)
    log('{} {} {} {}', far, any, ready, word) // meta cond (1:b1)
  }

}
`;
