"""What the files of the command line share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

Out = Annotated[Path, typer.Argument(help="Output folder of a run, e.g. build/sample")]
PARAGRAPH = "\n\nExample:"
AS_WRITTEN = "\n\n\b\nExample:"  # click's sign for a paragraph whose lines it must not break


class Commands(TyperGroup):
    """Commands whose examples keep their lines in the help, so that they can be pasted."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - typer alone knows them
        super().__init__(**given)
        for command in self.commands.values():
            command.help = (command.help or "").replace(PARAGRAPH, AS_WRITTEN)
