"""How the invented values of each fact spread, from the best body to the worst. All of it is 〔推定〕.

The knots are set so that the raw values that were published for one real village (推進Ⅳ and others of R6) stand where
they stood in the nation; the rest is only meant to look likely. Ties follow from the published counts, not from here.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from attrs import frozen

from bodies import Floats

_USUAL: Final = (0.0, 0.1, 0.3, 0.5, 0.7, 1.0)


@frozen
class Spread:
    """Values by rank.

    Attributes:
        values: from the best to the worst, in the unit of the fact; of a ratio in that of its numerator per person.
        ranks: the share of the bodies that is better, for each value.
        pull: how much a body's ability decides its rank, from 0 to 1.
        least: the least that a numerator can be, in the unit of its last decimal.
    """

    values: Sequence[float]
    ranks: Sequence[float] = _USUAL
    pull: float = 0.3
    least: int = 1

    def draw(self, size: int, decimals: int, rng: np.random.Generator) -> Floats:
        """Values of so many bodies, the best first, in units of the last decimal and not yet rounded."""
        ranks = (np.arange(size) + rng.random(size)) / max(size, 1)
        return np.asarray(np.interp(ranks, self.ranks, self.values) * 10**decimals)


SPREADS: Final = {
    "給付費伸び率指数": Spread((0.88, 0.985, 1.02, 1.045, 1.075, 1.25), pull=0.1),
    "PFS委託事業数": Spread((5, 3, 2, 1, 1, 1), pull=0.4),
    "ケアプラン点検割合": Spread((100, 40, 15, 7, 3, 0)),
    "医療情報突合割合": Spread((100, 100, 90, 40, 0), ranks=(0, 0.55, 0.6, 0.72, 1)),
    "魅力研修修了者数": Spread((0.02, 0.004, 0.0015, 0.0008, 0.0004, 0.00005), pull=0.45),
    "定着研修修了者数": Spread((0.03, 0.006, 0.0025, 0.0013, 0.0006, 0.0001), pull=0.45),
    "介護支援専門員研修日数": Spread((60, 24, 12, 8, 5, 1), pull=0.45),
    "短期軽度変化率": Spread((10, 27, 36, 43, 50, 80), pull=0.05),
    "前年度.短期軽度変化率": Spread((-30, -12, -5, 0, 5, 30), pull=0.05),
    "長期軽度変化率": Spread((50, 75, 90, 100, 112, 170), pull=0.05),
    "短期中重度変化率": Spread((-15, -8, -4.5, -2.5, -0.5, 10), pull=0.05),
    "前年度.短期中重度変化率": Spread((-25, -8, -3.5, -0.5, 2.5, 20), pull=0.05),
    "長期中重度変化率": Spread((-10, 2, 6, 9, 12, 25), pull=0.05),
    "調整済認定率": Spread((5.5, 7.2, 8.2, 8.9, 9.6, 13), pull=0.05),
    "認定率変化率": Spread((-12, -4, -1.5, 0, 1.5, 8), pull=0.05),
    "三職種数": Spread((0.006, 0.0016, 0.001, 0.00085, 0.0007, 0.0004), pull=0.05),
    "包括組織運営達成率": Spread((100, 100, 96, 90, 80, 30), ranks=(0, 0.11, 0.3, 0.5, 0.7, 1), pull=0.4),
    "包括個別業務達成率": Spread((100, 100, 94, 87, 76, 25), ranks=(0, 0.11, 0.3, 0.5, 0.7, 1), pull=0.4),
    "包括事業間連携達成率": Spread((100, 100, 92, 82, 70, 20), ranks=(0, 0.11, 0.3, 0.5, 0.7, 1), pull=0.4),
    "個別事例検討割合": Spread((8, 1.2, 0.45, 0.25, 0.12, 0)),
    "通いの場参加率": Spread((40, 16, 9.5, 6.5, 4, 0)),
    "通いの場週一回参加率": Spread((30, 9, 5, 3, 1.5, 0)),
    "ポイント事業参加率": Spread((40, 15, 7, 4, 1.5, 0.05), pull=0.4),
    "維持改善者割合": Spread((100, 100, 90, 75, 55, 5), ranks=(0, 0.11, 0.3, 0.5, 0.7, 1), pull=0.4),
    "生活支援コーディネーター数": Spread((0.006, 0.0014, 0.0008, 0.0005, 0.00035, 0.0001), pull=0.05, least=5),
    "コーディネーター会議参加割合": Spread((100, 100, 85, 62, 40, 0), ranks=(0, 0.57, 0.6, 0.72, 0.76, 1)),
    "多様なサービス割合一": Spread((100, 100, 60, 40, 20, 0), pull=0.4),
    "多様なサービス割合二": Spread((90, 45, 25, 12, 5, 0), pull=0.4),
    "多様なサービス割合三": Spread((80, 40, 22, 10, 4, 0), pull=0.4),
    "認知症サポーター数": Spread((1.5, 0.75, 0.5, 0.38, 0.28, 0.03), pull=0.1),
    "ステップアップ修了者数": Spread((0.02, 0.006, 0.003, 0.0015, 0.0008, 0.0001), pull=0.4),
    "推進員業務数": Spread((14, 10, 8, 6, 4, 0), pull=0.4),
    "入院時情報連携割合": Spread((20, 8, 5.5, 4, 2.8, 0), pull=0.2),
    "退院退所加算割合": Spread((8, 2.5, 1.4, 0.9, 0.5, 0), pull=0.2),
    "看取り加算割合一": Spread((15, 5, 3, 2, 1.2, 0), pull=0.2),
    "看取り加算割合二": Spread((20, 7, 4.5, 3, 1.8, 0), pull=0.2),
}

# Prefectures differ less than their municipalities do.
PREFECTURAL_SPREADS: Final = {
    "給付費の差": Spread((-32_000, -18_000, -7_000, 0, 8_000, 30_000), pull=0.05),
    "認定率の差": Spread((-3.2, -1.8, -0.7, 0, 0.8, 2.9), pull=0.05),
    "伴走支援回数": Spread((320, 140, 70, 42, 24, 0), pull=0.4),
    "管内ケアプラン点検割合": Spread((82, 48, 31, 22, 15, 4)),
    "管内医療情報突合割合": Spread((99, 96, 88, 79, 66, 30)),
    "短期軽度変化率": Spread((27, 33, 37, 40, 43, 52), pull=0.05),
    "前年度.短期軽度変化率": Spread((-12, -6, -2, 0, 2, 11), pull=0.05),
    "長期軽度変化率": Spread((78, 88, 95, 100, 105, 121), pull=0.05),
    "短期中重度変化率": Spread((-7, -5, -3.6, -2.6, -1.6, 2), pull=0.05),
    "前年度.短期中重度変化率": Spread((-9, -5, -2, -0.5, 1.2, 7), pull=0.05),
    "長期中重度変化率": Spread((1, 4.5, 6.8, 8.6, 10.3, 15), pull=0.05),
    "調整済認定率": Spread((7.1, 7.9, 8.5, 8.9, 9.3, 10.4), pull=0.05),
    "認定率変化率": Spread((-4.5, -2.4, -1.1, -0.2, 0.6, 3.1), pull=0.05),
    "管内三職種数": Spread((0.0017, 0.0012, 0.00097, 0.00088, 0.0008, 0.00064), pull=0.05),
    "管内包括達成率一": Spread((99, 96, 92, 89, 85, 71)),
    "管内包括達成率二": Spread((98, 94, 90, 86, 81, 66)),
    "管内包括達成率三": Spread((98, 92, 87, 82, 76, 60)),
    "管内個別事例検討割合": Spread((1.8, 0.9, 0.52, 0.36, 0.25, 0.08)),
    "管内通いの場参加率": Spread((17, 11, 8.3, 6.8, 5.4, 2.5)),
    "管内通いの場週一回参加率": Spread((9, 5.8, 4.1, 3.1, 2.3, 0.8)),
    "管内ポイント事業参加率": Spread((14, 8.5, 5.4, 3.9, 2.7, 0.6)),
    "管内維持改善者割合": Spread((93, 86, 78, 72, 66, 48)),
    "管内生活支援コーディネーター数": Spread((0.0012, 0.0007, 0.00045, 0.00035, 0.00028, 0.00015), pull=0.05, least=5),
    "管内コーディネーター会議参加割合": Spread((94, 85, 74, 66, 57, 35)),
    "管内認知症サポーター数": Spread((0.8, 0.6, 0.48, 0.42, 0.36, 0.22), pull=0.1),
    "管内ステップアップ修了者数": Spread((0.006, 0.0035, 0.0022, 0.0016, 0.0011, 0.0003)),
    "管内チームオレンジ設置割合": Spread((100, 92, 78, 66, 54, 25), pull=0.4),
    "管内推進員業務数": Spread((420, 300, 220, 170, 130, 60)),
    "管内入院時情報連携割合": Spread((7.5, 5.6, 4.7, 4.2, 3.7, 2.5), pull=0.2),
    "管内退院退所加算割合": Spread((2.3, 1.6, 1.2, 1, 0.8, 0.4), pull=0.2),
    "管内看取り加算割合一": Spread((4.6, 3.3, 2.6, 2.2, 1.8, 1), pull=0.2),
    "管内看取り加算割合二": Spread((6.4, 4.7, 3.8, 3.3, 2.8, 1.6), pull=0.2),
}
