"""Compilations that are kept, and what follows from them."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Diagnostic, NoMemberRules, has_errors
from haiten.compiler.late import frozen
from haiten.compiler.pausing import collector_paused
from haiten.compiler.source import Source, read_source
from haiten.compiler.store.codec import CannotKeepError, WrongEntryError, decode, encode
from haiten.compiler.store.folder import code_mark, digest, folder, read, write

if TYPE_CHECKING:
    from haiten.compiler.program.program import Program
    from haiten.compiler.revising.causes import Causes
    from haiten.compiler.syntax.allocation import AllocationFile
    from haiten.compiler.syntax.revision import Revision
    from haiten.compiler.syntax.rulebook import RulebookFile
    from haiten.compiler.syntax.scope import Scope

T = TypeVar("T")
_DEEPEST_KEPT: Final = 1  # a file and what it builds on; what that builds on is in it
_Link = tuple[str, str, str, str]  # year, scope, name and digest of what a file builds on


def compile_kept(path: Path | str, base: Path | str | None = None, parameters: tuple[str, ...] = ()) -> Compilation:
    """Compile a rule file as ``driver.compile_file`` does, or read what that came to before.

    Args:
        path: a full rulebook, a revision or an allocation.
        base: the rulebook that a revision amends, or by which an allocation divides.
        parameters: ``名前=値`` for 定数 and 予算 of an allocation.
    """
    with collector_paused():
        return _compile(_Wanted(Path(path), None if base is None else Path(base), parameters), {}, 0)


def kept_part(compilation: Compilation, name: str, make: Callable[[], T]) -> T:
    """What follows from a compilation alone, made or as it was made before.

    Args:
        compilation: what it follows from.
        name: what it is called among all that follows from a compilation.
        make: makes it, of the kinds that can be kept.
    """
    if compilation.key is None:
        return make()
    key = f"{compilation.key}-{name}"
    with collector_paused():
        if (entry := read(key)) is not None:
            try:
                part: T = decode(json.loads(entry.lines[0]), compilation.sources)
            except (WrongEntryError, LookupError, ValueError):
                pass
            else:
                return part
        made = make()
        with suppress(CannotKeepError, RecursionError):
            write(key, None, [encode(made, compilation.sources)])
        return made


@frozen
class _Line:
    """What a rule file says of the rulebook that it builds on."""

    year: str
    scope: "Scope"


@frozen
class _Wanted:
    """What is to be compiled, and how."""

    path: Path
    base: Path | None
    parameters: tuple[str, ...]

    def key(self, source: Source) -> str:
        """The name of its entry."""
        base = "" if self.base is None else f"{self.base}\n{self.base.absolute()}"
        return digest(str(self.path.absolute()), source.name, source.text, base, *self.parameters)


class _Kept(Compilation):
    """A compilation read from the store, as far as it is asked for."""

    if TYPE_CHECKING:
        _wanted: _Wanted
        _line: str
        _has: Mapping[str, bool]
        links: tuple[_Link, ...]
        sources: tuple[Source, ...]
    else:
        sources = None  # of the instance

    @staticmethod
    def of(wanted: _Wanted, key: str, sources: tuple[Source, ...], links: tuple[_Link, ...], lines: Any) -> "_Kept":
        """One of the lines of an entry.

        Raises:
            WrongEntryError, LookupError, ValueError, TypeError: these are none.
        """
        told = json.loads(lines[0])
        kept = object.__new__(_Kept)
        kept.__dict__.update(
            source=sources[0],
            diagnostics=decode(told["diagnostics"], sources),
            key=key,
            amended=None,  # what amends an allocation is not kept
            sources=sources,
            links=links,
            _wanted=wanted,
            _line=lines[1],
            _has={name: bool(told["has"][name]) for name in ("syntax", "program", "revision", "allocation")},
        )
        return kept

    @property
    def ok(self) -> bool:
        """Whether the program may be run."""
        return self._has["program"] and not has_errors(self.diagnostics)

    @cached_property
    def _whole(self) -> tuple[Any, ...]:
        with collector_paused():
            try:
                whole = _checked(decode(json.loads(self._line), self.sources))
            except (WrongEntryError, ValueError):  # written by who knows what; its digests were right
                made = _compile_anew(self._wanted, self.sources[0], {each.name: each for each in self.sources}, 0)
                whole = _whole_of(made)
            return whole

    def _part(self, name: str) -> Any:
        return self._whole[_PARTS.index(name)] if self._has.get(name, True) else None

    @cached_property
    def syntax(self) -> "RulebookFile | None":
        return self._part("syntax")  # type: ignore[no-any-return]  # the table says so

    @cached_property
    def program(self) -> "Program | None":
        return self._part("program")  # type: ignore[no-any-return]  # the table says so

    @cached_property
    def revision(self) -> "Revision | None":
        return self._part("revision")  # type: ignore[no-any-return]  # the table says so

    @cached_property
    def allocation(self) -> "AllocationFile | None":
        return self._part("allocation")  # type: ignore[no-any-return]  # the table says so

    @cached_property
    def causes(self) -> "Causes | None":
        return self._part("causes") if self._has["revision"] else None

    @cached_property
    def base(self) -> Compilation | None:
        return self._below() if self._has["revision"] or self._has["allocation"] else None

    @cached_property
    def members(self) -> Compilation | None:
        return None if self._has["revision"] or self._has["allocation"] else self._below()

    def _below(self) -> Compilation | None:
        if not self.links:
            return None
        with collector_paused():
            wanted = _Wanted(Path(self.links[0][2]), None, ())
            return _compile(wanted, {each.name: each for each in self.sources}, 1)


_KINDS: Final = {
    "syntax": "RulebookFile",
    "program": "Program",
    "revision": "Revision",
    "allocation": "AllocationFile",
    "causes": "Causes",
}
_PARTS: Final = tuple(_KINDS)


def _whole_of(compilation: Compilation) -> tuple[Any, ...]:
    return tuple(getattr(compilation, name) for name in _PARTS)


def _checked(whole: Any) -> tuple[Any, ...]:
    """The parts of a compilation.

    Raises:
        WrongEntryError: these are none.
    """
    if not isinstance(whole, tuple) or len(whole) != len(_PARTS):
        raise WrongEntryError("no compilation")
    for part, kind in zip(whole, _KINDS.values(), strict=True):
        if part is not None and type(part).__name__ != kind:
            raise WrongEntryError(f"no {kind}")
    return whole


def _compile(wanted: _Wanted, known: Mapping[str, Source], depth: int, above: tuple[Path, ...] = ()) -> Compilation:
    """Compile a file, or read it.

    Args:
        wanted: the file.
        known: files that were read already, by name.
        depth: how many files build on it.
        above: those of them that look for what they build on, and are being compiled.
    """
    if wanted.path.absolute() in above:
        from haiten.compiler.below import circular

        return circular(wanted.path)
    source = _source(wanted.path, known) if folder() is not None and code_mark() is not None else None
    if source is None:
        from haiten.compiler.driver import compile_file

        return compile_file(wanted.path, wanted.base, wanted.parameters)
    if (kept := _read(wanted, source, known)) is not None:
        return kept
    made = _compile_anew(wanted, source, known, depth, above)
    links = _links(made)
    if links is None:
        return made
    keyed = _with_key(made, _whole_key(wanted.key(source), links))
    if depth <= _DEEPEST_KEPT:
        _write(wanted.key(source), keyed, links)
    return keyed


def _compile_anew(
    wanted: _Wanted, source: Source, known: Mapping[str, Source], depth: int, above: tuple[Path, ...] = ()
) -> Compilation:
    from haiten.compiler.below import Below
    from haiten.compiler.driver import compile_reading  # which takes time to load
    from haiten.compiler.driver import read as read_text

    path = wanted.path
    further = above if wanted.base is not None else (*above, path.absolute())

    def compile_below(found: Path) -> Compilation:
        return _compile(_Wanted(found, None, ()), known, depth + 1, further)

    return compile_reading(read_text(source), path, wanted.base, wanted.parameters, Below(compile_below))


def _source(path: Path, known: Mapping[str, Source]) -> Source | None:
    """A file that can be read as it stands; None for one of which the driver has something to say first."""
    if str(path) in known:
        return known[str(path)]
    try:
        source = read_source(path)
    except (OSError, UnicodeDecodeError):
        return None
    return source if source.text.strip() and "\x1b" not in source.text else None


def _read(wanted: _Wanted, source: Source, known: Mapping[str, Source]) -> _Kept | None:
    """What is kept of a file, where all that it builds on is as it was."""
    key = wanted.key(source)
    if (entry := read(key)) is None:
        return None
    try:
        links: tuple[_Link, ...] = tuple((year, scope, name, made) for year, scope, name, made in entry.about)
        sources = _sources(wanted, source, known, links)
        return None if sources is None else _Kept.of(wanted, _whole_key(key, links), sources, links, entry.lines)
    except (WrongEntryError, LookupError, ValueError, TypeError):
        return None


def _sources(
    wanted: _Wanted, source: Source, known: Mapping[str, Source], links: tuple[_Link, ...]
) -> tuple[Source, ...] | None:
    """A file and what it builds on, where that is found in the same places and reads as it did."""
    sources, path, given = [source], wanted.path, wanted.base
    for year, scope, name, made in links:
        if given is None:
            from haiten.compiler.revising.find_base import find_base
            from haiten.compiler.syntax.scope import Scope

            given = find_base(path, _Line(year, Scope.read(scope))).path
        below = _source(given, known) if given is not None and str(given) == name else None
        if given is None or below is None or digest(below.text) != made:
            return None
        sources.append(below)
        path, given = given, None
    return tuple(sources)


def _links(compilation: Compilation) -> tuple[_Link, ...] | None:
    """What a file builds on; None where that could not be read, and may be there the next time."""
    if isinstance(compilation, _Kept):
        return compilation.links
    if compilation.amended is not None:
        return None  # it builds on two files, and each of them on others
    if compilation.syntax is None and compilation.revision is None and compilation.allocation is None:
        return None  # it does not tell whether it looked for any
    if compilation.members is not None or any(isinstance(each, NoMemberRules) for each in compilation.diagnostics):
        return None if compilation.members is None or compilation.base is not None else _link(compilation.members)
    revision, allocation, base = compilation.revision, compilation.allocation, compilation.base
    line = revision.base if revision is not None else allocation.based_on if allocation is not None else None
    if line is None:
        return ()
    if base is None or base.source is None or (further := _links(base)) is None:
        return None
    return ((line.year, str(line.scope), base.source.name, digest(base.source.text)), *further)


def _link(members: Compilation) -> tuple[_Link, ...] | None:
    """What reading the rulebook of the members builds on."""
    if members.source is None or members.program is None or (further := _links(members)) is None:
        return None
    year, scope = members.program.year, str(members.program.scope)
    return ((year, scope, members.source.name, digest(members.source.text)), *further)


def _whole_key(key: str, links: tuple[_Link, ...]) -> str:
    return digest(key, *(part for link in links for part in link))


def _with_key(compilation: Compilation, key: str) -> Compilation:
    from haiten.compiler.changing import evolve

    return evolve(compilation, key=key)


def _write(key: str, compilation: Compilation, links: tuple[_Link, ...]) -> None:
    sources = compilation.sources
    diagnostics: tuple[Diagnostic, ...] = compilation.diagnostics
    try:
        told = {
            "has": {name: getattr(compilation, name) is not None for name in _PARTS},
            "diagnostics": encode(diagnostics, sources),
        }
        write(key, links, [told, encode(_whole_of(compilation), sources)])
    except (CannotKeepError, RecursionError):  # then it is compiled the next time
        pass
