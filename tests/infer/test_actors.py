"""How wide the actor pool is: never as wide as the CPUs, which would leave none for the tasks that feed it."""

from __future__ import annotations

import pytest

from medslake import registry
from medslake.infer.actors import Pool


@pytest.mark.parametrize(("workers", "cpus"), [(1, 1), (1, 2), (2, 2), (3, 4), (4, 2), (16, 2)])
def test_the_pool_leaves_a_cpu_free(workers: int, cpus: int) -> None:
    pool = Pool("transformers", "m", {}, registry.get("accelerator", "cpu"), workers)
    taken = workers * pool._resources(cpus)["num_cpus"]
    assert 0 < taken <= max(cpus - 1, 0.5)
    assert pool._threads(cpus) == max(1, cpus // workers)


def test_devices_are_asked_for_by_their_resource() -> None:
    def asked(name: str) -> dict[str, object]:
        return Pool("transformers", "m", {}, registry.get("accelerator", name), 2)._resources(8)

    assert asked("cuda")["num_gpus"] == 1
    assert asked("npu")["resources"] == {"NPU": 1}
