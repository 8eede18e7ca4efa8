"""Classes whose methods are written late: what attrs would have made of them at once."""

import copy
import pickle
import re
import threading
from typing import Any, ClassVar

import attrs
import pytest
from attrs import evolve, field

from haiten.compiler.changing import evolve as ours_evolve
from haiten.compiler.late import define, dense, fields_of, frozen, has_fields
from haiten.compiler.patterns import late_pattern


def make(decorator: Any, **options: Any) -> tuple[Any, Any]:
    """A class and one that builds on it, by a decorator."""

    @decorator(**options)
    class Base:
        first: int
        second: tuple[str, ...] = ()
        hidden: int = field(default=0, eq=False, repr=False, kw_only=True)

    @decorator(**options)
    class Below(Base):
        third: str = "c"

        def __attrs_post_init__(self) -> None:
            object.__setattr__(self, "hidden", self.hidden + 1)

    return Base, Below


PAIRS = [
    (attrs.frozen, frozen, {}),
    (attrs.frozen, dense, {}),
    (attrs.frozen, frozen, {"eq": False}),
    (attrs.frozen, dense, {"eq": False}),
    (attrs.frozen, frozen, {"cache_hash": True}),
    (attrs.frozen, dense, {"cache_hash": True}),
    (attrs.define, define, {}),
    (attrs.define, define, {"eq": False}),
]


@pytest.mark.parametrize(("ours", "theirs", "options"), [(late, at_once, o) for at_once, late, o in PAIRS])
def test_it_is_what_attrs_makes(ours: Any, theirs: Any, options: dict[str, Any]) -> None:
    """Fields, defaults, equality, hashes, text, patterns, changes and what is refused."""
    seen = []
    for decorator in (theirs, ours):
        base, below = make(decorator, **options)
        one, same, other = below(1, ("a",)), below(1, ("a",), hidden=5), below(2)
        hashable = below.__hash__ is not None
        match one:
            case below(first, second, third):
                matched = (first, second, third)
        told: list[Any] = [
            repr(one).rpartition("make.")[2],
            (one == same, one != same, one == other, one == base(1, ("a",))),
            hashable,
            hashable and (hash(one) == hash(same), len({one, same, other})),
            [a.name for a in attrs.fields(below)],
            attrs.has(below),
            (
                below(1, ("a",), "z").hidden,
                one.hidden,
                same.hidden,
                evolve(one, first=9).first,
                evolve(one, third="z").third,
            ),
            matched,
        ]
        for wrong in ((), (1, (), "c", 4)):
            with pytest.raises(TypeError):
                below(*wrong)
        if decorator not in (define, attrs.define):
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                one.first = 3
        seen.append(told)
    assert seen[0] == seen[1]


@pytest.mark.parametrize("options", [{}, {"eq": False}, {"eq": False, "repr": False}])
def test_nothing_is_written_for_a_few_instances(options: dict[str, Any]) -> None:
    """That is what it is for; of many, the rest is filled by what was written."""
    base, below = make(frozen, **options)
    few = [below(1) for _ in range(9)]
    assert not any(isinstance(vars(cls)["__attrs_attrs__"], tuple) for cls in (base, below))
    many = [below(1) for _ in range(200)]
    assert all(isinstance(vars(cls)["__attrs_attrs__"], tuple) for cls in (base, below))
    assert [vars(each) for each in few] == [vars(each) for each in many[-9:]]


def ways(decorator: Any) -> Any:
    """A class with all ways in which a field may be asked for, by a decorator."""

    @decorator(eq=False)
    class Base:
        shown: int
        counted: ClassVar[int] = 0
        _private: int = 2
        listed: list[int] = field(factory=list)

    @decorator(eq=False)
    class Ways(Base):
        known: str = field(init=False, default="k")
        shown: int = 7
        taken: int = attrs.Factory(lambda self: self.shown + self._private, takes_self=True)
        named: int = field(kw_only=True, alias="called")
        converted: int = field(kw_only=True, default="5", converter=int)
        made: list[int] = field(init=False)

        @made.default
        def _made(self) -> list[int]:
            return [self.named]

    return Ways


GIVEN: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {"called": 1}),
    ((5, [6], 8), {"called": 1}),
    ((5,), {"called": 1, "listed": [3], "shown": 4}),
    ((), {"private": 3, "taken": 9, "called": 2}),
    ((), {}),
    ((1, [], 2, 3, 4), {"called": 1}),
    ((1,), {"private": 3, "called": 1}),
    ((), {"_private": 3, "called": 1}),
    ((), {"known": "x", "called": 1}),
    ((), {"named": 1}),
    ((), {"called": 1, "converted": "12"}),
]


@pytest.mark.parametrize(("given", "named"), GIVEN)
@pytest.mark.parametrize(("late", "at_once"), [(frozen, attrs.frozen), (define, attrs.define)])
def test_the_first_is_filled_as_attrs_fills_it(
    late: Any, at_once: Any, given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Or refused as attrs refuses it; it is as frozen, and is taken apart by patterns alike."""
    told = []
    for kind in (ways(late), ways(at_once)):
        try:
            made = kind(*given, **named)
        except TypeError as error:
            told.append(str(error).rpartition(".")[2])
            continue
        names = ("shown", "_private", "listed", "known", "taken", "named", "converted", "made")
        parts = {name: getattr(made, name) for name in names}
        match made:
            case kind(private, listed, shown):
                parts["matched"] = (private, listed, shown)
        try:
            made.shown = 3
        except attrs.exceptions.FrozenInstanceError:
            parts["frozen"] = True
        told.append(parts)
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", [ways(frozen), ways(define), make(frozen)[1], make(dense)[1], make(attrs.define)[1]])
def test_fields_are_told_before_anything_is_written(kind: Any) -> None:
    """They are what ``attrs.fields`` tells, which has all written."""
    asked = ("name", "alias", "type", "default", "init", "kw_only", "eq", "repr", "converter")
    has, told = has_fields(kind), [[getattr(each, part) for part in asked] for each in fields_of(kind)]
    late = "__slots__" not in vars(kind)
    assert has
    assert not has_fields(int)
    assert isinstance(vars(kind)["__attrs_attrs__"], tuple) == (not late)
    assert told == [[getattr(each, part) for part in asked] for each in attrs.fields(kind)]
    assert told == [[getattr(each, part) for part in asked] for each in fields_of(kind)]


@pytest.mark.parametrize("parts", [{}, {"second": ("b",)}, {"third": "z", "first": 9}, {"hidden": 4}, {"none": 1}])
@pytest.mark.parametrize("plain", [True, False])
def test_evolve_is_that_of_attrs(parts: dict[str, Any], plain: bool) -> None:
    """Of kinds that are made of all their fields, and of others."""

    @frozen
    class Plain:
        first: int
        second: tuple[str, ...] = ()
        third: str = "c"
        hidden: int = 0

    kind = Plain if plain else make(frozen)[1]
    one = kind(1, ("a",), "d")
    told = []
    for way in (ours_evolve, evolve):
        try:
            told.append(way(one, **parts))
        except TypeError as error:
            told.append(str(error))
    assert told[0] == told[1]
    assert isinstance(told[0], str) == ("none" in parts)


def test_a_hash_is_taken_once() -> None:
    """And again for a copy, which may be in another process, where words have other hashes."""
    taken = []

    class Word(str):
        def __hash__(self) -> int:
            taken.append(self)
            return super().__hash__()

    @frozen(cache_hash=True)
    class Named:
        name: Word

    named = Named(Word("a"))
    assert hash(named) == hash(named)
    assert len(taken) == 1
    copied = copy.copy(named)
    assert copied == named
    assert hash(copied) == hash(named)
    assert len(taken) == 2


def test_a_hash_that_is_kept_may_be_of_what_is_compared_in_a_way_of_its_own() -> None:
    """All that compares is then written by attrs."""

    @frozen(cache_hash=True)
    class Sorted:
        parts: tuple[int, ...] = field(eq=lambda parts: tuple(sorted(parts)))

    assert Sorted((1, 2)) == Sorted((2, 1))
    assert hash(Sorted((1, 2))) == hash(Sorted((2, 1)))
    assert [a.name for a in fields_of(Sorted)] == ["parts"]


@frozen
class Pickled:
    """Made anew by another process, that has made none of them."""

    value: int


def test_what_comes_without_init_has_its_methods() -> None:
    """Copies and what was pickled are no less frozen, and equal."""
    raw = pickle.dumps(Pickled(1))
    fresh = frozen(type("Pickled", (), {"__annotations__": {"value": int}, "__module__": __name__}))
    globals()["Pickled"], kept = fresh, Pickled
    try:
        loaded = pickle.loads(raw)
        assert type(loaded) is fresh
        assert loaded == fresh(1)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            loaded.value = 2
    finally:
        globals()["Pickled"] = kept
    assert copy.deepcopy(Pickled(1)) == Pickled(1)


@pytest.mark.parametrize(("late", "at_once"), [(frozen, attrs.frozen), (define, attrs.define), (dense, attrs.frozen)])
def test_what_a_class_says_itself_stands(late: Any, at_once: Any) -> None:
    """How it is shown and compared, what it does before and after it is filled, and what it asks of its parts."""

    def told(decorator: Any) -> list[Any]:
        @decorator
        class Own:
            part: int

            def __repr__(self) -> str:
                return "own"

            def __eq__(self, other: object) -> bool:
                return isinstance(other, Own)

        @decorator(repr=False)
        class Unseen:
            part: int

        @decorator
        class More:
            first: int
            second: list[str] = field(converter=list)
            third: int = 3

        @decorator
        class After:
            seen: ClassVar[list[int]] = []
            first: int
            before: int = field(init=False)
            second: int = 2

            def __attrs_pre_init__(self) -> None:
                self.seen.append(0)

            def __attrs_post_init__(self) -> None:
                self.seen.append(self.first + self.second)

        @decorator
        class Then:
            seen: ClassVar[list[int]] = []
            first: int
            second: int

            def __attrs_post_init__(self) -> None:
                self.seen.append(self.first + self.second)

        @decorator
        class Checked:
            part: int = field(validator=attrs.validators.instance_of(int))

        @decorator
        class Nothing:
            pass

        After(1), After(1, 4), Then(5, 6), Then(first=7, second=8)
        wrong: Any = "x"
        with pytest.raises(TypeError):
            Checked(wrong)
        with pytest.raises(TypeError):
            Own(1, none=3)  # type: ignore[call-arg]  # refused
        own = repr(Own(1)), Own(1) == Own(2), Own(1) == 1
        return [own, repr(Unseen(1))[:1], More(1, wrong, 4).second, After.seen, Then.seen, Nothing() == Nothing()]

    assert told(late) == told(at_once)


def test_what_is_hashed_before_it_is_compared() -> None:
    """Equals have one hash, others have others, those of another class of the same parts too."""
    (one, below), (other, _) = make(frozen), make(dense)
    for kind in (one, below, other):
        assert hash(kind(1)) == hash(kind(1))
        assert len({hash(kind(number)) for number in range(100)}) > 90
    assert hash(one(1)) != hash(below(1))


def test_an_error_has_its_arguments() -> None:
    """It is one of attrs, as errors are shown by what they were made of."""

    @frozen
    class Wrong(Exception):  # noqa: N818
        said: str

    assert Wrong("x").args == ("x",)
    assert str(Wrong("x")) == "x"


def test_a_part_that_compares_in_a_way_of_its_own_is_refused() -> None:
    """Where comparing is made here, it would not be heard."""

    @frozen
    class Keyed:
        part: str = field(eq=str.lower)

    @frozen
    class Hashed:
        part: str = field(hash=False)

    for kind in (Keyed, Hashed):
        with pytest.raises(TypeError, match="of their own"):
            assert kind("a") == kind("a")


def test_circles_are_shown() -> None:
    """A text that never ends is none."""

    @define(eq=False)
    class Node:
        inner: Any = None

    node = Node()
    node.inner = node
    assert repr(node).endswith("Node(inner=...)")


def test_threads_may_make_the_first_at_once() -> None:
    """Each gets a whole one."""
    base, below = make(frozen)
    made: list[Any] = []
    begin = threading.Barrier(8)

    def one(number: int) -> None:
        begin.wait()
        made.append((base if number % 2 else below)(number))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.first for each in made) == list(range(8))


def test_expressions_are_compiled_when_they_are_used() -> None:
    """And find what they find; what is wrong is said then."""
    late: Any = late_pattern(r"(?P<word>[ア-ン]+)の([0-9])", re.IGNORECASE)
    assert "match" not in vars(late)
    found = late.search("項目アの2")
    assert (found["word"], found[2]) == ("ア", "2")
    assert late.sub("x", "アの2イの3") == "xx"
    assert late.flags & re.IGNORECASE
    with pytest.raises(re.error):
        late_pattern("(").match("")
