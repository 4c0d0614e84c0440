"""How the help lists and describes commands, and how a command that cannot be understood is refused."""

from __future__ import annotations

import sys
from typing import Annotated, Any, ClassVar

import typer
from typer.core import TyperGroup

from pipeline import __version__

PARAGRAPH = "\n\nExample:"
AS_WRITTEN = "\n\n\b\nExample:"  # click's sign for a paragraph whose lines it must not break
EXAMPLES = """\b
Examples:
  politikspur run papers                     # tables and a report in build/papers
  politikspur serve build/papers             # look at them in the browser
  politikspur query build/papers --examples  # example questions"""
INTERRUPTED = 130  # exit code
SHORT = 60  # characters of a command's line in the list of commands
WRONG_USAGE: Any = typer.BadParameter.__base__  # typer hides the class of all errors of its parser
TAKES = {"int": "N", "float": "NUMBER", "str": "TEXT"}


class Commands(TyperGroup):
    """Commands whose examples keep their lines in the help, so that they can be pasted.

    What a command takes is named as other command lines do, not by Python's types.
    """

    groups: ClassVar[dict[str, str]] = {}  # heading -> names of commands

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - typer alone knows them
        super().__init__(**given)
        for command in self.commands.values():
            command.help = (command.help or "").replace(PARAGRAPH, AS_WRITTEN)
            for param in command.params:
                _name(param)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - click's own types
        """List the commands, under headings where there are any."""
        width = max(map(len, self.commands))
        for heading, names in (self.groups or {"Commands": " ".join(self.commands)}).items():
            told = {
                name.ljust(width): self.commands[name].get_short_help_str(SHORT) for name in names.split()
            }
            with formatter.section(heading):
                formatter.write_dl(list(told.items()))


class AllCommands(Commands):
    """The commands of the first level, under headings."""

    groups: ClassVar[dict[str, str]] = {
        "From documents to tables": "run fetch track report",
        "Explore and query": "serve query search explain",
        "Correct, compare, export": "correct runs diff export rehydrate",
        "Single stages": "read tag link",
        "Models": "evaluate train bench",
    }

    def main(self, *args: Any, **given: Any) -> Any:  # noqa: ANN401 - typer alone knows them
        """Run the command; what its parser refuses is one line and exit code 2."""
        try:
            given |= {"prog_name": "politikspur", "standalone_mode": False}
            code = super().main(*args, **given)
            if code == INTERRUPTED:  # typer takes Ctrl-C for an end like any other
                raise KeyboardInterrupt
            sys.exit(code or 0)
        except WRONG_USAGE as error:
            told = error.format_message()
            # click forgets where it was if an option lacks its value
            command = error.ctx.command_path if error.ctx else " ".join(["politikspur", *sys.argv[1:2]])
            if not error.ctx or told != error.ctx.get_help():  # a group without a command gets its help
                told = " ".join(told.replace("Value error, ", "").split()).rstrip(".")
                told = f"{command}: {told[:1].lower()}{told[1:]}; see `{command} --help`"
            typer.echo(told, err=True)
            sys.exit(error.exit_code)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"politikspur {__version__}")
        raise typer.Exit


def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version")
    ] = False,
) -> None:
    """Take the options of no command."""


def _name(param: Any) -> None:  # noqa: ANN401 - typer's own types
    """Name what a parameter takes: typer has no switch for its `{name}` and `<list[Path]>`."""
    if param.param_type_name == "argument":
        name = param.metavar or param.name.upper() + ("..." if param.type_descriptor.is_list else "")
        param.metavar = name
        param.display_type_rich = lambda ctx: ""
        param.get_usage_pieces = lambda ctx: [name if param.required else f"[{name}]"]
    elif not param.type_descriptor.is_choice:
        kind = param.bare_type().removeprefix("list[").rstrip("]")
        place = "FOLDER" if "folder" in (param.help or "").lower() else TAKES.get(kind, "FILE")
        param.display_type_rich = lambda ctx: param.metavar or place
