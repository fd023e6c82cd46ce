"""What words of probability mean, by the yardsticks that two governments publish.

UK: the Probability Yardstick of the Professional Head of Intelligence Assessment (PHIA), Defence
Intelligence, "Communicating Probability". US: Intelligence Community Directive 203, "Analytic
Standards" (2 January 2015), section D.6.e(2)(a). The words of other estimators get no band,
because another estimator's "likely" need not mean the same.
"""

from __future__ import annotations

from typing import Final

import polars as pl

PHIA: Final = "PHIA Probability Yardstick"
ICD_203: Final = "ICD 203"
_SOURCES: Final = {
    PHIA: "https://www.gov.uk/government/news/defence-intelligence-communicating-probability",
    ICD_203: "https://www.dni.gov/files/documents/ICD/ICD-203.pdf",
}
_BANDS: Final = (
    (PHIA, "GB", "remote chance", "remote_chance", 0, 5),
    (PHIA, "GB", "highly unlikely", "highly_unlikely", 10, 20),
    (PHIA, "GB", "unlikely", "unlikely", 25, 35),
    (PHIA, "GB", "realistic possibility", "realistic_possibility", 40, 50),
    (PHIA, "GB", "likely or probable", "likely", 55, 75),
    (PHIA, "GB", "highly likely", "highly_likely", 80, 90),
    (PHIA, "GB", "almost certain", "almost_certain", 95, 100),
    (ICD_203, "US", "almost no chance, remote", "remote_chance", 1, 5),
    (ICD_203, "US", "very unlikely, highly improbable", "highly_unlikely", 5, 20),
    (ICD_203, "US", "unlikely, improbable", "unlikely", 20, 45),
    (ICD_203, "US", "roughly even chance, roughly even odds", "realistic_possibility", 45, 55),
    (ICD_203, "US", "likely, probable", "likely", 55, 80),
    (ICD_203, "US", "very likely, highly probable", "highly_likely", 80, 95),
    (ICD_203, "US", "almost certain, nearly certain", "almost_certain", 95, 99),
)


def yardsticks() -> pl.LazyFrame:
    """List the phrases of both yardsticks with their probabilities (see `tumen.yardsticks`)."""
    columns = ("yardstick", "country", "phrase", "confidence", "confidence_low", "confidence_high")
    frame = pl.LazyFrame(list(_BANDS), schema=columns, orient="row")
    return frame.with_columns(
        pl.col("confidence_low", "confidence_high").cast(pl.Float64),
        source=pl.col("yardstick").replace_strict(_SOURCES),
    )
