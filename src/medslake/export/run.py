"""What leaves the lake for other programs, each form in one file; every one states the access class that it may carry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medslake.errors import UnknownName
from medslake.export.hugging_face import export_hugging_face
from medslake.export.inspect_tasks import export_inspect
from medslake.export.lm_eval_tasks import export_lm_eval
from medslake.export.medsins import export_every_medsins, export_medsins

if TYPE_CHECKING:
    from medslake.lake import Lake

__all__ = ["FORMS", "export"]

FORMS = {"lm-eval": export_lm_eval, "inspect": export_inspect, "hf": export_hugging_face}


def export(
    lake: Lake,
    form: str,
    tasks: Sequence[str] | None,
    out: Path,
    *,
    clearance: str = "public",
    split: str = "train",
    rendering: str = "paper",
) -> dict[str, Any]:
    """`{"files": [path], "left_out": {access class: rows}}`. tasks: None = all of the benchmark, of medsins all that are built.

    split, rendering: of medsins, see there. Rows above the clearance are left out and counted; of medsins, which is one document per task,
    the tasks that have any, and such a task asked for by name is refused.
    Raises UnknownName for another form, AccessDenied where nothing of a task may leave.
    """
    if form == "medsins":
        if not tasks:
            every, left_out = export_every_medsins(lake, out, clearance, split=split, rendering=rendering)
            return {"files": list(map(str, every)), "left_out": left_out}
        files = [export_medsins(lake, task, out, clearance, split=split, rendering=rendering) for task in tasks]
        return {"files": list(map(str, files)), "left_out": {}}
    if form not in FORMS:
        raise UnknownName("export form", form, ["medsins", *FORMS])
    written, left_out = FORMS[form](lake, tasks, Path(out), clearance)
    return {"files": [str(path) for path in written], "left_out": left_out}
