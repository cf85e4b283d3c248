"""A small stand-in for the objects that the Python front end of Assassyn builds.

As much of them as the exporter reads, under the names of the front end, and nothing of how they come to be. As there,
a comparison of operations and an attribute that an operation does not have would build another operation; here they
fail, since the exporter must only read.
"""


class DType:
    letter = ""

    def __init__(self, bits):
        self._bits = bits

    @property
    def bits(self):
        return self._bits

    def __repr__(self):
        return "%s%d" % (self.letter, self.bits)


class Int(DType):
    letter = "i"


class UInt(DType):
    letter = "u"


class Bits(DType):
    letter = "b"


class Record(DType):
    def __init__(self, **fields):
        super().__init__(sum(each.bits for each in fields.values()))
        self.fields = fields

    def __repr__(self):
        return "record { %s }" % ", ".join("%s: %r" % each for each in self.fields.items())


class Operand:
    """A use of a value by an operation."""

    def __init__(self, value, user):
        self._value = value
        self._user = user

    @property
    def value(self):
        return self._value


class Expr:
    """An operation; `text` is printed with the names of the operands in place of `{}`."""

    def __init__(self, parent, name, text, *operands):
        self.parent = parent
        self.name = name
        self.text = text
        self.operands = [Operand(each, self) for each in operands]
        parent.body.append(self)
        for operand in self.operands:
            value = operand.value
            if isinstance(value, Expr) and value.parent is not parent:
                parent.externals.setdefault(value, []).append(operand)

    def as_operand(self):
        return self.name

    def __repr__(self):
        text = self.text
        for operand in self.operands:
            text = text.replace("{}", operand.value.as_operand(), 1)
        return text if self.name is None else "%s = %s" % (self.name, text)

    def __getattr__(self, name):
        raise AssertionError("the attribute %s would build an operation" % name)

    def __eq__(self, other):
        raise AssertionError("a comparison would build an operation")

    __hash__ = object.__hash__


class Const(Expr):
    def __init__(self, dtype, value):
        self.dtype = dtype
        self.value = value
        self.parent = None

    def as_operand(self):
        return "(%d:%r)" % (self.value, self.dtype)


class FIFOPush(Expr):
    def __init__(self, parent, name, port, value, fifo_depth=None):
        self.fifo_depth = fifo_depth
        self.handle = name
        super().__init__(parent, None, "{}.push({}) // handle = %s // meta cond (1:b1)" % name, port, value)

    @property
    def fifo(self):
        return self.operands[0]

    def as_operand(self):
        return self.handle


class Bind(Expr):
    def __init__(self, parent, name, callee, *pushes):
        uses = [
            "{} /* %s=%s */" % (each.fifo.value.as_operand(), each.operands[1].value.as_operand()) for each in pushes
        ]
        super().__init__(parent, name, "%s.bind([%s])" % (callee.name, ", ".join(uses)), *pushes)


class Wire:
    def __init__(self, dtype, direction):
        self.dtype = dtype
        self.direction = direction


class ExternalIntrinsic(Expr):
    def __init__(self, parent, name, external_class, **inputs):
        self._external_class = external_class
        connections = ", ".join(each + "={}" for each in inputs)
        text = "external_instantiate.%s(%s)" % (external_class.__name__, connections)
        super().__init__(parent, name, text, *inputs.values())


class Array:
    def __init__(self, system, name, scalar_ty, size, initializer=None, owner=None):
        self.name = name
        self.scalar_ty = scalar_ty
        self.size = size
        self.initializer = initializer
        self._owner = owner
        system.arrays.append(self)

    @property
    def owner(self):
        return self._owner

    def as_operand(self):
        return self.name

    def __repr__(self):
        return "%s = [%r; %d];" % (self.name, self.scalar_ty, self.size)


class Port:
    def __init__(self, module, name, dtype):
        self.module = module
        self.name = name
        self.dtype = dtype

    def as_operand(self):
        return "%s.%s" % (self.module.name, self.name)

    def __repr__(self):
        return "%s: Port<%r>" % (self.name, self.dtype)


class ModuleBase:
    def __init__(self, name):
        self.name = name
        self.body = []
        self.externals = {}

    def print(self, attribute, ports):
        lines = ["  #[%s]" % attribute] if attribute else []
        lines.append("  %s = module %s %s{" % (self.name, self.name, ports))
        lines += ["    %r" % each for each in self.body]
        return "\n".join(lines + ["  }"])


class Module(ModuleBase):
    def __init__(self, system, name, **ports):
        super().__init__(name)
        self.ports = [Port(self, *each) for each in ports.items()]
        system.modules.append(self)

    def __repr__(self):
        ports = "".join("    %r\n" % each for each in self.ports)
        return self.print(None, "{\n%s  } " % ports if ports else "")


class Downstream(ModuleBase):
    attribute = "downstream"

    def __init__(self, system, name):
        super().__init__(name)
        system.downstreams.append(self)

    def __repr__(self):
        return self.print(self.attribute, "")


class MemoryBase(Downstream):
    def __init__(self, system, name, width, depth, init_file):
        super().__init__(system, name)
        self.width = width
        self.depth = depth
        self.init_file = init_file
        kind = type(self).__name__
        self._payload = Array(system, kind + "_val", Bits(width), depth, owner=self)


class SRAM(MemoryBase):
    attribute = "memory.SRAM"

    def __init__(self, system, name, width, depth, init_file):
        super().__init__(system, name, width, depth, init_file)
        self.dout = Array(system, "SRAM_rdata", Bits(width), 1, owner=self)

    def build(self, address):
        read = Expr(self, "SRAM_val_rd", "SRAM_val[{}]", address)
        Expr(self, None, "SRAM_rdata[(0:u1)] <= {} /* %s */ // meta cond (1:b1)" % self.name, read)


class DRAM(MemoryBase):
    attribute = "memory.DRAM"


class SysBuilder:
    def __init__(self, name):
        self.name = name
        self.modules = []
        self.downstreams = []
        self.arrays = []

    def __repr__(self):
        parts = ["\n".join("  %r" % each for each in self.arrays)]
        parts += [repr(each) for each in self.modules + self.downstreams]
        return "system %s {\n%s\n}" % (self.name, "\n\n".join(parts))


def accumulator():
    """A stage that the driver calls, a downstream that reads its sum, and a memory with a file, `rom.hex`."""
    system = SysBuilder("accumulator")
    adder = Module(system, "Adder", a=Int(32), b=Int(32))
    driver = Module(system, "Driver")
    cnt = Array(system, "cnt", Int(32), 1, [3], driver)
    Array(system, "table", Bits(8), 4, [1, True, Const(Bits(8), 7)])
    watch = Downstream(system, "Watch")
    rom = SRAM(system, "rom", 8, 4, "rom.hex")

    a = Expr(adder, "a", "{}.pop() // meta cond (1:b1)", adder.ports[0])
    b = Expr(adder, "b", "{}.pop() // meta cond (1:b1)", adder.ports[1])
    c = Expr(adder, "c", "{} + {}", a, b)
    Expr(adder, None, "log('add {} + {} = {}', a, b, c) // meta cond (1:b1)")

    v = Expr(driver, "v", "{}[(0:u1)]", cnt)
    following = Expr(driver, "following", "{} + {}", v, Const(Int(32), 1))
    Expr(driver, None, "{}[(0:u1)] <= {} /* Driver */ // meta cond (1:b1)", cnt, following)
    Expr(driver, "entry", "table[(2:u2)]")
    Expr(driver, "word", "{}[(0:u1)]", rom.dout)
    Expr(driver, None, "log('entry {} word {}', entry, word) // meta cond (1:b1)")
    low = Expr(driver, "low", "{}[(0:u1):(1:u1)]", v)
    address = Expr(driver, "address", "bitcast {} to u2", low)
    first = FIFOPush(driver, "a_push", adder.ports[0], v, fifo_depth=2)
    second = FIFOPush(driver, "b_push", adder.ports[1], Const(Int(32), 40), fifo_depth=3)
    bind = Bind(driver, "bind", adder, first, second)
    Expr(driver, None, "async_call {} // meta cond (1:b1)", bind)

    seen = Expr(watch, "seen", "{}.valid()", c)
    Expr(watch, "value", "{} ? {} : {}", seen, c, Const(Int(32), 0))
    Expr(watch, None, "log('watch {}', value) // meta cond (1:b1)")
    rom.build(address)
    return system
