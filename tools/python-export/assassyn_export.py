"""Writes a design of the Python front end of Assassyn for the Assassyn toolchain.

One file without dependencies; Python 3.8 or later. Beside a design that builds a ``SysBuilder``:

    from assassyn_export import export
    export(sys, "out/", sim_threshold=200)

This writes ``out/NAME.ir``, the dump that ``repr(sys)`` is, and ``out/NAME.json``, what the dump does not say: initial
values, memory files, thresholds, FIFO depths, and the order of the modules. ``assassyn run out/NAME.ir`` runs the two.

The attributes of the front end have changed between its versions. All reads go through ``_find`` and ``_need``: they
try each name that an attribute has had, and report one that has none of them.
"""

import collections
import difflib
import json
import operator
import os
import re
import sys as _python
import tempfile
import warnings

__all__ = ["Exported", "ExportError", "describe", "export"]

Exported = collections.namedtuple("Exported", ["dump", "metadata"])
Exported.__doc__ = "Paths of the two files that ``export`` has written."

#: Options of ``elaborate`` that say nothing about the behaviour of a design.
_IGNORED_OPTIONS = frozenset(["path", "pretty_printer", "verbose", "simulator", "verilog", "enable_cache"])
_OPTIONS = ("sim_threshold", "idle_threshold", "fifo_depth", "resource_base", "random", "name")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_MISSING = object()


class ExportError(Exception):
    """A system that cannot be exported; the text says what is wrong with it, and where."""


def export(
    system,
    folder,
    *,
    sim_threshold=100,
    idle_threshold=100,
    fifo_depth=4,
    resource_base=None,
    random=False,
    name=None,
    **others
):
    """Writes ``NAME.ir`` and ``NAME.json`` into ``folder``, which is created if it does not exist.

    Each file appears complete or not at all. The options have the names and the defaults of ``elaborate``; those
    that only direct the original's own code generation are accepted and ignored, so ``export(sys, "out/", **config())``
    works.

    Args:
        system: the finished ``SysBuilder``; it is only read.
        folder: where to write.
        sim_threshold: last cycle that runs, at least 1.
        idle_threshold: idle cycles in a row that end the run, at least 1.
        fifo_depth: elements of a FIFO whose pushes declare no depth, at least 1.
        resource_base: folder of the memory files, as for ``elaborate``; default: the current folder.
        random: whether the original's simulator would shuffle the stages in each cycle. Recorded only.
        name: name of the files, default: the name of the system.

    Returns:
        ``Exported(dump, metadata)``, the two paths.

    Raises:
        ExportError: the object is not a system, or lacks something that the files need.
        OSError: the files cannot be written.
    """
    _check_options(others)
    folder = os.fspath(folder)
    metadata = describe(
        system,
        folder,
        sim_threshold=sim_threshold,
        idle_threshold=idle_threshold,
        fifo_depth=fifo_depth,
        resource_base=resource_base,
        random=random,
    )
    dump = _dump(system, metadata)
    stem = metadata["system"] if name is None else name
    if not stem or os.path.basename(stem) != stem or stem in (os.curdir, os.pardir):
        raise ExportError("name=%r is not the name of a file" % (stem,))
    written = Exported(os.path.join(folder, stem + ".ir"), os.path.join(folder, stem + ".json"))
    os.makedirs(folder, exist_ok=True)
    _write([(written.dump, dump), (written.metadata, json.dumps(metadata, indent=1) + "\n")])
    return written


def describe(
    system, folder, *, sim_threshold=100, idle_threshold=100, fifo_depth=4, resource_base=None, random=False
):
    """What ``export`` writes as metadata, as an object for ``json.dumps``; writes nothing.

    Args are those of ``export``. Paths in the result are relative to ``folder``.
    """
    missing = [each for each in ("name", "modules", "arrays") if _find(system, each) is _MISSING]
    if missing:
        raise ExportError(
            "%s is not a SysBuilder of Assassyn: it has no %s" % (_kind(system), ", ".join(map(repr, missing)))
        )
    name = _need(system, "the system", "name")
    if not isinstance(name, str) or not _NAME.match(name):
        raise ExportError(
            "the system is called %r, which a dump cannot hold: use letters, digits and _" % (name,)
        )
    modules = list(_need(system, name, "modules"))
    downstreams = list(_find(system, "downstreams", default=()))
    arrays = list(_need(system, name, "arrays"))
    names = _Names(modules + downstreams)
    expressions = [
        expression for module in modules + downstreams for expression in _expressions(module, names.of(module))
    ]
    upstreams = {id(module): _upstreams(module, names) for module in downstreams}
    memories = [_memory(each, names.of(each)) for each in modules + downstreams if _memory_kind(each) is not None]
    base, files = _locate_files(folder, resource_base, memories)
    for memory, file in zip(memories, files):
        memory["init_file"] = file
    array_names = [_need(array, "an array of " + name, "name", "_name") for array in arrays]
    duplicates = sorted(each for each, count in collections.Counter(array_names).items() if count > 1)
    if duplicates:
        text = "arrays of the same name, which the dump cannot tell apart: " + ", ".join(duplicates)
        warnings.warn(text, stacklevel=3)
    described = {}
    for array, array_name in zip(arrays, array_names):
        described.setdefault(array_name, _array(array, array_name, names))
    metadata = {
        "system": name,
        "sim_threshold": _count(sim_threshold, "sim_threshold"),
        "idle_threshold": _count(idle_threshold, "idle_threshold"),
        "fifo_depth": _count(fifo_depth, "fifo_depth"),
        "resource_base": base,
        "upstream_random": bool(random),
        "arrays": described,
        "duplicate_array_names": duplicates,
        "memories": memories,
        "modules": [names.of(module) for module in modules],
        "downstreams": [names.of(module) for module in downstreams],
        "topo_downstreams": [names.of(module) for module in _sorted_downstreams(downstreams, upstreams, names)],
        "upstreams": {
            names.of(module): sorted(set(names.of(each) for each in upstreams[id(module)])) for module in downstreams
        },
        "ports": {names.of(module): _ports(module, names.of(module)) for module in modules},
        "push_fifo_depths": _push_depths(expressions, names),
    }
    externals = _externals(expressions)
    if externals:
        metadata["externals"] = externals
    return metadata


def _check_options(others):
    """Options of ``elaborate`` that this version of the front end has pass; a misspelt one does not."""
    backend = _python.modules.get("assassyn.backend")
    accepted = set(_IGNORED_OPTIONS)
    if backend is not None and callable(getattr(backend, "config", None)):
        accepted.update(backend.config())
    for option in others:
        if option not in accepted:
            close = difflib.get_close_matches(option, _OPTIONS, 1)
            hint = ", did you mean %r?" % close[0] if close else "; there are " + ", ".join(_OPTIONS)
            raise ExportError("unknown option %r%s" % (option, hint))


# Reading the objects of the front end. Many of them build a new operation when an attribute that they do not have is
# read (fields of records) or when they are compared, so nothing here may reach `__getattr__` or `==`.


def _find(subject, *names, default=_MISSING):
    """The first of the attributes that exists, without side effects."""
    for name in names:
        try:
            return getattr(subject, name) if isinstance(subject, type) else object.__getattribute__(subject, name)
        except AttributeError:
            continue
    return default


def _need(subject, described, *names):
    found = _find(subject, *names)
    if found is _MISSING:
        tried = " or ".join(map(repr, names))
        raise ExportError(
            "%s (%s) has no %s; this version of Assassyn keeps it elsewhere, please report it with the version"
            % (described, _kind(subject), tried)
        )
    return found


def _kind(subject):
    return "an object of type " + type(subject).__name__


def _is_a(subject, *class_names):
    """Whether a class of the front end with such a name is among the bases: the file imports nothing of it."""
    return any(each.__name__ in class_names for each in type(subject).__mro__)


def _unwrap(operand):
    return _find(operand, "value", "_value", default=operand) if _is_a(operand, "Operand") else operand


class _Names:
    """Names of the modules; ``home`` finds the module that an operation is in."""

    def __init__(self, modules):
        self._modules = {id(module): module for module in modules}
        self._names = {
            id(module): _need(module, "module %d of the system" % index, "name", "_name")
            for index, module in enumerate(modules)
        }

    def of(self, module):
        return self._names[id(module)]

    def home(self, node):
        """Through the blocks that the operation is nested in; None for what is in no module."""
        seen = set()
        while node is not None and node is not _MISSING and id(node) not in seen:
            if id(node) in self._modules:
                return node
            seen.add(id(node))
            node = _find(node, "parent", "module", default=None)
        return None


def _expressions(module, described):
    """All operations of a module, in order; older versions nest them in blocks."""
    pending = [_find(module, "body", "_body", default=None)]
    if pending[0] is _MISSING:
        raise ExportError("the module %s has no 'body'" % described)
    while pending:
        node = pending.pop()
        if node is None:
            continue
        if isinstance(node, (list, tuple)):
            pending.extend(reversed(node))
        elif _is_a(node, "Block"):
            pending.append(_need(node, "a block of " + described, "body", "_body"))
        else:
            yield node


def _type_of(subject, described):
    """Of an array or a port, as the dump prints it, and its width."""
    found = _find(subject, "scalar_ty", "_scalar_ty")
    if found is _MISSING:
        found = _need(subject, described, "dtype", "_dtype")
    return repr(found), _count(_need(found, "the type of " + described, "bits", "_bits"), "bits of " + described)


def _array(array, name, names):
    printed, bits = _type_of(array, "the array " + name)
    owner = _find(array, "owner", "_owner", default=None)
    initial = _find(array, "initializer", "_initializer", default=None)
    return {
        "type": printed,
        "bits": bits,
        "size": _count(_need(array, "the array " + name, "size", "_size"), "size of the array " + name),
        "init": None
        if initial is None
        else [_integer(each, "element %d of the initial values of %s" % at) for each, at in _numbered(initial, name)],
        "owner": None if owner is None or names.home(owner) is None else names.of(names.home(owner)),
    }


def _numbered(items, name):
    return [(each, (index, name)) for index, each in enumerate(items)]


def _memory_kind(module):
    for kind in ("SRAM", "DRAM"):
        if _is_a(module, kind):
            return kind
    if _is_a(module, "MemoryBase"):
        raise ExportError(
            "the memory %s is neither an SRAM nor a DRAM, which are the memories that a dump can hold"
            % _find(module, "name", default=_kind(module))
        )
    return None


def _memory(module, name):
    described = "the memory " + name
    payload = _need(module, described, "_payload", "payload")
    output = _find(module, "dout", "_dout", default=None)
    file = _find(module, "init_file", "_init_file", default=None)
    return {
        "name": name,
        "kind": _memory_kind(module),
        "width": _count(_need(module, described, "width", "_width"), "width of " + described),
        "depth": _count(_need(module, described, "depth", "_depth"), "depth of " + described),
        "init_file": None if file is None or file == "" else os.fspath(file),
        "payload": _need(payload, "the words of " + described, "name", "_name"),
        "dout": None if output is None else _need(output, "the output of " + described, "name", "_name"),
    }


def _ports(module, name):
    result = []
    for port in _find(module, "ports", "_ports", default=()):
        port_name = _need(port, "a port of " + name, "name", "_name")
        printed, bits = _type_of(port, "the port %s.%s" % (name, port_name))
        result.append({"name": port_name, "type": printed, "bits": bits})
    return result


def _push_depths(expressions, names):
    """Depths that pushes declare, by ``module.port``; each depth once."""
    result = {}
    for push in expressions:
        depth = _find(push, "fifo_depth", default=None) if _is_a(push, "FIFOPush") else None
        if depth is None:
            continue
        port = _unwrap(_need(push, "a push", "fifo", "_fifo"))
        owner = names.home(_need(port, "the port of a push", "module", "_module"))
        if owner is None:
            raise ExportError("a push goes to a port of a module that is not in the system")
        path = "%s.%s" % (names.of(owner), _need(port, "a port", "name", "_name"))
        depths = result.setdefault(path, [])
        depth = _count(depth, "depth of " + path)
        if depth not in depths:
            depths.append(depth)
            depths.sort()
    return result


def _upstreams(module, names):
    """Modules whose values the downstream uses; pushes and binds are names of calls, not values."""
    result = []
    uses = _find(module, "externals", "_externals", default=None)
    if uses is None:
        raise ExportError(
            "the downstream %s has no 'externals', the list of values that it uses: this version of Assassyn is too old"
            % names.of(module)
        )
    for use in uses:
        value = _unwrap(use)
        if not _is_a(value, "Expr") or _is_a(value, "FIFOPush", "Bind"):
            continue
        home = names.home(value)
        if home is not None and not any(home is each for each in result):
            result.append(home)
    return result


def _sorted_downstreams(downstreams, upstreams, names):
    """Each after those whose values it uses; otherwise first come, first served, as the original's simulator."""
    waits = {
        id(module): sum(any(each is other for other in downstreams) for each in upstreams[id(module)])
        for module in downstreams
    }
    ready = collections.deque(module for module in downstreams if waits[id(module)] == 0)
    result = []
    while ready:
        done = ready.popleft()
        result.append(done)
        for module in downstreams:
            if any(each is done for each in upstreams[id(module)]):
                waits[id(module)] -= 1
                if waits[id(module)] == 0:
                    ready.append(module)
    if len(result) < len(downstreams):
        stuck = ", ".join(names.of(module) for module in downstreams if waits[id(module)] > 0)
        raise ExportError("downstreams use each other's values in a circle: " + stuck)
    return result


def _externals(expressions):
    """Outputs of the external modules that the design instantiates: type by name."""
    result = {}
    for each in expressions:
        if not _is_a(each, "ExternalIntrinsic"):
            continue
        external = _need(each, "an external module", "_external_class", "external_class")
        name = external.__name__
        wires = _need(external, "the external module " + name, "_wires")
        outputs = {}
        for port, wire in wires.items():
            described = "the wire %s.%s" % (name, port)
            if _need(wire, described, "direction") != "out":
                continue
            printed, bits = _type_of(wire, described)
            outputs[port] = printed if re.match(r"[uib]\d+\Z", printed) else "b%d" % bits
        result[name] = {"outputs": outputs}
    return result


def _integer(value, described):
    """An int, or what stands for one: a bool, an integer of a library, a constant of the front end."""
    inner = _find(value, "value", default=value) if _is_a(value, "Const") else value
    try:
        return operator.index(inner)
    except TypeError:
        raise ExportError("%s is %r, not a whole number" % (described, inner)) from None


def _count(value, described):
    count = _integer(value, described)
    if isinstance(value, bool) or count < 1:
        raise ExportError("%s is %r, it must be at least 1" % (described, value))
    return count


def _locate_files(folder, resource_base, memories):
    """The folder of the memory files, relative to ``folder``, and each file relative to that."""
    files = [memory["init_file"] for memory in memories]
    if resource_base is None and not any(files):
        return None, files
    base = os.path.abspath(os.curdir if resource_base is None else os.fspath(resource_base))
    located = []
    for memory, file in zip(memories, files):
        if file is None:
            located.append(None)
            continue
        path = os.path.join(base, file)
        if not os.path.isfile(path):
            warnings.warn("the file of the memory %s does not exist: %s" % (memory["name"], path), stacklevel=4)
        located.append(_relative(path, base))
    return _relative(base, os.path.abspath(folder)), located


def _relative(path, start):
    try:
        path = os.path.relpath(path, start)
    except ValueError:  # on another drive
        path = os.path.abspath(path)
    return path.replace(os.sep, "/")


def _dump(system, metadata):
    """The dump, after a check that it is in the notation that can be imported."""
    try:
        dump = repr(system)
    except Exception as error:
        raise ExportError(
            "Assassyn could not print the system %s: %s: %s" % (metadata["system"], type(error).__name__, error)
        ) from error
    lines = set(line.strip() for line in dump.splitlines())
    expected = ["%s = [%s; %d];" % (name, each["type"], each["size"]) for name, each in metadata["arrays"].items()]
    absent = [each for each in expected if each not in lines]
    heads = [re.compile(r"^\s*\w+ = module %s\b" % re.escape(each), re.MULTILINE) for each in _modules(metadata)]
    absent += ["… = module %s {" % each for each, head in zip(_modules(metadata), heads) if not head.search(dump)]
    if not dump.startswith("system %s {" % metadata["system"]):
        absent.insert(0, "system %s {" % metadata["system"])
    if absent:
        raise ExportError(
            "repr(sys) is not in the notation of a dump, there is no line %r: "
            "this version of Assassyn is too old or too new for this exporter" % absent[0]
        )
    return dump if dump.endswith("\n") else dump + "\n"


def _modules(metadata):
    return metadata["modules"] + metadata["downstreams"]


def _write(files):
    """All files are complete before the first takes the place of an older one."""
    written = []
    try:
        for path, text in files:
            handle, temporary = tempfile.mkstemp(
                prefix=".%s." % os.path.basename(path), dir=os.path.dirname(path) or os.curdir
            )
            written.append((temporary, path))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            # A temporary file is private to its owner; this one is to be as readable as any other.
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(temporary, 0o666 & ~mask)
        while written:
            os.replace(*written[0])
            del written[0]
    finally:
        for temporary, _ in written:
            if os.path.exists(temporary):
                os.unlink(temporary)
