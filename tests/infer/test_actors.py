"""How many CPUs the actors take: never all, which would leave none for the tasks that feed them."""

from __future__ import annotations

import pytest

from medslake import registry
from medslake.engines.parts.model_folder import ModelFiles
from medslake.infer.actors import Actors


@pytest.mark.parametrize(("workers", "cpus"), [(1, 1), (1, 2), (2, 2), (3, 4), (4, 2), (16, 2)])
def test_the_actors_leave_a_cpu_free(workers: int, cpus: int) -> None:
    actors = Actors(registry.get("engine", "transformers"), ModelFiles("m", "d", {}), {}, registry.get("accelerator", "cpu"), workers)
    taken = workers * actors._resources(cpus)["num_cpus"]
    assert 0 < taken <= max(cpus - 1, 0.5)
    assert actors._threads(cpus) == max(1, cpus // workers)


def test_devices_are_asked_for_by_their_resource() -> None:
    def asked(name: str) -> dict[str, object]:
        return Actors(
            registry.get("engine", "transformers"), ModelFiles("m", "d", {}), {}, registry.get("accelerator", name), 2
        )._resources(8)

    assert asked("cuda")["num_gpus"] == 1
    assert asked("npu")["resources"] == {"NPU": 1}
