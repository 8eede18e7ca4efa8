"""What scoring gives a Python program: scores that can say why."""

from haiten.compiler.late import dense
from haiten.scoring.explaining.explain import Trace, explain
from haiten.scoring.running.scores import Scores


@dense(eq=False)
class ExplainedScores(Scores):
    """Scores, and the reasons for them."""

    def explain(self, code: str, path: str | None = None) -> tuple[Trace, ...]:
        """Why a body got its points at a node, or at all grants.

        Args:
            code: 団体コード, with or without its check digit.
            path: canonical path of a node.

        Raises:
            KeyError: there is no such body or node.
        """
        body = self.index(code)
        if body is None:
            raise KeyError(code)
        return explain(self, body, path)
