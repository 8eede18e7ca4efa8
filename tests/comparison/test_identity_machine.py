"""Identity survives any sequence of renumberings: a model-based test over years of random revisions."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from effort import examples
from haiten.compiler.diagnostics import has_errors
from haiten.compiler.driver import compile_source
from haiten.compiler.printing.print_rulebook import print_rulebook
from haiten.compiler.revising.revise import revise
from haiten.compiler.source import Source
from haiten.compiler.syntax.expressions import PathRef
from haiten.compiler.syntax.labels import label_at
from haiten.compiler.syntax.revision import Action, Amendment, BaseLine, Delete, Insert, Renumber, Revision, Stretch
from haiten.compiler.syntax.rulebook import Header, Heading, Level, Mode, NodeDecl, Points, RulebookFile, Text
from haiten.compiler.syntax.scope import MUNICIPALITIES, Scope
from haiten.testing.grow import NOWHERE

ABOVE = "推進.Ⅰ.(ⅰ).1"
START = """言語 1
令和6年度 市町村 評価指標
交付金 推進 「交」 6点
  目標 Ⅰ 「目」 6点
    指標群 (ⅰ) 「群」 6点
      指標 1 「指」 6点
        ア 「A」 1点
        イ 「B」 1点
        ウ 「C」 1点
          ① 「C1」 1点
        エ 「D」 1点
"""


def target(path: str) -> PathRef:
    return PathRef(tuple(path.split(".")), NOWHERE)


def stretch(path: str) -> Stretch:
    return Stretch(target(path), None, NOWHERE)


def leaf(label: str, text: str) -> NodeDecl:
    cited = Text(text, (), NOWHERE)
    return NodeDecl(Heading(Level.ITEM, label, False, cited, Points(1, (), NOWHERE), Mode.SUM, None, None, NOWHERE))


class Years(RuleBasedStateMachine):
    """The model knows each item by the name in its text, where it stood in each year, and when it was born."""

    def __init__(self) -> None:
        super().__init__()
        self.year = 6
        self.pending: list[Action] = []
        self.made = 0

    @initialize()
    def begin(self) -> None:
        book = compile_source(Source("start", START)).syntax
        assert book is not None
        self.book: RulebookFile = book
        # Name of each item → its label now; None once it is gone.
        self.labels = {"A": "ア", "B": "イ", "C": "ウ", "D": "エ"}
        self.past: dict[str, dict[int, str]] = {name: {6: label} for name, label in self.labels.items()}

    def stood(self) -> dict[str, str]:
        return {label: name for name, label in self.labels.items()}

    @rule(data=st.data())
    def permute(self, data: Any) -> None:
        """Some items change places, all at once."""
        names = data.draw(st.lists(st.sampled_from(sorted(self.labels)), min_size=2, unique=True))
        labels = [self.labels[name] for name in names]
        turned = [*labels[1:], labels[0]]
        moves = tuple((stretch(f"{ABOVE}.{a}"), stretch(f"{ABOVE}.{b}")) for a, b in zip(labels, turned, strict=True))
        self.pending.append(Renumber(moves))
        self.labels |= dict(zip(names, turned, strict=True))

    @rule(data=st.data())
    def free(self, data: Any) -> None:
        """An item moves to a label that nobody has."""
        name = data.draw(st.sampled_from(sorted(self.labels)))
        free = [label for n in range(30) if (label := label_at(Level.ITEM, n)) not in self.labels.values()]
        label = data.draw(st.sampled_from(free[:6]))
        assert label is not None
        self.pending.append(Renumber(((stretch(f"{ABOVE}.{self.labels[name]}"), stretch(f"{ABOVE}.{label}")),)))
        self.labels[name] = label

    @rule(data=st.data())
    def delete(self, data: Any) -> None:
        """An item goes for good."""
        if len(self.labels) < 3:
            return
        name = data.draw(st.sampled_from(sorted(self.labels)))
        self.pending.append(Delete(target(f"{ABOVE}.{self.labels.pop(name)}")))

    @rule(data=st.data())
    def insert(self, data: Any) -> None:
        """A new item takes a free label, maybe that of one which went."""
        anchor = data.draw(st.sampled_from(sorted(self.labels)))
        free = [label for n in range(30) if (label := label_at(Level.ITEM, n)) not in self.labels.values()]
        label = data.draw(st.sampled_from(free[:4]))
        assert label is not None
        self.made += 1
        name = f"N{self.made}"
        self.pending.append(Insert(target(f"{ABOVE}.{self.labels[anchor]}"), "次", (leaf(label, name),)))
        self.labels[name] = label
        self.past[name] = {}

    @rule(consolidate=st.booleans())
    def turn_of_the_year(self, consolidate: bool) -> None:
        """All of this becomes next year's revision; the result may go through its own text."""
        old, self.year = self.year, self.year + 1
        header = Header(f"令和{self.year}年度", Scope(MUNICIPALITIES), NOWHERE)
        line = BaseLine(f"令和{old}年度", Scope(MUNICIPALITIES), NOWHERE)
        amendments = tuple(Amendment(action, NOWHERE) for action in self.pending)
        made = revise(self.book, Revision(header, line, None, amendments))
        assert not has_errors(made.diagnostics), made.diagnostics
        assert made.rulebook is not None
        self.book, self.pending = made.rulebook, []
        if consolidate:
            again = compile_source(Source("consolidated", print_rulebook(self.book))).syntax
            assert again == self.book
            assert again is not None
            self.book = again
        for name, label in self.labels.items():
            self.past[name][self.year] = label

    @invariant()
    def identities_are_those_of_the_model(self) -> None:
        """By year and place of birth, and where each stood in every year since."""
        if self.pending:
            return
        program = compile_source(Source("now", print_rulebook(self.book))).program
        assert program is not None
        stood = {node.text: node for node in program.nodes.values() if node.level is Level.ITEM}
        assert set(stood) == set(self.labels)
        for name, node in stood.items():
            assert node.label == self.labels[name]
            born = min(self.past[name])
            assert node.identity == f"令和{born}年度:市町村:{ABOVE}.{self.past[name][born]}"
            for year in range(6, self.year + 1):
                label = self.past[name].get(year)
                assert node.lineage.path_in(f"令和{year}年度") == (f"{ABOVE}.{label}" if label else None)
        if "C" in stood:
            (below,) = stood["C"].children
            assert program.nodes[below].identity == f"令和6年度:市町村:{ABOVE}.ウ.①"


TestYears = Years.TestCase
TestYears.settings = settings(max_examples=examples(60), stateful_step_count=25)
