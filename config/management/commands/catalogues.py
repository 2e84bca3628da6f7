"""Keep the message catalogues complete: extract every string, merge, and refuse what is not translated.

Works without gettext on the machine: templates go through Django's own templatize, extraction is Babel's.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SOURCES = ("config", "dealership", "supplychain", "surveys", "objectives", "dashboards", "templates")
LANGUAGE = "zh_Hans"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


class Command(BaseCommand):
    help = "Bring locale/ up to date with the code; --check changes nothing and exits 1 if anything is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only report what is missing or out of date")
        parser.add_argument("--merge", nargs="*", default=[], metavar="PO", help="take translations from these files")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
        old = _read(path) if path.exists() else Catalog(locale=LANGUAGE)
        catalogue = _updated(old, [_read(Path(name)) for name in options["merge"]])
        problems = [problem for message in catalogue if message.id for problem in _problems(message)]
        if options["check"]:
            if {_key(message) for message in old} != {_key(message) for message in catalogue}:
                problems.append("The catalogue is out of date: run `manage.py catalogues`.")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(file, catalogue, width=110, no_location=True, omit_header=False, sort_output=True)
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} strings need a translation.")
        self.stdout.write(f"{len(catalogue)} strings, all translated.")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def _updated(old: Catalog, sources: list[Catalog]) -> Catalog:
    """Return a catalogue of all strings in the code with their translations from `old`, then from `sources`."""
    catalogue = Catalog(
        locale=LANGUAGE,
        project="Downstream",
        version="1",
        charset="utf-8",
        fuzzy=False,
        last_translator="Downstream",
        language_team="Downstream",
        msgid_bugs_address="-",
    )
    catalogue.header_comment = "# Chinese of Downstream. Terms: docs/domain.md. Made by `manage.py catalogues`."
    # A fixed date: a catalogue changes when its strings do, not when the clock does.
    catalogue.creation_date = catalogue.revision_date = old.creation_date
    for message, context in sorted(_strings(), key=repr):
        known = next((found for source in [old, *sources] if (found := _translated(source, message, context))), "")
        catalogue.add(message, known, context=context)
    return catalogue


def _translated(source: Catalog, message: Any, context: str | None) -> Any:
    found = source.get(message[0] if isinstance(message, tuple) else message, context)
    if found is None or found.fuzzy or not found.string:
        return None
    if isinstance(message, tuple):
        string = found.string if isinstance(found.string, (tuple, list)) else (found.string,)
        return tuple(string) if all(string) else None
    return found.string[0] if isinstance(found.string, (tuple, list)) else found.string


def _strings() -> set[tuple[Any, str | None]]:
    """Return every (message or (singular, plural), context) in Python files and templates."""
    return {
        (messages, context)
        for path in _source_files()
        for _line, messages, _comments, context in extract("python", _python_of(path), keywords=KEYWORDS)
        if messages
    }


def _source_files() -> Iterator[Path]:
    base = Path(settings.BASE_DIR)
    for source in SOURCES:
        for path in sorted((base / source).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                yield path


def _python_of(path: Path) -> io.BytesIO:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # templatize leaves gettext calls among blanked-out text; without indentation it reads as Python tokens.
        text = "\n".join(line.strip() for line in templatize(text).splitlines())
    return io.BytesIO(text.encode("utf-8"))


def _key(message: Message) -> tuple[Any, Any, Any]:
    return message.id, message.context, message.string


def _problems(message: Message) -> Iterator[str]:
    """Yield what is wrong with a message: not translated, or placeholders that differ."""
    sources = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if not all(strings):
        yield f"not translated: {sources[0]!r}" + (f" (context {message.context!r})" if message.context else "")
        return
    wanted = {match.group(0) for match in PLACEHOLDER.finditer(sources[-1])}
    for string in strings:
        given = {match.group(0) for match in PLACEHOLDER.finditer(string)}
        if given - wanted or (len(sources) == 1 and wanted - given):
            yield f"placeholders differ: {sources[0]!r} and {string!r}"
