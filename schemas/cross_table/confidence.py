"""Probability bands, beside what the estimator's own government publishes."""

from collections.abc import Iterator
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, digits
from tumen.schemas.rules import Frame, Tables, TablesRule
from tumen.schemas.yardsticks import BANDS, GOVERNMENT


def foreign_bands(tables: Tables) -> Iterator[Frame]:
    """Yield the bands that are not those of the phrase by the yardstick of the estimator's government, or for which it has none.

    Bands without their phrase, without one end or out of order are left to E208.
    """
    country = nw.when(nw.col("kind").is_in(GOVERNMENT)).then(nw.col("country"))
    estimators = tables["actors"].select(
        nw.col("actor_id").alias("estimator_id"), country.alias("country")
    )
    banded = tables["estimates"].filter(
        ~nw.col("confidence").is_null(), nw.col("confidence_low") <= nw.col("confidence_high")
    )
    banded = banded.join(estimators, on="estimator_id", how="inner")
    banded = banded.with_columns(_published(0).alias("low_2"), _published(1).alias("high_2"))
    own = (nw.col("confidence_low") == nw.col("low_2")) & (
        nw.col("confidence_high") == nw.col("high_2")
    )
    foreign = banded.filter(~own.fill_null(value=False))
    published = nw.coalesce(_band("low_2", "high_2"), nw.lit("it has none for this phrase"))
    yield breach(
        foreign,
        "estimates",
        "confidence_low",
        _band("confidence_low", "confidence_high"),
        published,
    )


def _published(end: int) -> nw.Expr:
    country, phrase = nw.col("country"), nw.col("confidence")
    bands = (
        nw.when((country == government) & (phrase == word)).then(nw.lit(float(band[end])))
        for (government, word), band in BANDS.items()
    )
    return nw.coalesce(*bands)


def _band(low: str, high: str) -> nw.Expr:
    return nw.concat_str(digits(nw.col(low)), digits(nw.col(high)), separator=" to ")


RULES: Final = (
    TablesRule(
        "W236",
        "a probability band is not that of the estimator's own yardstick",
        "Take the band of the phrase in `tumen.yardsticks()`; leave it out for who has no yardstick.",
        severity="warning",
        needs=("estimates", "actors"),
        breaches=foreign_bands,
    ),
)
