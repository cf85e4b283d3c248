"""Tests of assassyn_export.py against the stand-in: python3 -m unittest discover tools/python-export/test"""

import json
import os
import sys
import tempfile
import types
import unittest
import warnings
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import assassyn_export
import stand_in
from assassyn_export import ExportError, describe, export


class Folder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name
        self.resources = os.path.join(self.folder, "resources")
        os.mkdir(self.resources)
        with open(os.path.join(self.resources, "rom.hex"), "w") as file:
            file.write("0a\n0b\n0c\n0d\n")
        self.out = os.path.join(self.folder, "build", "out")

    def export(self, system, **options):
        return export(system, self.out, **{"resource_base": self.resources, **options})

    def refused(self, pattern, action):
        with self.assertRaisesRegex(ExportError, pattern):
            action()


class Written(Folder):
    def test_the_metadata_says_what_the_dump_does_not(self):
        dump, metadata = self.export(stand_in.accumulator(), sim_threshold=3, idle_threshold=9)
        with open(metadata, encoding="utf-8") as file:
            read = json.load(file)
        arrays = read.pop("arrays")
        self.assertEqual(
            read,
            {
                "system": "accumulator",
                "sim_threshold": 3,
                "idle_threshold": 9,
                "fifo_depth": 4,
                "resource_base": "../../resources",
                "upstream_random": False,
                "duplicate_array_names": [],
                "memories": [
                    {
                        "name": "rom",
                        "kind": "SRAM",
                        "width": 8,
                        "depth": 4,
                        "init_file": "rom.hex",
                        "payload": "SRAM_val",
                        "dout": "SRAM_rdata",
                    }
                ],
                "modules": ["Adder", "Driver"],
                "downstreams": ["Watch", "rom"],
                "topo_downstreams": ["Watch", "rom"],
                "upstreams": {"Watch": ["Adder"], "rom": ["Driver"]},
                "ports": {
                    "Adder": [{"name": "a", "type": "i32", "bits": 32}, {"name": "b", "type": "i32", "bits": 32}],
                    "Driver": [],
                },
                "push_fifo_depths": {"Adder.a": [2], "Adder.b": [3]},
            },
        )
        self.assertEqual(list(read["push_fifo_depths"]), ["Adder.a", "Adder.b"])
        self.assertEqual(arrays["cnt"], {"type": "i32", "bits": 32, "size": 1, "init": [3], "owner": "Driver"})
        self.assertEqual(arrays["table"], {"type": "b8", "bits": 8, "size": 4, "init": [1, 1, 7], "owner": None})
        self.assertEqual(arrays["SRAM_val"], {"type": "b8", "bits": 8, "size": 4, "init": None, "owner": "rom"})
        with open(dump, encoding="utf-8") as file:
            self.assertEqual(file.read(), repr(stand_in.accumulator()) + "\n")
        self.assertEqual(sorted(os.listdir(self.out)), ["accumulator.ir", "accumulator.json"])

    def test_options_of_elaborate_are_accepted_and_a_misspelt_one_is_not(self):
        system = stand_in.accumulator()
        written = self.export(system, verbose=True, path="elsewhere", verilog=False, random=True, name="again")
        self.assertEqual([os.path.basename(each) for each in written], ["again.ir", "again.json"])
        hint = "unknown option 'sim_treshold', did you mean 'sim_threshold'"
        self.refused(hint, lambda: self.export(system, sim_treshold=3))
        self.refused("unknown option 'coverage'", lambda: self.export(system, coverage=1))
        newer = types.SimpleNamespace(config=lambda: {"coverage": False})
        with mock.patch.dict(sys.modules, {"assassyn.backend": newer}):
            self.export(system, coverage=1)

    def test_a_file_that_does_not_exist_is_warned_about(self):
        with self.assertWarnsRegex(UserWarning, "memory rom does not exist: .*rom.hex"):
            self.export(stand_in.accumulator(), resource_base=self.out)

    def test_without_a_folder_files_are_in_the_current_one(self):
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.resources)
        self.assertEqual(describe(stand_in.accumulator(), "..")["resource_base"], "resources")

    def test_a_failure_leaves_the_older_files_and_nothing_else(self):
        system = stand_in.accumulator()
        dump, metadata = self.export(system)
        before = os.stat(dump).st_ino
        with mock.patch.object(os, "fsync", side_effect=OSError("disk full")):
            with self.assertRaisesRegex(OSError, "disk full"):
                self.export(system, sim_threshold=7)
        self.assertEqual(os.stat(dump).st_ino, before)
        self.assertEqual(sorted(os.listdir(self.out)), ["accumulator.ir", "accumulator.json"])
        with open(metadata, encoding="utf-8") as file:
            self.assertEqual(json.load(file)["sim_threshold"], 100)

    def test_outputs_of_external_modules_are_typed(self):
        system = stand_in.accumulator()
        wires = {
            "a": stand_in.Wire(stand_in.UInt(8), "in"),
            "sum": stand_in.Wire(stand_in.Int(9), "out"),
            "pair": stand_in.Wire(stand_in.Record(x=stand_in.Bits(1), y=stand_in.Int(4)), "out"),
        }
        outer = type("Outer", (), {"_wires": wires})
        stand_in.ExternalIntrinsic(system.modules[1], "outer", outer, a=stand_in.Const(stand_in.UInt(8), 1))
        metadata = describe(system, "out", resource_base=self.resources)
        self.assertEqual(metadata["externals"], {"Outer": {"outputs": {"sum": "i9", "pair": "b5"}}})

    def test_downstreams_come_after_those_whose_values_they_use(self):
        system = stand_in.SysBuilder("order")
        names = ("first", "second", "third", "fourth")
        first, second, third, fourth = (stand_in.Downstream(system, name) for name in names)
        stage = stand_in.Module(system, "Stage")
        v = stand_in.Expr(stage, "v", "(1:u1) + (0:u1)")
        w = stand_in.Expr(third, "w", "{} + {}", v, v)
        stand_in.Expr(first, "x", "{} + {}", w, v)
        y = stand_in.Expr(second, "y", "{} + {}", v, v)
        stand_in.Expr(fourth, "z", "!{}", y)
        metadata = describe(system, "out")
        self.assertEqual(metadata["topo_downstreams"], ["second", "third", "fourth", "first"])
        expected = {"first": ["Stage", "third"], "second": ["Stage"], "third": ["Stage"], "fourth": ["second"]}
        self.assertEqual(metadata["upstreams"], expected)
        stand_in.Expr(third, "z", "{} + {}", first.body[0], v)
        self.refused("in a circle: first, third", lambda: describe(system, "out"))

    def test_a_call_that_another_module_has_bound_is_no_value(self):
        system = stand_in.accumulator()
        push, bind = (each for each in system.modules[1].body if each.as_operand() in ("a_push", "bind"))
        watch = system.downstreams[0]
        stand_in.Expr(watch, None, "async_call {} // meta cond (1:b1)", bind)
        stand_in.Bind(watch, "again", system.modules[0], push)
        metadata = describe(system, "out", resource_base=self.resources)
        self.assertEqual(metadata["upstreams"]["Watch"], ["Adder"])

    def test_arrays_of_one_name_are_warned_about(self):
        system = stand_in.accumulator()
        stand_in.Array(system, "cnt", stand_in.Int(8), 2)
        with self.assertWarnsRegex(UserWarning, "cannot tell apart: cnt"):
            metadata = describe(system, "out", resource_base=self.resources)
        self.assertEqual(metadata["duplicate_array_names"], ["cnt"])
        self.assertEqual(metadata["arrays"]["cnt"]["bits"], 32)


class OtherVersions(Folder):
    def test_private_names_and_nested_blocks_will_do(self):
        system = stand_in.accumulator()

        class Block:
            def __init__(self, parent, body):
                self.parent = parent
                self._body = body

        expected = describe(system, self.out, resource_base=self.resources)
        for module in system.modules:
            outer = Block(module, [])
            inner = Block(outer, module.body)
            outer._body.append(inner)
            for each in module.body:
                each.parent = inner
            module.body = outer
            module._ports = module.__dict__.pop("ports")
        for module in system.downstreams:
            module._externals = module.__dict__.pop("externals")
        for array in system.arrays:
            array._size = array.__dict__.pop("size")
        found = describe(system, self.out, resource_base=self.resources)
        self.assertEqual(json.dumps(found), json.dumps(expected))

    def test_pushes_may_know_no_depths(self):
        system = stand_in.accumulator()
        for each in system.modules[1].body:
            each.__dict__.pop("fifo_depth", None)
        self.assertEqual(describe(system, "out", resource_base=self.resources)["push_fifo_depths"], {})

    def test_what_is_missing_is_named(self):
        def without(pick, name):
            system = stand_in.accumulator()
            del pick(system).__dict__[name]
            return lambda: describe(system, self.out, resource_base=self.resources)

        array = r"the array cnt \(an object of type Array\) has no 'size' or '_size'"
        self.refused(array, without(lambda s: s.arrays[0], "size"))
        self.refused("Watch has no 'externals'", without(lambda s: s.downstreams[0], "externals"))
        self.refused("memory rom .* has no '_payload'", without(lambda s: s.downstreams[1], "_payload"))
        self.refused("a port of Adder .* has no 'name'", without(lambda s: s.modules[0].ports[0], "name"))
        system = "type list is not a SysBuilder of Assassyn: it has no 'name', 'modules', 'arrays'"
        self.refused(system, lambda: describe([], "out"))

    def test_another_notation_is_refused(self):
        for new, old in (("Adder = module Adder", "module Adder"), ("cnt = [i32; 1];", "array cnt[i32; 1]")):
            system = stand_in.accumulator()
            kind = type("SysBuilder", (stand_in.SysBuilder,), {})
            text = repr(system).replace(new, old)
            kind.__repr__ = lambda self, text=text: text
            system.__class__ = kind
            self.refused("not in the notation of a dump", lambda: self.export(system))
        self.assertFalse(os.path.exists(self.out))

    def test_a_dump_that_cannot_be_printed_is_explained(self):
        system = stand_in.accumulator()
        del system.modules[0].body[0].text
        self.refused("could not print the system accumulator: AssertionError", lambda: self.export(system))

    def test_a_memory_of_another_kind_is_refused(self):
        system = stand_in.accumulator()
        kind = type("Flash", (stand_in.MemoryBase,), {})
        kind(system, "flash", 8, 4, None)
        self.refused("flash is neither an SRAM nor a DRAM", lambda: describe(system, "out"))


class Values(Folder):
    def test_numbers_are_checked(self):
        def described(change):
            system = stand_in.accumulator()
            change(system)
            return lambda: describe(system, "out", resource_base=self.resources)

        system = stand_in.accumulator()
        self.refused("sim_threshold is 0, it must be at least 1", lambda: self.export(system, sim_threshold=0))
        self.refused("fifo_depth is None, not a whole number", lambda: self.export(system, fifo_depth=None))
        self.refused("idle_threshold is True", lambda: self.export(system, idle_threshold=True))
        self.refused("size of the array cnt is -1", described(lambda s: setattr(s.arrays[0], "size", -1)))
        fraction = described(lambda s: setattr(s.arrays[0], "initializer", [1, 0.5]))
        self.refused("element 1 of the initial values of cnt is 0.5", fraction)

    def test_names_are_checked(self):
        system = stand_in.accumulator()
        self.refused("name='a/b' is not the name of a file", lambda: self.export(system, name="a/b"))
        system.name = "my design"
        self.refused("called 'my design', which a dump cannot hold", lambda: self.export(system))


if __name__ == "__main__":
    warnings.simplefilter("error")
    unittest.main()
