-- 令和6年度 市町村 評価指標（bigquery）
-- 規則の指紋 1aad3a85f45a4127b7f9c9e0644f15de2233306c67eb18abaf303d9da8a2c985
WITH level_0 AS (
  SELECT
    `団体コード`,
    CAST(CAST(CAST(`給付費` AS NUMERIC) AS NUMERIC) * 10 AS INT64) AS s0, /* 給付費 */
    CAST(CAST(`人口` AS NUMERIC) AS INT64) AS s1, /* 人口 */
    CAST(`過疎` AS BOOL) AS s8, /* 過疎 の答え */
    CAST(CAST(CAST(`前年度_給付費` AS NUMERIC) AS NUMERIC) * 10 AS INT64) AS s12, /* 前年度.給付費 */
    CAST(`推進_Ⅰ__ⅰ__2_ア` AS BOOL) AS s18, /* 推進.Ⅰ.(ⅰ).2.ア の答え */
    CAST(`推進_Ⅰ__ⅰ__2_イ` AS BOOL) AS s20 /* 推進.Ⅰ.(ⅰ).2.イ の答え */
  FROM facts
), level_1 AS (
  SELECT
    *,
    CASE WHEN s1 > 0 THEN s0 WHEN s1 < 0 THEN -s0 END AS s2,
    10 * NULLIF(ABS(s1), 0) AS s2d,
    CASE WHEN s1 IS NULL THEN CAST(NULL AS INT64) WHEN s1 >= 10000 THEN 0 ELSE 1 END AS s4, /* 規模: 0 大、1 小 */
    (
      NOT s1 IS NULL
    ) AND COALESCE(s8, FALSE) AS s9h,
    s0 - s12 AS s13,
    NULLIF(COUNT(s0) OVER (), 0) AS s15c,
    SUM(CAST(s0 AS BIGNUMERIC)) OVER () AS s15,
    NOT s8 AS s21 /* 過疎 でない */
  FROM level_0
), level_2 AS (
  SELECT
    *,
    DIV(s2, s2d) AS s5vk0,
    MOD(s2, s2d) AS s5vr0,
    CASE
      WHEN s9h
      THEN CAST(RANK() OVER (PARTITION BY s9h ORDER BY s1 DESC) AS INT64)
    END AS s9, /* 人口 の順位 */
    CAST(COUNT(*) OVER (PARTITION BY s9h) AS INT64) AS s9n,
    DIV((
      (
        s13 * 2
      ) + CASE WHEN s13 < 0 THEN -10 ELSE 10 END
    ), 20) AS s14,
    10 * s15c AS s15d,
    s20 AND s21 AS s22 /* 該当 かつ 過疎 でない */
  FROM level_1
), level_3 AS (
  SELECT
    *,
    DIV((
      CAST(s5vr0 AS BIGNUMERIC) * 10000000000000000000000
    ), CAST(s2d AS BIGNUMERIC)) AS s5vk1,
    MOD(CAST(s5vr0 AS BIGNUMERIC) * 10000000000000000000000, CAST(s2d AS BIGNUMERIC)) AS s5vr1,
    (
      NOT s5vk0 IS NULL
    ) AND (
      COALESCE(s4, -1) >= 0
    ) AS s5h,
    CASE WHEN NOT COALESCE(s8, TRUE) THEN FALSE ELSE s9 <= 2 END AS s10, /* 過疎 のうち 人口 が 上位2位 */
    (
      CAST(s14 AS BIGNUMERIC) * CAST(s15d AS BIGNUMERIC)
    ) < s15 AS s16, /* 四捨五入(給付費 － 前年度(給付費), 小数0桁) が 全国平均(給付費) 未満 */
    COALESCE(s9, 2) AS `順位0_推進_Ⅰ__ⅰ__1_イ`,
    CASE WHEN s9 IS NULL THEN 1 ELSE s9n END AS `母数0_推進_Ⅰ__ⅰ__1_イ`,
    (
      NOT s9 IS NULL
    ) OR (
      NOT COALESCE(s8, TRUE)
    ) AS `順位確定_推進_Ⅰ__ⅰ__1_イ`,
    LEAST(CASE WHEN s18 THEN 3 ELSE 0 END + CASE WHEN s22 THEN 3 ELSE 0 END, 5) AS `得点_推進_Ⅰ__ⅰ__2`,
    LEAST(CASE WHEN NOT s18 THEN 0 ELSE 3 END + CASE WHEN NOT s22 THEN 0 ELSE 3 END, 5) AS `可能_推進_Ⅰ__ⅰ__2`,
    CASE WHEN s18 THEN 1 ELSE 0 END + CASE WHEN s22 THEN 1 ELSE 0 END AS s24y,
    CASE WHEN NOT s18 THEN 1 ELSE 0 END + CASE WHEN NOT s22 THEN 1 ELSE 0 END AS s24n
  FROM level_2
), level_4 AS (
  SELECT
    *,
    DIV((
      s5vr1 * 10000000000000000000000
    ), CAST(s2d AS BIGNUMERIC)) AS s5vk2,
    CAST(COUNT(*) OVER (PARTITION BY s5h, s4) AS INT64) AS s5n,
    `順位0_推進_Ⅰ__ⅰ__1_イ` <= (
      2 * `母数0_推進_Ⅰ__ⅰ__1_イ`
    ) AS t35,
    `順位確定_推進_Ⅰ__ⅰ__1_イ`
    AND (
      (
        2 * `母数0_推進_Ⅰ__ⅰ__1_イ`
      ) < `順位0_推進_Ⅰ__ⅰ__1_イ`
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
      ) AS INT64)
    END AS s5, /* 比率 の順位 */
    CASE WHEN s24 THEN 3 ELSE 0 END AS `得点_推進_Ⅰ__ⅰ__3`,
    CASE WHEN NOT s24 THEN 0 ELSE 3 END AS `可能_推進_Ⅰ__ⅰ__3`
  FROM level_4
), level_6 AS (
  SELECT
    *,
    CASE WHEN COALESCE(s4, 0) < 0 THEN FALSE ELSE (
      s5 * 10
    ) <= (
      s5n * 3
    ) END AS s6, /* 比率 が 規模別 上位3割 */
    COALESCE(s5, 2) AS `順位0_推進_Ⅰ__ⅰ__1_ア`,
    CASE WHEN s5 IS NULL THEN 1 ELSE s5n END AS `母数0_推進_Ⅰ__ⅰ__1_ア`,
    (
      NOT s5 IS NULL
    ) OR (
      COALESCE(s4, 0) < 0
    ) AS `順位確定_推進_Ⅰ__ⅰ__1_ア`
  FROM level_5
), level_7 AS (
  SELECT
    *,
    `順位確定_推進_Ⅰ__ⅰ__1_イ`
    AND (
      (
        `順位0_推進_Ⅰ__ⅰ__1_ア` * `母数0_推進_Ⅰ__ⅰ__1_イ`
      ) <= (
        `順位0_推進_Ⅰ__ⅰ__1_イ` * `母数0_推進_Ⅰ__ⅰ__1_ア`
      )
    ) AS t32,
    `順位0_推進_Ⅰ__ⅰ__1_ア` <= (
      2 * `母数0_推進_Ⅰ__ⅰ__1_ア`
    ) AS t33,
    `順位確定_推進_Ⅰ__ⅰ__1_ア`
    AND (
      (
        `順位0_推進_Ⅰ__ⅰ__1_イ` * `母数0_推進_Ⅰ__ⅰ__1_ア`
      ) < (
        `順位0_推進_Ⅰ__ⅰ__1_ア` * `母数0_推進_Ⅰ__ⅰ__1_イ`
      )
    ) AS t34,
    `順位確定_推進_Ⅰ__ⅰ__1_ア`
    AND (
      (
        2 * `母数0_推進_Ⅰ__ⅰ__1_ア`
      ) < `順位0_推進_Ⅰ__ⅰ__1_ア`
    ) AS t36,
    GREATEST(
      CASE WHEN s6 THEN 4 ELSE 0 END,
      CASE WHEN s10 THEN 3 ELSE 0 END,
      CASE WHEN s16 THEN 2 ELSE 0 END
    ) AS `得点_推進_Ⅰ__ⅰ__1`,
    GREATEST(
      CASE WHEN NOT s6 THEN 0 ELSE 4 END,
      CASE WHEN NOT s10 THEN 0 ELSE 3 END,
      CASE WHEN NOT s16 THEN 0 ELSE 2 END
    ) AS `可能_推進_Ⅰ__ⅰ__1`
  FROM level_6
), level_8 AS (
  SELECT
    *,
    `得点_推進_Ⅰ__ⅰ__1` + `得点_推進_Ⅰ__ⅰ__2` + `得点_推進_Ⅰ__ⅰ__3` AS `得点_推進_Ⅰ__ⅰ_`,
    `可能_推進_Ⅰ__ⅰ__1` + `可能_推進_Ⅰ__ⅰ__2` + `可能_推進_Ⅰ__ⅰ__3` AS `可能_推進_Ⅰ__ⅰ_`,
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
    ) AS `算入確実_推進_Ⅰ__ⅰ__1_ア`,
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
    ) AS `算入可能_推進_Ⅰ__ⅰ__1_ア`,
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
    ) AS `算入確実_推進_Ⅰ__ⅰ__1_イ`,
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
    ) AS `算入可能_推進_Ⅰ__ⅰ__1_イ`,
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
    ) AS `算入確実_推進_Ⅰ__ⅰ__1_ウ`,
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
    ) AS `算入可能_推進_Ⅰ__ⅰ__1_ウ`
  FROM level_7
), level_9 AS (
  SELECT
    *,
    `得点_推進_Ⅰ__ⅰ_` AS s26c,
    `可能_推進_Ⅰ__ⅰ_` AS s26p
  FROM level_8
), level_10 AS (
  SELECT
    *,
    CASE WHEN s26c = s26p THEN CAST(s26c AS INT64) END AS s26
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
    CASE WHEN s28 THEN 3 ELSE 0 END AS `得点_推進_Ⅰ__ⅱ__1`,
    CASE WHEN NOT s28 THEN 0 ELSE 3 END AS `可能_推進_Ⅰ__ⅱ__1`
  FROM level_15
), level_17 AS (
  SELECT
    *,
    `得点_推進_Ⅰ__ⅱ__1` + 0 AS `得点_推進_Ⅰ__ⅱ_`,
    `可能_推進_Ⅰ__ⅱ__1` + 1 AS `可能_推進_Ⅰ__ⅱ_`
  FROM level_16
), level_18 AS (
  SELECT
    *,
    `得点_推進_Ⅰ__ⅰ_` + `得点_推進_Ⅰ__ⅱ_` AS `得点_推進_Ⅰ`,
    `可能_推進_Ⅰ__ⅰ_` + `可能_推進_Ⅰ__ⅱ_` AS `可能_推進_Ⅰ`
  FROM level_17
), level_19 AS (
  SELECT
    *,
    `得点_推進_Ⅰ` AS `得点_推進`,
    `可能_推進_Ⅰ` AS `可能_推進`
  FROM level_18
)
SELECT
  `団体コード`,
  `得点_推進` AS `得点_全体`,
  `可能_推進` AS `可能_全体`,
  `得点_推進`,
  `可能_推進`,
  `得点_推進_Ⅰ`,
  `可能_推進_Ⅰ`,
  `得点_推進_Ⅰ__ⅰ_`,
  `可能_推進_Ⅰ__ⅰ_`,
  `得点_推進_Ⅰ__ⅰ__1`,
  `可能_推進_Ⅰ__ⅰ__1`,
  CASE WHEN `算入確実_推進_Ⅰ__ⅰ__1_ア` THEN CASE WHEN s6 THEN 4 ELSE 0 END ELSE 0 END AS `得点_推進_Ⅰ__ⅰ__1_ア`,
  CASE WHEN `算入可能_推進_Ⅰ__ⅰ__1_ア` THEN CASE WHEN NOT s6 THEN 0 ELSE 4 END ELSE 0 END AS `可能_推進_Ⅰ__ⅰ__1_ア`,
  CASE WHEN s6 THEN 4 ELSE 0 END AS `自身の得点_推進_Ⅰ__ⅰ__1_ア`,
  CASE WHEN NOT s6 THEN 0 ELSE 4 END AS `自身の可能_推進_Ⅰ__ⅰ__1_ア`,
  CASE
    WHEN NOT s6
    THEN '非該当'
    WHEN s6 AND `算入確実_推進_Ⅰ__ⅰ__1_ア`
    THEN '得点'
    WHEN s6 AND NOT `算入可能_推進_Ⅰ__ⅰ__1_ア`
    THEN '他の項目が優先'
    ELSE '未回答'
  END AS `判定_推進_Ⅰ__ⅰ__1_ア`,
  CASE WHEN `算入確実_推進_Ⅰ__ⅰ__1_イ` THEN CASE WHEN s10 THEN 3 ELSE 0 END ELSE 0 END AS `得点_推進_Ⅰ__ⅰ__1_イ`,
  CASE WHEN `算入可能_推進_Ⅰ__ⅰ__1_イ` THEN CASE WHEN NOT s10 THEN 0 ELSE 3 END ELSE 0 END AS `可能_推進_Ⅰ__ⅰ__1_イ`,
  CASE WHEN s10 THEN 3 ELSE 0 END AS `自身の得点_推進_Ⅰ__ⅰ__1_イ`,
  CASE WHEN NOT s10 THEN 0 ELSE 3 END AS `自身の可能_推進_Ⅰ__ⅰ__1_イ`,
  CASE
    WHEN NOT s10
    THEN '非該当'
    WHEN s10 AND `算入確実_推進_Ⅰ__ⅰ__1_イ`
    THEN '得点'
    WHEN s10 AND NOT `算入可能_推進_Ⅰ__ⅰ__1_イ`
    THEN '他の項目が優先'
    ELSE '未回答'
  END AS `判定_推進_Ⅰ__ⅰ__1_イ`,
  CASE WHEN `算入確実_推進_Ⅰ__ⅰ__1_ウ` THEN CASE WHEN s16 THEN 2 ELSE 0 END ELSE 0 END AS `得点_推進_Ⅰ__ⅰ__1_ウ`,
  CASE WHEN `算入可能_推進_Ⅰ__ⅰ__1_ウ` THEN CASE WHEN NOT s16 THEN 0 ELSE 2 END ELSE 0 END AS `可能_推進_Ⅰ__ⅰ__1_ウ`,
  CASE WHEN s16 THEN 2 ELSE 0 END AS `自身の得点_推進_Ⅰ__ⅰ__1_ウ`,
  CASE WHEN NOT s16 THEN 0 ELSE 2 END AS `自身の可能_推進_Ⅰ__ⅰ__1_ウ`,
  CASE
    WHEN NOT s16
    THEN '非該当'
    WHEN s16 AND `算入確実_推進_Ⅰ__ⅰ__1_ウ`
    THEN '得点'
    WHEN s16 AND NOT `算入可能_推進_Ⅰ__ⅰ__1_ウ`
    THEN '他の項目が優先'
    ELSE '未回答'
  END AS `判定_推進_Ⅰ__ⅰ__1_ウ`,
  `得点_推進_Ⅰ__ⅰ__2`,
  `可能_推進_Ⅰ__ⅰ__2`,
  CASE WHEN s18 THEN 3 ELSE 0 END AS `得点_推進_Ⅰ__ⅰ__2_ア`,
  CASE WHEN NOT s18 THEN 0 ELSE 3 END AS `可能_推進_Ⅰ__ⅰ__2_ア`,
  CASE WHEN NOT s18 THEN '非該当' WHEN s18 THEN '得点' ELSE '未回答' END AS `判定_推進_Ⅰ__ⅰ__2_ア`,
  CASE WHEN s22 THEN 3 ELSE 0 END AS `得点_推進_Ⅰ__ⅰ__2_イ`,
  CASE WHEN NOT s22 THEN 0 ELSE 3 END AS `可能_推進_Ⅰ__ⅰ__2_イ`,
  CASE WHEN NOT s22 THEN '非該当' WHEN s22 THEN '得点' ELSE '未回答' END AS `判定_推進_Ⅰ__ⅰ__2_イ`,
  `得点_推進_Ⅰ__ⅰ__3`,
  `可能_推進_Ⅰ__ⅰ__3`,
  CASE WHEN s24 THEN 3 ELSE 0 END AS `得点_推進_Ⅰ__ⅰ__3_ア`,
  CASE WHEN NOT s24 THEN 0 ELSE 3 END AS `可能_推進_Ⅰ__ⅰ__3_ア`,
  CASE WHEN NOT s24 THEN '非該当' WHEN s24 THEN '得点' ELSE '未回答' END AS `判定_推進_Ⅰ__ⅰ__3_ア`,
  `得点_推進_Ⅰ__ⅱ_`,
  `可能_推進_Ⅰ__ⅱ_`,
  `得点_推進_Ⅰ__ⅱ__1`,
  `可能_推進_Ⅰ__ⅱ__1`,
  CASE WHEN s28 THEN 3 ELSE 0 END AS `得点_推進_Ⅰ__ⅱ__1_ア`,
  CASE WHEN NOT s28 THEN 0 ELSE 3 END AS `可能_推進_Ⅰ__ⅱ__1_ア`,
  CASE WHEN NOT s28 THEN '非該当' WHEN s28 THEN '得点' ELSE '未回答' END AS `判定_推進_Ⅰ__ⅱ__1_ア`
FROM level_19
