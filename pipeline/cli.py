"""The command line: its commands put together, and how it ends if one fails."""

from __future__ import annotations

import os
import signal
import sys

import typer

from pipeline.commands import ask, data, fetch, lab, serve, stages
from pipeline.commands.help import EXAMPLES, INTERRUPTED, AllCommands, options
from pipeline.commands.progress import of_disk
from pipeline.errors import PipelineError

app = typer.Typer(
    name="politikspur",
    cls=AllCommands,
    callback=options,
    help="Citable tables from German policy documents. Begin with `politikspur run FOLDER`.",
    epilog=EXAMPLES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (stages, ask, data, fetch, lab, serve):
    app.add_typer(group.app)


def main() -> None:
    """Run the command line; an error that a user can mend is one line and exit code 1."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads wait for each other on a busy machine
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as on Ctrl-C, with everything cleaned up
    try:
        app()
    except PipelineError as error:
        typer.echo(f"politikspur: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:  # whatever is written, and wherever: no such folder, no right, no room
        typer.echo(f"politikspur: {of_disk(error)}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("politikspur: interrupted; run the same command again to resume", err=True)
        sys.exit(INTERRUPTED)
