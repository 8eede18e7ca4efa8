-- 令和6年度 市町村 評価指標（spark）
-- 規則の指紋 1aad3a85f45a4127b7f9c9e0644f15de2233306c67eb18abaf303d9da8a2c985
WITH level_0 AS (
  SELECT
    `団体コード`,
    CAST(CAST(CAST(`給付費` AS DECIMAL(16, 1)) AS DECIMAL(17, 1)) * 10 AS BIGINT) AS s0, /* 給付費 */
    CAST(CAST(`人口` AS DECIMAL(15, 0)) AS BIGINT) AS s1, /* 人口 */
    CAST(`過疎` AS BOOLEAN) AS s8, /* 過疎 の答え */
    CAST(CAST(CAST(`前年度.給付費` AS DECIMAL(16, 1)) AS DECIMAL(17, 1)) * 10 AS BIGINT) AS s12, /* 前年度.給付費 */
    CAST(`推進.Ⅰ.(ⅰ).2.ア` AS BOOLEAN) AS s18, /* 推進.Ⅰ.(ⅰ).2.ア の答え */
    CAST(`推進.Ⅰ.(ⅰ).2.イ` AS BOOLEAN) AS s20 /* 推進.Ⅰ.(ⅰ).2.イ の答え */
  FROM facts
), level_1 AS (
  SELECT
    *,
    CASE WHEN s1 > 0 THEN s0 WHEN s1 < 0 THEN -s0 END AS s2,
    10 * NULLIF(ABS(s1), 0) AS s2d,
    CASE WHEN s1 IS NULL THEN CAST(NULL AS INT) WHEN s1 >= 10000 THEN 0 ELSE 1 END AS s4, /* 規模: 0 大、1 小 */
    (
      NOT s1 IS NULL
    ) AND COALESCE(s8, FALSE) AS s9h,
    s0 - s12 AS s13,
    NULLIF(COUNT(s0) OVER (), 0) AS s15c,
    SUM(CAST(s0 AS DECIMAL(38, 0))) OVER () AS s15,
    NOT s8 AS s21 /* 過疎 でない */
  FROM level_0
), level_2 AS (
  SELECT
    *,
    CAST((
      CAST(s2 AS DECIMAL(38, 0)) - CAST(s2 AS DECIMAL(38, 0)) % CAST(s2d AS DECIMAL(38, 0))
    ) / CAST(s2d AS DECIMAL(38, 0)) AS DECIMAL(38, 0)) AS s5vk0,
    s2 % s2d AS s5vr0,
    CASE
      WHEN s9h
      THEN CAST(RANK() OVER (PARTITION BY s9h ORDER BY s1 DESC) AS BIGINT)
    END AS s9, /* 人口 の順位 */
    CAST(COUNT(*) OVER (PARTITION BY s9h) AS BIGINT) AS s9n,
    CAST((
      CAST((
        s13 * 2
      ) + CASE WHEN s13 < 0 THEN -10 ELSE 10 END AS DECIMAL(38, 0)) - CAST((
        s13 * 2
      ) + CASE WHEN s13 < 0 THEN -10 ELSE 10 END AS DECIMAL(38, 0)) % CAST(20 AS DECIMAL(38, 0))
    ) / CAST(20 AS DECIMAL(38, 0)) AS DECIMAL(38, 0)) AS s14,
    10 * s15c AS s15d,
    s20 AND s21 AS s22 /* 該当 かつ 過疎 でない */
  FROM level_1
), level_3 AS (
  SELECT
    *,
    CAST((
      CAST(CAST(s5vr0 AS DECIMAL(38, 0)) * 10000000000000000 AS DECIMAL(38, 0)) - CAST(CAST(s5vr0 AS DECIMAL(38, 0)) * 10000000000000000 AS DECIMAL(38, 0)) % CAST(s2d AS DECIMAL(38, 0))
    ) / CAST(s2d AS DECIMAL(38, 0)) AS DECIMAL(38, 0)) AS s5vk1,
    (
      CAST(s5vr0 AS DECIMAL(38, 0)) * 10000000000000000
    ) % CAST(s2d AS DECIMAL(38, 0)) AS s5vr1,
    (
      NOT s5vk0 IS NULL
    ) AND (
      COALESCE(s4, -1) >= 0
    ) AS s5h,
    CASE WHEN NOT COALESCE(s8, TRUE) THEN FALSE ELSE s9 <= 2 END AS s10, /* 過疎 のうち 人口 が 上位2位 */
    (
      s14 * CAST(s15d AS DECIMAL(38, 0))
    ) < s15 AS s16, /* 四捨五入(給付費 － 前年度(給付費), 小数0桁) が 全国平均(給付費) 未満 */
    COALESCE(s9, 2) AS `順位0.推進.Ⅰ.(ⅰ).1.イ`,
    CASE WHEN s9 IS NULL THEN 1 ELSE s9n END AS `母数0.推進.Ⅰ.(ⅰ).1.イ`,
    (
      NOT s9 IS NULL
    ) OR (
      NOT COALESCE(s8, TRUE)
    ) AS `順位確定.推進.Ⅰ.(ⅰ).1.イ`,
    LEAST(CASE WHEN s18 THEN 3 ELSE 0 END + CASE WHEN s22 THEN 3 ELSE 0 END, 5) AS `得点.推進.Ⅰ.(ⅰ).2`,
    LEAST(CASE WHEN NOT s18 THEN 0 ELSE 3 END + CASE WHEN NOT s22 THEN 0 ELSE 3 END, 5) AS `可能.推進.Ⅰ.(ⅰ).2`,
    CASE WHEN s18 THEN 1 ELSE 0 END + CASE WHEN s22 THEN 1 ELSE 0 END AS s24y,
    CASE WHEN NOT s18 THEN 1 ELSE 0 END + CASE WHEN NOT s22 THEN 1 ELSE 0 END AS s24n
  FROM level_2
), level_4 AS (
  SELECT
    *,
    CAST((
      CAST(s5vr1 * 10000000000000000 AS DECIMAL(38, 0)) - CAST(s5vr1 * 10000000000000000 AS DECIMAL(38, 0)) % CAST(s2d AS DECIMAL(38, 0))
    ) / CAST(s2d AS DECIMAL(38, 0)) AS DECIMAL(38, 0)) AS s5vk2,
    CAST(COUNT(*) OVER (PARTITION BY s5h, s4) AS BIGINT) AS s5n,
    `順位0.推進.Ⅰ.(ⅰ).1.イ` <= (
      2 * `母数0.推進.Ⅰ.(ⅰ).1.イ`
    ) AS t35,
    `順位確定.推進.Ⅰ.(ⅰ).1.イ`
    AND (
      (
        2 * `母数0.推進.Ⅰ.(ⅰ).1.イ`
      ) < `順位0.推進.Ⅰ.(ⅰ).1.イ`
    ) AS t37,
    CASE WHEN s24y >= 1 THEN TRUE WHEN NOT (
      2 - s24n >= 1
    ) THEN FALSE END AS s24 /* 推進.Ⅰ.(ⅰ).2.ア、推進.Ⅰ.(ⅰ).2.イ のうち 1つ以上 */
  FROM level_3
), level_5 AS (
  SELECT
    *,
    CASE
      WHEN s5h
      THEN CAST(RANK() OVER (
        PARTITION BY s5h, s4
        ORDER BY s5vk0 ASC NULLS LAST, s5vk1 ASC NULLS LAST, s5vk2 ASC NULLS LAST
      ) AS BIGINT)
    END AS s5, /* 比率 の順位 */
    CASE WHEN s24 THEN 3 ELSE 0 END AS `得点.推進.Ⅰ.(ⅰ).3`,
    CASE WHEN NOT s24 THEN 0 ELSE 3 END AS `可能.推進.Ⅰ.(ⅰ).3`
  FROM level_4
), level_6 AS (
  SELECT
    *,
    CASE WHEN COALESCE(s4, 0) < 0 THEN FALSE ELSE (
      s5 * 10
    ) <= (
      s5n * 3
    ) END AS s6, /* 比率 が 規模別 上位3割 */
    COALESCE(s5, 2) AS `順位0.推進.Ⅰ.(ⅰ).1.ア`,
    CASE WHEN s5 IS NULL THEN 1 ELSE s5n END AS `母数0.推進.Ⅰ.(ⅰ).1.ア`,
    (
      NOT s5 IS NULL
    ) OR (
      COALESCE(s4, 0) < 0
    ) AS `順位確定.推進.Ⅰ.(ⅰ).1.ア`
  FROM level_5
), level_7 AS (
  SELECT
    *,
    `順位確定.推進.Ⅰ.(ⅰ).1.イ`
    AND (
      (
        `順位0.推進.Ⅰ.(ⅰ).1.ア` * `母数0.推進.Ⅰ.(ⅰ).1.イ`
      ) <= (
        `順位0.推進.Ⅰ.(ⅰ).1.イ` * `母数0.推進.Ⅰ.(ⅰ).1.ア`
      )
    ) AS t32,
    `順位0.推進.Ⅰ.(ⅰ).1.ア` <= (
      2 * `母数0.推進.Ⅰ.(ⅰ).1.ア`
    ) AS t33,
    `順位確定.推進.Ⅰ.(ⅰ).1.ア`
    AND (
      (
        `順位0.推進.Ⅰ.(ⅰ).1.イ` * `母数0.推進.Ⅰ.(ⅰ).1.ア`
      ) < (
        `順位0.推進.Ⅰ.(ⅰ).1.ア` * `母数0.推進.Ⅰ.(ⅰ).1.イ`
      )
    ) AS t34,
    `順位確定.推進.Ⅰ.(ⅰ).1.ア`
    AND (
      (
        2 * `母数0.推進.Ⅰ.(ⅰ).1.ア`
      ) < `順位0.推進.Ⅰ.(ⅰ).1.ア`
    ) AS t36,
    GREATEST(
      CASE WHEN s6 THEN 4 ELSE 0 END,
      CASE WHEN s10 THEN 3 ELSE 0 END,
      CASE WHEN s16 THEN 2 ELSE 0 END
    ) AS `得点.推進.Ⅰ.(ⅰ).1`,
    GREATEST(
      CASE WHEN NOT s6 THEN 0 ELSE 4 END,
      CASE WHEN NOT s10 THEN 0 ELSE 3 END,
      CASE WHEN NOT s16 THEN 0 ELSE 2 END
    ) AS `可能.推進.Ⅰ.(ⅰ).1`
  FROM level_6
), level_8 AS (
  SELECT
    *,
    `得点.推進.Ⅰ.(ⅰ).1` + `得点.推進.Ⅰ.(ⅰ).2` + `得点.推進.Ⅰ.(ⅰ).3` AS `得点.推進.Ⅰ.(ⅰ)`,
    `可能.推進.Ⅰ.(ⅰ).1` + `可能.推進.Ⅰ.(ⅰ).2` + `可能.推進.Ⅰ.(ⅰ).3` AS `可能.推進.Ⅰ.(ⅰ)`,
    (
      CASE WHEN NOT s10 THEN 0 ELSE 3 END < CASE WHEN s6 THEN 4 ELSE 0 END
      OR (
        CASE WHEN NOT s10 THEN 0 ELSE 3 END = CASE WHEN s6 THEN 4 ELSE 0 END AND t32
      )
    )
    AND (
      CASE WHEN NOT s16 THEN 0 ELSE 2 END < CASE WHEN s6 THEN 4 ELSE 0 END
      OR (
        CASE WHEN NOT s16 THEN 0 ELSE 2 END = CASE WHEN s6 THEN 4 ELSE 0 END AND t33
      )
    ) AS `算入確実.推進.Ⅰ.(ⅰ).1.ア`,
    (
      NOT (
        CASE WHEN NOT s6 THEN 0 ELSE 4 END < CASE WHEN s10 THEN 3 ELSE 0 END
        OR (
          CASE WHEN NOT s6 THEN 0 ELSE 4 END = CASE WHEN s10 THEN 3 ELSE 0 END AND t34
        )
      )
    )
    AND (
      NOT (
        CASE WHEN NOT s6 THEN 0 ELSE 4 END < CASE WHEN s16 THEN 2 ELSE 0 END
        OR (
          CASE WHEN NOT s6 THEN 0 ELSE 4 END = CASE WHEN s16 THEN 2 ELSE 0 END AND t36
        )
      )
    ) AS `算入可能.推進.Ⅰ.(ⅰ).1.ア`,
    (
      CASE WHEN NOT s6 THEN 0 ELSE 4 END < CASE WHEN s10 THEN 3 ELSE 0 END
      OR (
        CASE WHEN NOT s6 THEN 0 ELSE 4 END = CASE WHEN s10 THEN 3 ELSE 0 END AND t34
      )
    )
    AND (
      CASE WHEN NOT s16 THEN 0 ELSE 2 END < CASE WHEN s10 THEN 3 ELSE 0 END
      OR (
        CASE WHEN NOT s16 THEN 0 ELSE 2 END = CASE WHEN s10 THEN 3 ELSE 0 END AND t35
      )
    ) AS `算入確実.推進.Ⅰ.(ⅰ).1.イ`,
    (
      NOT (
        CASE WHEN NOT s10 THEN 0 ELSE 3 END < CASE WHEN s6 THEN 4 ELSE 0 END
        OR (
          CASE WHEN NOT s10 THEN 0 ELSE 3 END = CASE WHEN s6 THEN 4 ELSE 0 END AND t32
        )
      )
    )
    AND (
      NOT (
        CASE WHEN NOT s10 THEN 0 ELSE 3 END < CASE WHEN s16 THEN 2 ELSE 0 END
        OR (
          CASE WHEN NOT s10 THEN 0 ELSE 3 END = CASE WHEN s16 THEN 2 ELSE 0 END AND t37
        )
      )
    ) AS `算入可能.推進.Ⅰ.(ⅰ).1.イ`,
    (
      CASE WHEN NOT s6 THEN 0 ELSE 4 END < CASE WHEN s16 THEN 2 ELSE 0 END
      OR (
        CASE WHEN NOT s6 THEN 0 ELSE 4 END = CASE WHEN s16 THEN 2 ELSE 0 END AND t36
      )
    )
    AND (
      CASE WHEN NOT s10 THEN 0 ELSE 3 END < CASE WHEN s16 THEN 2 ELSE 0 END
      OR (
        CASE WHEN NOT s10 THEN 0 ELSE 3 END = CASE WHEN s16 THEN 2 ELSE 0 END AND t37
      )
    ) AS `算入確実.推進.Ⅰ.(ⅰ).1.ウ`,
    (
      NOT (
        CASE WHEN NOT s16 THEN 0 ELSE 2 END < CASE WHEN s6 THEN 4 ELSE 0 END
        OR (
          CASE WHEN NOT s16 THEN 0 ELSE 2 END = CASE WHEN s6 THEN 4 ELSE 0 END AND t33
        )
      )
    )
    AND (
      NOT (
        CASE WHEN NOT s16 THEN 0 ELSE 2 END < CASE WHEN s10 THEN 3 ELSE 0 END
        OR (
          CASE WHEN NOT s16 THEN 0 ELSE 2 END = CASE WHEN s10 THEN 3 ELSE 0 END AND t35
        )
      )
    ) AS `算入可能.推進.Ⅰ.(ⅰ).1.ウ`
  FROM level_7
), level_9 AS (
  SELECT
    *,
    `得点.推進.Ⅰ.(ⅰ)` AS s26c,
    `可能.推進.Ⅰ.(ⅰ)` AS s26p
  FROM level_8
), level_10 AS (
  SELECT
    *,
    CASE WHEN s26c = s26p THEN CAST(s26c AS BIGINT) END AS s26
  FROM level_9
), level_11 AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY s26 IS NULL ORDER BY s26 ASC NULLS LAST) * 2 AS t56,
    COUNT(s26) OVER () AS t57
  FROM level_10
), level_12 AS (
  SELECT
    *,
    NOT s26 IS NULL AND t56 IN (t57 + 0, t57 + 1) AS t58,
    NOT s26 IS NULL AND t56 IN (t57 + 1, t57 + 2) AS t60
  FROM level_11
), level_13 AS (
  SELECT
    *,
    MAX(CASE WHEN t58 THEN s26 END) OVER () AS s27m0n,
    MAX(CASE WHEN t60 THEN s26 END) OVER () AS s27m1n
  FROM level_12
), level_14 AS (
  SELECT
    *,
    s27m0n + s27m1n AS s27s
  FROM level_13
), level_15 AS (
  SELECT
    *,
    (
      s26 * 2
    ) >= s27s AS s28 /* 得点(推進.Ⅰ.(ⅰ)) が 全国中央値(得点(推進.Ⅰ.(ⅰ))) 以上 */
  FROM level_14
), level_16 AS (
  SELECT
    *,
    CASE WHEN s28 THEN 3 ELSE 0 END AS `得点.推進.Ⅰ.(ⅱ).1`,
    CASE WHEN NOT s28 THEN 0 ELSE 3 END AS `可能.推進.Ⅰ.(ⅱ).1`
  FROM level_15
), level_17 AS (
  SELECT
    *,
    `得点.推進.Ⅰ.(ⅱ).1` + 0 AS `得点.推進.Ⅰ.(ⅱ)`,
    `可能.推進.Ⅰ.(ⅱ).1` + 1 AS `可能.推進.Ⅰ.(ⅱ)`
  FROM level_16
), level_18 AS (
  SELECT
    *,
    `得点.推進.Ⅰ.(ⅰ)` + `得点.推進.Ⅰ.(ⅱ)` AS `得点.推進.Ⅰ`,
    `可能.推進.Ⅰ.(ⅰ)` + `可能.推進.Ⅰ.(ⅱ)` AS `可能.推進.Ⅰ`
  FROM level_17
), level_19 AS (
  SELECT
    *,
    `得点.推進.Ⅰ` AS `得点.推進`,
    `可能.推進.Ⅰ` AS `可能.推進`
  FROM level_18
)
SELECT
  `団体コード`,
  `得点.推進` AS `得点.全体`,
  `可能.推進` AS `可能.全体`,
  `得点.推進`,
  `可能.推進`,
  `得点.推進.Ⅰ`,
  `可能.推進.Ⅰ`,
  `得点.推進.Ⅰ.(ⅰ)`,
  `可能.推進.Ⅰ.(ⅰ)`,
  `得点.推進.Ⅰ.(ⅰ).1`,
  `可能.推進.Ⅰ.(ⅰ).1`,
  CASE WHEN `算入確実.推進.Ⅰ.(ⅰ).1.ア` THEN CASE WHEN s6 THEN 4 ELSE 0 END ELSE 0 END AS `得点.推進.Ⅰ.(ⅰ).1.ア`,
  CASE WHEN `算入可能.推進.Ⅰ.(ⅰ).1.ア` THEN CASE WHEN NOT s6 THEN 0 ELSE 4 END ELSE 0 END AS `可能.推進.Ⅰ.(ⅰ).1.ア`,
  CASE WHEN s6 THEN 4 ELSE 0 END AS `自身の得点.推進.Ⅰ.(ⅰ).1.ア`,
  CASE WHEN NOT s6 THEN 0 ELSE 4 END AS `自身の可能.推進.Ⅰ.(ⅰ).1.ア`,
  CASE
    WHEN NOT s6
    THEN '非該当'
    WHEN s6 AND `算入確実.推進.Ⅰ.(ⅰ).1.ア`
    THEN '得点'
    WHEN s6 AND NOT `算入可能.推進.Ⅰ.(ⅰ).1.ア`
    THEN '他の項目が優先'
    ELSE '未回答'
  END AS `判定.推進.Ⅰ.(ⅰ).1.ア`,
  CASE WHEN `算入確実.推進.Ⅰ.(ⅰ).1.イ` THEN CASE WHEN s10 THEN 3 ELSE 0 END ELSE 0 END AS `得点.推進.Ⅰ.(ⅰ).1.イ`,
  CASE WHEN `算入可能.推進.Ⅰ.(ⅰ).1.イ` THEN CASE WHEN NOT s10 THEN 0 ELSE 3 END ELSE 0 END AS `可能.推進.Ⅰ.(ⅰ).1.イ`,
  CASE WHEN s10 THEN 3 ELSE 0 END AS `自身の得点.推進.Ⅰ.(ⅰ).1.イ`,
  CASE WHEN NOT s10 THEN 0 ELSE 3 END AS `自身の可能.推進.Ⅰ.(ⅰ).1.イ`,
  CASE
    WHEN NOT s10
    THEN '非該当'
    WHEN s10 AND `算入確実.推進.Ⅰ.(ⅰ).1.イ`
    THEN '得点'
    WHEN s10 AND NOT `算入可能.推進.Ⅰ.(ⅰ).1.イ`
    THEN '他の項目が優先'
    ELSE '未回答'
  END AS `判定.推進.Ⅰ.(ⅰ).1.イ`,
  CASE WHEN `算入確実.推進.Ⅰ.(ⅰ).1.ウ` THEN CASE WHEN s16 THEN 2 ELSE 0 END ELSE 0 END AS `得点.推進.Ⅰ.(ⅰ).1.ウ`,
  CASE WHEN `算入可能.推進.Ⅰ.(ⅰ).1.ウ` THEN CASE WHEN NOT s16 THEN 0 ELSE 2 END ELSE 0 END AS `可能.推進.Ⅰ.(ⅰ).1.ウ`,
  CASE WHEN s16 THEN 2 ELSE 0 END AS `自身の得点.推進.Ⅰ.(ⅰ).1.ウ`,
  CASE WHEN NOT s16 THEN 0 ELSE 2 END AS `自身の可能.推進.Ⅰ.(ⅰ).1.ウ`,
  CASE
    WHEN NOT s16
    THEN '非該当'
    WHEN s16 AND `算入確実.推進.Ⅰ.(ⅰ).1.ウ`
    THEN '得点'
    WHEN s16 AND NOT `算入可能.推進.Ⅰ.(ⅰ).1.ウ`
    THEN '他の項目が優先'
    ELSE '未回答'
  END AS `判定.推進.Ⅰ.(ⅰ).1.ウ`,
  `得点.推進.Ⅰ.(ⅰ).2`,
  `可能.推進.Ⅰ.(ⅰ).2`,
  CASE WHEN s18 THEN 3 ELSE 0 END AS `得点.推進.Ⅰ.(ⅰ).2.ア`,
  CASE WHEN NOT s18 THEN 0 ELSE 3 END AS `可能.推進.Ⅰ.(ⅰ).2.ア`,
  CASE WHEN NOT s18 THEN '非該当' WHEN s18 THEN '得点' ELSE '未回答' END AS `判定.推進.Ⅰ.(ⅰ).2.ア`,
  CASE WHEN s22 THEN 3 ELSE 0 END AS `得点.推進.Ⅰ.(ⅰ).2.イ`,
  CASE WHEN NOT s22 THEN 0 ELSE 3 END AS `可能.推進.Ⅰ.(ⅰ).2.イ`,
  CASE WHEN NOT s22 THEN '非該当' WHEN s22 THEN '得点' ELSE '未回答' END AS `判定.推進.Ⅰ.(ⅰ).2.イ`,
  `得点.推進.Ⅰ.(ⅰ).3`,
  `可能.推進.Ⅰ.(ⅰ).3`,
  CASE WHEN s24 THEN 3 ELSE 0 END AS `得点.推進.Ⅰ.(ⅰ).3.ア`,
  CASE WHEN NOT s24 THEN 0 ELSE 3 END AS `可能.推進.Ⅰ.(ⅰ).3.ア`,
  CASE WHEN NOT s24 THEN '非該当' WHEN s24 THEN '得点' ELSE '未回答' END AS `判定.推進.Ⅰ.(ⅰ).3.ア`,
  `得点.推進.Ⅰ.(ⅱ)`,
  `可能.推進.Ⅰ.(ⅱ)`,
  `得点.推進.Ⅰ.(ⅱ).1`,
  `可能.推進.Ⅰ.(ⅱ).1`,
  CASE WHEN s28 THEN 3 ELSE 0 END AS `得点.推進.Ⅰ.(ⅱ).1.ア`,
  CASE WHEN NOT s28 THEN 0 ELSE 3 END AS `可能.推進.Ⅰ.(ⅱ).1.ア`,
  CASE WHEN NOT s28 THEN '非該当' WHEN s28 THEN '得点' ELSE '未回答' END AS `判定.推進.Ⅰ.(ⅱ).1.ア`
FROM level_19
