"""Figures for a part beside the figure for the whole: the killed among the casualties, one region among all."""

from collections.abc import Iterator, Mapping
from typing import Final

import narwhals as nw

from tumen.schemas.cross_table.helpers import breach, digits, first_day, last_day
from tumen.schemas.rules import Frame, Tables, TablesRule

WHOLES: Final[Mapping[str, str]] = {
    "named_dead": "killed",
    "wounded_repatriated": "wounded",
    "killed": "casualties",
    "wounded": "casualties",
    "casualties": "troops_deployed",
    "captured": "troops_deployed",
    "missing": "troops_deployed",
    "combat_troops_deployed": "troops_deployed",
    "engineers_deployed": "troops_deployed",
    "officers_deployed": "troops_deployed",
    "entries_to_russia_for_education": "entries_to_russia",
    "entries_to_russia_for_business": "entries_to_russia",
    "mortar_rounds": "shells",
    "rockets": "shells",
    "missiles_fired": "missiles",
    "troops_income": "total_income",
    "workers_income": "total_income",
    "arms_value": "arms_and_troops_value",
}
"""By measure that counts a part, the one that counts the whole: the next above it, which may itself be a part."""

_RATES: Final = ("pay_per_person",)
_LEVELS: Final = 3
_UTTERANCE: Final = ("estimator_id", "said_on", "said_on_precision")
_OPTIONAL: Final = ("subject_id", "period_start", "period_end")
_SUMS: Final = ("estimator_id", "unit", *_OPTIONAL)


def more_dead_than_casualties(tables: Tables) -> Iterator[Frame]:
    """Yield the figures of killed, of wounded, or of both together, that exceed the same estimator's figure of casualties.

    Both were said on one day, of one scope, and speak for one day (`as_of`, else that on which they were said); of two sums
    since the start, that of casualties may speak for a later day. Approximate figures are not added up here: they may have been
    rounded.
    """
    pairs = _beside_casualties(_figures(tables))
    yield _breaches(pairs.filter(~nw.col("rounded")))


def greater_parts(tables: Tables) -> Iterator[Frame]:
    """Yield the figures for a part that exceed the same estimator's figure for the whole.

    A part is a measure that `WHOLES` names, or a scope within another; a figure without scope is for the whole. Shares and rates
    have no parts. Both were said on one day and speak for days at most a month apart, or they are sums since the start of which
    that for the part speaks for an earlier day. Superseded figures do not count, and a whole that supersedes another, or that a
    note explains, may lie below an earlier part. What E311 finds is left to it.
    """
    figures = _figures(tables)
    revised = figures.select(nw.col("supersedes_id").alias("estimate_id"))
    parts = _parts(figures.join(revised, on="estimate_id", how="anti"), tables)
    rounded = _beside_casualties(figures).filter(nw.col("rounded"))
    shown = ("row", "said", "other")
    pairs = nw.concat(
        [
            pairs.select(*shown)
            for pairs in (rounded, _of_one_day(parts, figures), _of_earlier_days(parts, figures))
        ]
    )
    yield _breaches(pairs.group_by("row", "said").agg(nw.col("other").min()))


def _figures(tables: Tables) -> Frame:
    """Return the estimates with the least and the most that they leave possible, and the days for which they can speak."""
    texts = (
        "measure",
        "unit",
        "stock_or_flow",
        "bound",
        "subject_id",
        "period_start",
        "period_end",
    )
    return tables["estimates"].select(
        "row",
        "estimate_id",
        "supersedes_id",
        "note",
        *_UTTERANCE,
        *(nw.col(name).cast(nw.String) for name in texts),
        nw.col("scope_id").fill_null("").alias("scope"),
        nw.coalesce("low", "best").alias("floor"),
        nw.coalesce("high", "best").alias("ceiling"),
        nw.coalesce("as_of", "said_on").alias("day"),
        nw.coalesce(nw.col("as_of"), first_day("said_on", "said_on_precision")).alias("first"),
        nw.coalesce(nw.col("as_of"), last_day("said_on", "said_on_precision")).alias("last"),
    )


def _beside_casualties(figures: Frame) -> Frame:
    """Return the losses that exceed casualties; `rounded` says of a sum that a figure in it is approximate."""
    pairs = _losses(figures).join(
        _wholes(figures).filter(nw.col("measure_2") == "casualties"),
        on=[*_UTTERANCE, "scope"],
        how="inner",
    )
    exceeding = pairs.filter(*_exceeds(), _days_bind())
    rounded = nw.col("is_sum") & (
        nw.col("is_about") | (nw.col("bound_2") == "about").fill_null(value=False)
    )
    return exceeding.with_columns(rounded.alias("rounded"))


def _losses(figures: Frame) -> Frame:
    killed, wounded = (
        figures.filter(nw.col("measure") == measure) for measure in ("killed", "wounded")
    )
    columns = (
        "row",
        *_UTTERANCE,
        "scope",
        "day",
        "stock_or_flow",
        *_OPTIONAL,
        "floor",
        "said",
        "is_sum",
        "is_about",
    )
    alone = nw.concat([killed, wounded]).with_columns(
        digits(nw.col("floor")).alias("said"),
        nw.lit(value=False).alias("is_sum"),
        nw.lit(value=False).alias("is_about"),
    )
    both = killed.join(wounded, on=[*_UTTERANCE, "scope", "day"], how="inner", suffix="_2").filter(
        *_comparable()
    )
    both = both.with_columns(
        nw.concat_str(digits(nw.col("floor")), nw.lit(" + "), digits(nw.col("floor_2"))).alias(
            "said"
        ),
        (nw.col("floor") + nw.col("floor_2")).alias("floor"),
        nw.lit(value=True).alias("is_sum"),
        ((nw.col("bound") == "about") | (nw.col("bound_2") == "about"))
        .fill_null(value=False)
        .alias("is_about"),
    )
    return nw.concat([alone.select(*columns), both.select(*columns)])


def _parts(figures: Frame, tables: Tables) -> Frame:
    """Return each figure once for each measure and scope of which it counts a part, as `of` and `of_scope`."""
    said = figures.with_columns(
        nw.col("scope").alias("of_scope"), digits(nw.col("floor")).alias("said")
    )
    levels = [said, said.filter(nw.col("scope") != "").with_columns(nw.lit("").alias("of_scope"))]
    if "places" in tables:
        within = _places_within(tables["places"])
        levels.append(
            said.drop("of_scope")
            .join(within, on="scope", how="inner")
            .select(*said.collect_schema().names())
        )
    every = nw.concat(levels)
    adds_up = (nw.col("unit") != "percent") & ~nw.col("measure").is_in(_RATES)
    wider = every.filter((nw.col("of_scope") != nw.col("scope")) & adds_up).with_columns(
        nw.col("measure").alias("of")
    )
    counted = (
        every.with_columns(_whole(level).alias("of")).filter(~nw.col("of").is_null())
        for level in range(_LEVELS)
    )
    return nw.concat([wider, *counted])


def _whole(level: int) -> nw.Expr:
    """Return the measure above each figure's own, or so many levels further up; null where there is none."""
    chains = {part: tuple(wholes_of(part)) for part in WHOLES}
    above = (
        nw.when(nw.col("measure") == part).then(nw.lit(chain[level]))
        for part, chain in chains.items()
        if len(chain) > level
    )
    return nw.coalesce(*above)


def wholes_of(measure: str) -> Iterator[str]:
    """Yield the measures of which one counts a part, the nearest first."""
    while measure in WHOLES:
        measure = WHOLES[measure]
        yield measure


def _places_within(places: Frame) -> Frame:
    """Return the places, as `scope`, beside those in which they lie, as `of_scope`."""
    parents = places.filter(~nw.col("parent_id").is_null()).select(
        nw.col("place_id").alias("of_scope"), nw.col("parent_id").alias("above")
    )
    level = parents.select(nw.col("of_scope").alias("scope"), nw.col("above").alias("of_scope"))
    levels = [level]
    for _ in range(_LEVELS - 1):
        level = level.join(parents, on="of_scope", how="inner").select(
            "scope", nw.col("above").alias("of_scope")
        )
        levels.append(level)
    return nw.concat(levels).unique()


def _wholes(figures: Frame) -> Frame:
    """Return the figures as `_2`, but for what pairs are joined on."""
    kept = (
        "row",
        "estimate_id",
        "measure",
        "stock_or_flow",
        "bound",
        "ceiling",
        "day",
        "note",
        "supersedes_id",
        *_OPTIONAL,
    )
    return figures.select(
        *_UTTERANCE, "unit", "scope", *(nw.col(name).alias(f"{name}_2") for name in kept)
    ).with_columns(
        nw.concat_str(nw.col("estimate_id_2"), nw.lit(": "), digits(nw.col("ceiling_2"))).alias(
            "other"
        )
    )


def _of_one_day(parts: Frame, figures: Frame) -> Frame:
    wholes = _wholes(figures).rename({"measure_2": "of", "scope": "of_scope"})
    pairs = parts.join(wholes, on=[*_UTTERANCE, "unit", "of", "of_scope"], how="inner")
    near = (
        nw.col(one) <= nw.col(other).dt.offset_by("1mo")
        for one, other in (("day", "day_2"), ("day_2", "day"))
    )
    return pairs.filter(*_exceeds(), *near, ~(_is_loss() & _days_bind()))


def _of_earlier_days(parts: Frame, figures: Frame) -> Frame:
    """Return of the sums since the start the highest part up to the day of a whole that it exceeds."""
    sums = [*_SUMS, "of", "of_scope"]
    whole = figures.with_columns(nw.col("measure").alias("of"), nw.col("scope").alias("of_scope"))
    parts, wholes = (_since_start(frame) for frame in (parts, whole))
    earlier = parts.select(
        *sums, "row", nw.col("last").alias("by"), nw.lit(0).alias("turn"), "floor"
    )
    later = wholes.select(
        *sums,
        "row",
        nw.col("first").alias("by"),
        nw.lit(1).alias("turn"),
        nw.lit(0).cast(nw.Float64).alias("floor"),
    )
    peak = nw.col("floor").cum_max().over(*sums, order_by=["by", "turn", "row"])
    peaks = nw.concat([earlier, later.filter(~nw.col("by").is_null())]).with_columns(
        peak.alias("peak")
    )
    peaks = peaks.filter(nw.col("turn") == 1).select(
        *sums, nw.col("row").alias("row_2"), "peak", "by"
    )
    said_of_whole = (nw.col(name).alias(f"{name}_2") for name in ("said_on", "said_on_precision"))
    facts = _wholes(figures).select(
        "row_2",
        "ceiling_2",
        "day_2",
        "stock_or_flow_2",
        "note_2",
        "supersedes_id_2",
        "other",
        *said_of_whole,
    )
    below = peaks.join(facts, on="row_2", how="inner").filter(
        nw.col("ceiling_2") < nw.col("peak"),
        nw.col("note_2").is_null(),
        nw.col("supersedes_id_2").is_null(),
    )
    pairs = parts.join(below, left_on=[*sums, "floor"], right_on=[*sums, "peak"], how="inner")
    at_once = nw.all_horizontal(
        *(nw.col(f"said_on{end}") == nw.col(f"said_on{end}_2") for end in ("", "_precision")),
        ignore_nulls=True,
    )
    return pairs.filter(nw.col("last") <= nw.col("by"), ~(_is_loss() & at_once & _days_bind()))


def _since_start(figures: Frame) -> Frame:
    sums = figures.filter((nw.col("stock_or_flow") == "cumulative") & ~nw.col("floor").is_null())
    return sums.with_columns(*(nw.col(name).fill_null("") for name in _OPTIONAL))


def _exceeds() -> tuple[nw.Expr, ...]:
    return (nw.col("floor") > nw.col("ceiling_2"), *_comparable())


def _comparable() -> tuple[nw.Expr, ...]:
    """Return what must hold of a part and a whole (`_2`): nothing that both give differs, and of a flow only flows are parts."""
    flows = (nw.col("stock_or_flow_2") != "flow") | (nw.col("stock_or_flow") == "flow")
    alike = ((nw.col(name) == nw.col(f"{name}_2")).fill_null(value=True) for name in _OPTIONAL)
    return (flows.fill_null(value=True), *alike)


def _days_bind() -> nw.Expr:
    """Return true where a whole cannot lie below the part: of one day, or sums of which that of the whole is of a later day."""
    sums = (nw.col("stock_or_flow") == "cumulative") & (nw.col("stock_or_flow_2") == "cumulative")
    bind = (nw.col("day") == nw.col("day_2")) | (sums & (nw.col("day") < nw.col("day_2")))
    return bind.fill_null(value=False)


def _is_loss() -> nw.Expr:
    """Return true for what E311 compares."""
    is_loss = nw.col("measure").is_in(("killed", "wounded")) & (nw.col("of") == "casualties")
    return (is_loss & (nw.col("scope") == nw.col("of_scope"))).fill_null(value=False)


def _breaches(pairs: Frame) -> Frame:
    return breach(pairs, "estimates", "measure", nw.col("said"), nw.col("other"))


RULES: Final = (
    TablesRule(
        "E311",
        "more killed or wounded than casualties, by one estimator on one day",
        "Correct measure, scope, as_of or figure of one of the two.",
        needs=("estimates",),
        breaches=more_dead_than_casualties,
    ),
    TablesRule(
        "W234",
        "a figure for a part exceeds that for the whole, by one estimator",
        "Check measure, scope, day and figure of both.",
        severity="warning",
        needs=("estimates",),
        breaches=greater_parts,
    ),
)
