"""What a requirement counts, and points read of, stays what it was when a revision moves, adds and deletes among it.

An independent reading of amendments: labels are places in plain lists of names, statements move names about, and each
reference is the set of names that it stood for in the base. The compiled revision has to say the same, by the texts of
the nodes that it refers to, and so has its consolidated text.
"""

import random
from collections import Counter

from attrs import field, frozen
from hypothesis import given, settings

from effort import examples
from haiten.compiler.diagnostics import Severity
from haiten.compiler.driver import Compilation, compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.program.program import Program
from haiten.compiler.program.terms import Condition, Met, ScoreValue
from haiten.compiler.program.walk import conditions_in, values_in
from haiten.compiler.proofs.sheets import Sheet
from haiten.compiler.source import Source
from haiten.scoring.facts.facts import facts_from
from haiten.scoring.rulebook import Rulebook
from haiten.testing.reading import RestOfWhole, SecondReading
from strategies import SEEDS

CIRCLED, KANA = "①②③④⑤⑥⑦⑧⑨⑩", "アイウエオカキクケコ"
TOP = "推進.Ⅰ.(ⅰ)"


def places(kind: str) -> str:
    return CIRCLED if kind == "sub" else KANA


@frozen
class Reader:
    """A leaf that refers to others: how it writes that, the names it means, and how many of them it asks for."""

    name: str
    condition: str
    means: Counter[str]
    count: int | None = None


@frozen
class Model:
    """Names of nodes in the order of their labels, by the node above; what was deleted; the statements so far."""

    draw: random.Random
    below: dict[str, list[str]]
    statements: list[str] = field(factory=list)
    deleted: set[str] = field(factory=set)
    added: list[str] = field(factory=list)

    def path(self, name: str) -> str:
        """Where a node stands now."""
        for above, names in self.below.items():
            if name in names:
                label = places("sub" if above in ("A", "B") else "item")[names.index(name)]
                return f"{self.path(above)}.{label}"
        return {"1": f"{TOP}.1", "2": f"{TOP}.2"}[name]

    def group(self) -> str:
        return self.draw.choice(["A", "A", "B", "1"])

    def at(self, above: str, place: int) -> str:
        return f"{self.path(above)}.{places('sub' if above in ('A', 'B') else 'item')[place]}"

    def moves(self, pairs: list[tuple[str, str]]) -> None:
        """Names of paths as they were and as they will be, all at once."""
        said = "とし、".join(f"{old} を {new} " for old, new in pairs if old != new)
        if said:
            self.statements.append(f"{said}とする。")

    def permute(self) -> None:
        above = self.group()
        names = self.below[above]
        old = {name: self.path(name) for name in names}
        self.draw.shuffle(names)
        self.moves([(old[name], self.at(above, place)) for place, name in enumerate(names)])

    def insert(self) -> None:
        """A new node among the others, which make room one by one, the last first, or all at once."""
        above = self.draw.choice(["A", "B"])
        names = self.below[above]
        place = self.draw.randint(0, len(names))
        pairs = [(self.at(above, at), self.at(above, at + 1)) for at in range(place, len(names))]
        if self.draw.random() < 0.5:
            self.moves(pairs[::-1])
        else:
            for pair in pairs[::-1]:
                self.moves([pair])
        name = f"N{len(self.added) + 1}"
        self.added.append(name)
        label = CIRCLED[place]
        clause = f"  {label} 「{name}」〔推定〕 0点〔推定〕"
        if place:
            self.statements.append(f"{self.at(above, place - 1)} の次に次のように加える。\n{clause}")
        else:
            self.statements.append(f"{self.at(above, 1)} の前に次のように加える。\n{clause}")
        names.insert(place, name)

    def delete(self, counted: set[str]) -> None:
        """A node goes, now and then one that is counted; the others close up."""
        above = self.draw.choice(["A", "B"])
        names = self.below[above]
        going = [name for name in names if name not in counted or self.draw.random() < 0.1]
        going = [name for name in going if not name.startswith("K")]
        if len(names) < 3 or not going:
            return
        name = self.draw.choice(going)
        place = names.index(name)
        self.statements.append(f"{self.path(name)} を削る。")
        self.moves([(self.at(above, at), self.at(above, at - 1)) for at in range(place + 1, len(names))])
        names.remove(name)
        self.deleted.add(name)

    def carry(self) -> None:
        """A node goes over to the other parent, as its last; those behind it close up."""
        above, other = self.draw.choice([("A", "B"), ("B", "A")])
        names = self.below[above]
        if len(names) < 3 or len(self.below[other]) > 8:
            return
        name = self.draw.choice(names)
        place = names.index(name)
        self.moves([(self.path(name), self.at(other, len(self.below[other])))])
        self.moves([(self.at(above, at), self.at(above, at - 1)) for at in range(place + 1, len(names))])
        names.remove(name)
        self.below[other].append(name)


def base_text(model: Model, readers: list[Reader]) -> str:
    lines = [
        "言語 1\n令和6年度 市町村 評価指標\n出典 要綱 「要綱」\n事実 過疎 : 該当",
        "交付金 推進 「交」〔要綱〕 0点〔要綱〕",
        "目標 Ⅰ 「目」〔要綱〕 0点\n指標群 (ⅰ) 「群」〔要綱〕 0点",
    ]
    by_name = {reader.name: reader for reader in readers}

    def leaf(label: str, name: str) -> str:
        reader = by_name.get(name)
        asked = "" if reader is None else f" 要件 {reader.condition}"
        return f"{label} 「{name}」〔要綱〕 0点{asked}"

    for number in ("1", "2"):
        lines.append(f"指標 {number} 「{number}」〔要綱〕 0点")
        for label, name in zip(KANA, model.below[number], strict=False):
            lines.append(leaf(label, name))
            lines += [leaf(sub, below) for sub, below in zip(CIRCLED, model.below.get(name, []), strict=False)]
    return "\n".join(lines) + "\n"


def readers_of(draw: random.Random, model: Model) -> list[Reader]:
    """Leaves that count, name and add up others, by ranges and lists, short and long; K1 and K2 stand among them."""
    return [reader_of(name, draw, model) for name in ("K1", "K2", "K3", "K4", "K5")]


def reader_of(name: str, draw: random.Random, model: Model) -> Reader:
    home = next(above for above, names in model.below.items() if name in names)
    above = home if home in ("A", "B") and draw.random() < 0.8 else draw.choice(["A", "B"])
    # Those before the one that counts: K1 and K2 do not count each other.
    known = model.below[above][: model.below[above].index("K1" if above == "A" else "K2")]

    def said(n: str) -> str:
        return model.path(n).rpartition(".")[2] if home == above else model.path(n)

    first = draw.randrange(len(known) - 1)
    run = known[first : draw.randrange(first + 1, len(known)) + 1]
    kind = draw.random()
    if kind < 0.2:
        condition = f"{said(run[0])} のうち (過疎 かつ {said(run[-1])} でない)"
        return Reader(name, condition, Counter([run[0], run[-1]]))
    if kind < 0.4:
        return Reader(name, f"得点({said(run[0])}) が 0点以上", Counter(run[:1]))
    extra = draw.sample(known, draw.randrange(2))
    members = [f"{said(run[0])}～{said(run[-1])}"] if kind < 0.8 else [said(n) for n in run]
    members += [said(n) for n in extra]
    count = draw.randint(1, len(run) + len(extra))
    return Reader(name, f"{'、'.join(members)} のうち {count}つ以上", Counter([*run, *extra]), count)


def drawn(seed: int) -> tuple[Model, list[Reader], str]:
    draw = random.Random(seed)
    below = {
        "1": ["A", "B", "C"],
        "2": ["D", "K3", "K4", "K5"],
        "A": [f"A{n}" for n in range(1, draw.randint(4, 6))],
        "B": [f"B{n}" for n in range(1, draw.randint(4, 6))],
    }
    below["A"].insert(draw.randint(2, len(below["A"])), "K1")
    below["B"].append("K2")
    model = Model(draw, below)
    readers = readers_of(draw, model)
    text = base_text(model, readers)
    counted = {name for reader in readers for name in reader.means}
    for _ in range(draw.randint(1, 4)):
        draw.choice([model.permute, model.insert, model.insert, model.carry, lambda: model.delete(counted)])()
    return model, readers, text


def referred(condition: Condition, program: Program) -> Counter[str]:
    """The texts of the nodes that a condition names or reads the points of."""
    paths = [part.path for part in conditions_in(condition) if isinstance(part, Met)]
    for value in values_in(condition):
        paths += (
            value.paths if isinstance(value, ScoreValue) else value.excluded if isinstance(value, RestOfWhole) else ()
        )
    return Counter(program.nodes[path].text for path in paths)


def hold(program: Program, model: Model, readers: list[Reader]) -> None:
    """Every leaf stands where the model has it, and refers to what it referred to."""
    by_text = {node.text: node for node in program.nodes.values()}
    reading = SecondReading(program)
    for names in model.below.values():
        for name in names:
            assert by_text[name].path == model.path(name), name
            since = "令和7年度" if name in model.added else "令和6年度"
            assert by_text[name].identity.startswith(since), name
    for reader in readers:
        node = by_text[reader.name]
        assert node.condition is not None
        wanted = reader.means if reader.count else set(reader.means)
        for found in (node.condition, reading.condition_of(node.path)):
            said = referred(found, program)
            assert (said if reader.count else set(said)) == wanted, (reader, said)


def hold_counts(made: Compilation, readers: list[Reader], draw: random.Random) -> None:
    """Whoever answers yes to so many of what is counted meets it, and nobody else."""
    assert made.program is not None
    program = made.program
    by_text = {node.text: node.path for node in program.leaves}
    asked = [name for name, path in by_text.items() if program.nodes[path].answered]
    answers = [{name: draw.random() < 0.5 for name in asked} for _ in range(8)]
    sheets = [Sheet({}, {by_text[name]: yes for name, yes in said.items()}) for said in answers]
    scores = Rulebook(made).score(facts_from(program, sheets))
    for reader in readers:
        if reader.count is not None:
            met = scores.run.outcome(by_text[reader.name]).certain.tolist()
            times = [sum(reader.means[name] for name, yes in said.items() if yes) for said in answers]
            assert met == [number >= reader.count for number in times], reader


@settings(max_examples=examples(120))
@given(SEEDS)
def test_references_hold_what_they_meant(seed: int) -> None:
    """After any moves, additions and deletions; what was counted and is gone is told (H614)."""
    model, readers, text = drawn(seed)
    base = compile_source(Source("base", text))
    assert base.ok, base.diagnostics
    assert base.program is not None
    opening = "言語 1\n令和7年度 市町村 評価指標\n令和6年度 市町村 評価指標 を次のように改正する。\n\n"
    made = compile_source(Source("revision", opening + "\n".join(model.statements)), base)
    if any(name in model.deleted for reader in readers for name in reader.means):
        assert {d.code for d in made.diagnostics if d.severity is Severity.ERROR} == {"H614"}, made.diagnostics
        return
    assert made.ok, (made.diagnostics, model.statements)
    assert made.program is not None
    hold(made.program, model, readers)
    hold_counts(made, readers, model.draw)
    again = compile_source(Source("consolidated", print_rulebook(made.program.syntax)))
    assert again.ok, again.diagnostics
    assert again.program is not None
    hold(again.program, model, readers)
