"""The typer application and the one place where errors become exit codes."""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path

import typer
from typer.exceptions import TyperException

from medslake.cli import care, data, definitions, fetch, models, planning, plugin, queries, results, synth
from medslake.cli.console import error
from medslake.errors import MedslakeError
from medslake.explained import explained

__all__ = ["app", "main", "script"]

#: Exit codes after a signal that ends the work, and where who read the answer closed the pipe (128 + SIGPIPE).
INTERRUPTED, ANSWER_CLOSED = 130, 141

app = typer.Typer(
    name="medslake",
    help="The open lakehouse for medical language models: source files to instructions, training, scores.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (data, definitions, fetch, synth, models, planning, results, queries, care, plugin):
    group.register(app)


def script(doc: str | None, *verb: str) -> None:
    """Entry of the scripts in `jobs/` and `ray_jobs/`: what follows the script's name goes to the verb as it is.

    doc: what the script says of itself, shown before the verb's own help.
    """
    if {"-h", "--help"} & set(sys.argv[1:]):
        sys.stdout.write(f"{(doc or '').strip()}\n")
        sys.stdout.flush()
    main([*verb, *sys.argv[1:]])


def main(arguments: Sequence[str] | None = None) -> None:
    """Console script. arguments: default those of the process.

    Exit codes: 0 done; 1 the data say no; 2 what was asked for does not exist, or the environment fails; 130 interrupted.
    """
    warnings.filterwarnings("ignore")
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    try:
        code = app(args=None if arguments is None else list(arguments), prog_name="medslake", standalone_mode=False)
        if code == INTERRUPTED:
            # typer makes a silent exit of an interruption.
            raise KeyboardInterrupt
    except MedslakeError as e:
        error(str(e))
        code = e.exit_code
    except TyperException as e:
        e.show()  # type: ignore[attr-defined]
        code = 2
    except (KeyboardInterrupt, typer.Abort):
        error("interrupted; what was committed stays, run the same command again to go on.")
        code = INTERRUPTED
    except BrokenPipeError:
        # Who reads the answer has seen enough; nothing may be written to that pipe any more, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = ANSWER_CLOSED
    except Exception as e:
        if os.environ.get("MEDSLAKE_DEBUG"):
            raise
        found = explained(e)
        # What is read must not be quoted: a message of another library may hold a row.
        error(str(found) if found else f"{type(e).__name__} at {_place(e)}. This is a defect of medslake; MEDSLAKE_DEBUG=1 shows more.")
        code = found.exit_code if found else 1
    sys.stdout.flush()
    sys.exit(code if isinstance(code, int) else 0)


def _place(e: BaseException) -> str:
    """The last line of ours that an error passed."""
    ours = [frame for frame in traceback.extract_tb(e.__traceback__) if "medslake" in frame.filename] or traceback.extract_tb(
        e.__traceback__
    )
    return f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}"
