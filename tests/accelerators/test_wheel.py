"""Every name of torch_npu in our code, against the wheel that we depend on: read from its files, as it cannot be imported without CANN."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from medslake.accelerators import npu

VERSION = "2.13.0"
OPERATORS, DEVICE = "torch_npu/lib/libtorch_npu.so", "torch_npu/npu/"


class Call(NamedTuple):
    """A call of torch_npu: dotted name behind `torch_npu.`, positional arguments (-1: unknown, there is a *), names of the others."""

    name: str
    positional: int
    keywords: tuple[str, ...]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel from MEDSLAKE_CACHE, else from the package index into that folder."""
    folder = Path(os.environ.get("MEDSLAKE_CACHE") or tmp_path_factory.mktemp("wheel"))
    found = sorted(folder.glob(f"torch_npu-{VERSION}-cp311-*x86_64.whl"))
    if not found:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--only-binary=:all:", "--python-version=3.11"]
        platform = ["--platform=manylinux_2_28_x86_64", "--dest", str(folder), f"torch-npu=={VERSION}"]
        got = subprocess.run([*command, *platform], capture_output=True, text=True, timeout=300)
        found = sorted(folder.glob(f"torch_npu-{VERSION}-*.whl"))
        if not found:
            pytest.skip(f"torch-npu {VERSION} is neither in MEDSLAKE_CACHE nor to be had from the index: {got.stderr.strip()[-300:]}")
    return zipfile.ZipFile(found[0])


def calls(source: str) -> list[Call]:
    """All calls of names below `torch_npu` in a file."""
    return [
        Call(
            ast.unparse(node.func).removeprefix("torch_npu."),
            -1 if any(isinstance(a, ast.Starred) for a in node.args) else len(node.args),
            tuple(k.arg for k in node.keywords if k.arg),
        )
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("torch_npu.")
    ]


def attributes(source: str) -> set[str]:
    """All dotted names below `torch_npu` in a file, called or not."""
    chains = {ast.unparse(n) for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Attribute)}
    return {c.removeprefix("torch_npu.") for c in chains if c.startswith("torch_npu.")} - {"npu"}


def operator_arguments(wheel: zipfile.ZipFile, name: str) -> list[str]:
    """Argument names of an operator, in order, from the schema that the library registers; LookupError when it registers none."""
    found = re.search(rf"(?<!\w){name}\(((?:Tensor|int|float|str|bool)[^\x00]*?)\) -> ".encode(), wheel.read(OPERATORS))
    if found is None:
        raise LookupError(name)
    return [a.split("=")[0].split()[-1] for a in found.group(1).decode().split(", ") if a != "*"]


def device_arguments(wheel: zipfile.ZipFile, name: str) -> list[str]:
    """Argument names of a public function of torch_npu.npu, from the files it is made of; LookupError when it is not public there."""
    init = ast.parse(wheel.read(DEVICE + "__init__.py"))
    public = next(n.value for n in init.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__")
    if name not in ast.literal_eval(public):
        raise LookupError(name)
    for module in ("__init__.py", "utils.py", "memory.py"):
        for node in ast.parse(wheel.read(DEVICE + module)).body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                return [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    raise LookupError(name)


def misfits(wheel: zipfile.ZipFile, used: list[Call]) -> Iterator[str]:
    for name, positional, keywords in used:
        try:
            known = device_arguments(wheel, name.removeprefix("npu.")) if name.startswith("npu.") else operator_arguments(wheel, name)
        except LookupError:
            yield f"torch_npu.{name} is not in the wheel"
            continue
        if positional > len(known) or (unknown := set(keywords) - set(known[max(positional, 0) :])):
            yield f"torch_npu.{name}({', '.join(known)}) was given {positional} arguments and {sorted(unknown)}"


@pytest.mark.process
def test_every_name_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    source = Path(npu.__file__).read_text()
    used = calls(source)
    assert {c.name for c in used} == attributes(source)
    assert {"npu_fusion_attention", "npu_rms_norm", "npu_rotary_mul", "npu_swiglu", "npu.set_device"} <= {c.name for c in used}
    assert list(misfits(wheel, used)) == []


def test_the_optimiser_s_fused_kernel_is_registered(wheel: zipfile.ZipFile) -> None:
    operators = wheel.read("torch_npu/csrc/aten/npu_native_functions_by_codegen.yaml").decode()
    assert "- func: _fused_adamw_(" in operators


def test_a_wrong_name_is_found(wheel: zipfile.ZipFile) -> None:
    source = """
torch_npu.npu_fusion_attention(q, k, v, head_num=1, actual_seq_len=[])
torch_npu.npu_flash_attn(q)
torch_npu.npu.peak_memory()
torch_npu.npu_swiglu(x, 1, 2)
"""
    assert len(list(misfits(wheel, calls(source)))) == 4


def test_the_wheel_fits_our_torch(wheel: zipfile.ZipFile) -> None:
    meta = wheel.read(f"torch_npu-{VERSION}.dist-info/METADATA").decode()
    needs = re.search(r"Requires-Dist: torch==([\d.]+)\*", meta)
    root = Path(npu.__file__).parents[3]
    ours = re.search(r"^torch==([\d.]+)$", (root / "constraints.txt").read_text(), re.M)
    assert needs and ours and ours.group(1).startswith(needs.group(1).rstrip("."))
    assert f'ascend = ["medslake[train]", "torch-npu=={VERSION}"]' in (root / "pyproject.toml").read_text()
    # torch loads it by itself: what the stand-in of the other tests does too.
    assert "torch_npu = torch_npu:_autoload" in wheel.read(f"torch_npu-{VERSION}.dist-info/entry_points.txt").decode()


def test_the_stand_in_takes_what_the_wheel_takes(wheel: zipfile.ZipFile) -> None:
    tree = ast.parse((Path(__file__).parent / "stand_in" / "torch_npu" / "__init__.py").read_text())
    kernels = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name.startswith("npu_")}
    assert len(kernels) == 4
    for name, node in kernels.items():
        taken = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
        known = operator_arguments(wheel, name)
        assert set(taken) <= set(known), name
        assert [a.arg for a in node.args.args] == known[: len(node.args.args)], name
