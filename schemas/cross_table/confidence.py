"""Rules that compare probability bands with the yardstick of the estimator's government."""

from collections.abc import Iterator
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import format_number, select_violations
from tumen.schemas.rules import Frame, Tables, TablesRule
from tumen.schemas.yardsticks import BANDS, GOVERNMENT_KINDS


def find_foreign_bands(tables: Tables) -> Iterator[Frame]:
    """Yield the bands that differ from the band that the estimator's government publishes.

    A band for a phrase without a published band is yielded too. Bands without their phrase,
    without one end or out of order are left to E208.
    """
    # Only a body or person of a government can use the yardstick of its country.
    country = ex.when(ex.col("kind").is_in(GOVERNMENT_KINDS)).then(ex.col("country"))
    estimators = tables["actors"].select(
        ex.col("actor_id").alias("estimator_id"), country.alias("country")
    )
    has_phrase = ~ex.col("confidence").is_null()
    in_order = ex.col("confidence_low") <= ex.col("confidence_high")
    banded = tables["estimates"].filter(has_phrase, in_order)
    banded = banded.join(estimators, on="estimator_id", how="inner").with_columns(
        _published_end(0).alias("low_2"), _published_end(1).alias("high_2")
    )
    same_low = ex.col("confidence_low") == ex.col("low_2")
    same_high = ex.col("confidence_high") == ex.col("high_2")
    is_own = (same_low & same_high).fill_null(value=False)
    published = ex.coalesce(_format_band("low_2", "high_2"), ex.lit("it has none for this phrase"))
    yield select_violations(
        banded.filter(~is_own),
        "estimates",
        "confidence_low",
        _format_band("confidence_low", "confidence_high"),
        published,
    )


def _published_end(end: int) -> ex.Expr:
    """Return the lower (0) or upper (1) end of the band that a government gives a phrase."""
    country, phrase = ex.col("country"), ex.col("confidence")
    ends = (
        ex.when((country == government) & (phrase == word)).then(ex.lit(float(band[end])))
        for (government, word), band in BANDS.items()
    )
    return ex.coalesce(*ends)


def _format_band(low: str, high: str) -> ex.Expr:
    return ex.concat_str(format_number(ex.col(low)), format_number(ex.col(high)), separator=" to ")


RULES: Final = (
    TablesRule(
        "W236",
        "a probability band differs from the estimator's own yardstick",
        "Take the band of the phrase from `tumen.yardsticks()`."
        " Leave it out if the estimator has no yardstick.",
        severity="warning",
        tables=("estimates", "actors"),
        find_violations=find_foreign_bands,
    ),
)
