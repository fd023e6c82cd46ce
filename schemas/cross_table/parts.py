"""Rules on figures for a part that exceed the figure for the whole.

For example, the killed are part of the casualties, and one region is part of all regions.

In the frames of this module a part has the plain columns and a whole those ending in `_2`. The
`floor` of a figure is the least that it leaves possible, its `ceiling` the most.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from tumen.schemas import expressions as ex
from tumen.schemas.cross_table.helpers import (
    equal_if_known,
    first_day,
    format_number,
    last_day,
    select_violations,
)
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
"""By measure that counts a part, the measure that counts the whole.

It is the next one above, which may itself count a part.
"""

_RATES: Final = ("pay_per_person",)
_LEVELS: Final = 3
_UTTERANCE: Final = ("estimator_id", "said_on", "said_on_precision")
_OPTIONAL: Final = ("subject_id", "period_start", "period_end")
_SUMS: Final = ("estimator_id", "unit", *_OPTIONAL)


def find_losses_above_casualties(tables: Tables) -> Iterator[Frame]:
    """Yield the figures of killed, of wounded, or of both together, that exceed the casualties.

    - Both figures are of one estimator, said on one day, and of one scope.
    - Both speak for one day: `as_of`, else the day on which they were said. Of two sums since the
      start, the casualties may speak for a later day.
    - Approximate figures are not added up here, because they may have been rounded.
    """
    pairs = _select_excess_losses(_select_figures(tables))
    yield _select_part_violations(pairs.filter(~ex.col("rounded")))


def find_parts_above_wholes(tables: Tables) -> Iterator[Frame]:
    """Yield the figures for a part that exceed the same estimator's figure for the whole.

    - A part is a measure that `WHOLES` names, or a scope within another. A figure without scope is
      for the whole. Shares and rates have no parts.
    - Both figures were said on one day and speak for days at most a month apart. Or both are sums
      since the start, and the figure for the part speaks for an earlier day.
    - Superseded figures do not count. A whole that supersedes another, or that a note explains, may
      be below an earlier part.
    - What E311 finds is left to it.
    """
    figures = _select_figures(tables)
    superseded = figures.select(ex.col("supersedes_id").alias("estimate_id"))
    current = figures.join(superseded, on="estimate_id", how="anti")
    parts = _select_parts(current, tables)
    excess = (
        _select_excess_losses(figures).filter(ex.col("rounded")),
        _pair_on_one_day(parts, figures),
        _pair_with_later_sums(parts, figures),
    )
    pairs = ex.concat([frame.select("row", "said", "other") for frame in excess])
    yield _select_part_violations(pairs.group_by("row", "said").agg(ex.col("other").min()))


def _select_figures(tables: Tables) -> Frame:
    """Return the estimates with the least and the most that they leave possible, and their days.

    `first` and `last` are the first and the last day for which a figure can speak.
    """
    texts = ("measure", "unit", "stock_or_flow", "bound", *_OPTIONAL)
    as_of = ex.col("as_of")
    first, last = (day("said_on", "said_on_precision") for day in (first_day, last_day))
    return tables["estimates"].select(
        "row",
        "estimate_id",
        "supersedes_id",
        "note",
        *_UTTERANCE,
        *(ex.col(name).cast(ex.String) for name in texts),
        ex.col("scope_id").fill_null("").alias("scope"),
        ex.coalesce("low", "best").alias("floor"),
        ex.coalesce("high", "best").alias("ceiling"),
        ex.coalesce("as_of", "said_on").alias("day"),
        ex.coalesce(as_of, first).alias("first"),
        ex.coalesce(as_of, last).alias("last"),
    )


def _select_excess_losses(figures: Frame) -> Frame:
    """Return the losses above casualties. `rounded` marks sums of approximate figures."""
    casualties = _select_wholes(figures).filter(ex.col("measure_2") == "casualties")
    pairs = _select_losses(figures).join(casualties, on=[*_UTTERANCE, "scope"], how="inner")
    excess = pairs.filter(*_exceeds(), _days_bind())
    whole_is_about = (ex.col("bound_2") == "about").fill_null(value=False)
    rounded = ex.col("is_sum") & (ex.col("is_about") | whole_is_about)
    return excess.with_columns(rounded.alias("rounded"))


def _select_losses(figures: Frame) -> Frame:
    """Return the figures of killed, of wounded, and the sums of both, with their text as `said`."""
    killed, wounded = (
        figures.filter(ex.col("measure") == measure) for measure in ("killed", "wounded")
    )
    single = ex.concat([killed, wounded]).with_columns(
        format_number(ex.col("floor")).alias("said"),
        ex.lit(value=False).alias("is_sum"),
        ex.lit(value=False).alias("is_about"),
    )
    pairs = killed.join(wounded, on=[*_UTTERANCE, "scope", "day"], how="inner", suffix="_2")
    pairs = pairs.filter(*_is_comparable())
    sum_of_texts = ex.concat_str(
        format_number(ex.col("floor")), ex.lit(" + "), format_number(ex.col("floor_2"))
    )
    is_about = (ex.col("bound") == "about") | (ex.col("bound_2") == "about")
    sums = pairs.with_columns(
        sum_of_texts.alias("said"),
        (ex.col("floor") + ex.col("floor_2")).alias("floor"),
        ex.lit(value=True).alias("is_sum"),
        is_about.fill_null(value=False).alias("is_about"),
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
    return ex.concat([single.select(*columns), sums.select(*columns)])


def _select_parts(figures: Frame, tables: Tables) -> Frame:
    """Return each figure once for each measure and scope of which it counts a part.

    `of` is that measure and `of_scope` that scope.
    """
    with_text = figures.with_columns(format_number(ex.col("floor")).alias("said"))
    in_own_scope = with_text.with_columns(ex.col("scope").alias("of_scope"))
    in_all = in_own_scope.filter(ex.col("scope") != "").with_columns(ex.lit("").alias("of_scope"))
    by_scope = [in_own_scope, in_all]
    if "places" in tables:
        within = _select_places_within(tables["places"])
        in_wider_places = with_text.join(within, on="scope", how="inner")
        by_scope.append(in_wider_places.select(*in_own_scope.collect_schema().names()))
    every = ex.concat(by_scope)
    # The same measure in a wider scope is a whole, unless its figures do not add up.
    is_wider = ex.col("of_scope") != ex.col("scope")
    adds_up = (ex.col("unit") != "percent") & ~ex.col("measure").is_in(_RATES)
    same_measure = every.filter(is_wider & adds_up).with_columns(ex.col("measure").alias("of"))
    wider_measures = (
        every.with_columns(_whole_measure(level).alias("of")).filter(~ex.col("of").is_null())
        for level in range(_LEVELS)
    )
    return ex.concat([same_measure, *wider_measures])


def _whole_measure(level: int) -> ex.Expr:
    """Return the measure so many levels above the nearest whole, or null if there is none."""
    chains = {part: tuple(list_wholes(part)) for part in WHOLES}
    wholes = (
        ex.when(ex.col("measure") == part).then(ex.lit(chain[level]))
        for part, chain in chains.items()
        if len(chain) > level
    )
    return ex.coalesce(*wholes)


def list_wholes(measure: str) -> Iterator[str]:
    """Yield the measures of which this one counts a part, the nearest first."""
    while measure in WHOLES:
        measure = WHOLES[measure]
        yield measure


def _select_places_within(places: Frame) -> Frame:
    """Return pairs of a place, as `scope`, and a place in which it lies, as `of_scope`."""
    parents = places.filter(~ex.col("parent_id").is_null()).select(
        ex.col("place_id").alias("of_scope"), ex.col("parent_id").alias("above")
    )
    level = parents.select(ex.col("of_scope").alias("scope"), ex.col("above").alias("of_scope"))
    levels = [level]
    for _ in range(_LEVELS - 1):
        higher = level.join(parents, on="of_scope", how="inner")
        level = higher.select("scope", ex.col("above").alias("of_scope"))
        levels.append(level)
    return ex.concat(levels).unique()


def _select_wholes(figures: Frame) -> Frame:
    """Return the figures as wholes, with their text as `other`.

    The columns that pairs are joined on keep their names, all others end in `_2`.
    """
    columns = (
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
    renamed = (ex.col(name).alias(f"{name}_2") for name in columns)
    wholes = figures.select(*_UTTERANCE, "unit", "scope", *renamed)
    text = ex.concat_str(ex.col("estimate_id_2"), ex.lit(": "), format_number(ex.col("ceiling_2")))
    return wholes.with_columns(text.alias("other"))


def _pair_on_one_day(parts: Frame, figures: Frame) -> Frame:
    """Return the parts that exceed a whole said on the same day, for days a month apart at most."""
    wholes = _select_wholes(figures).rename({"measure_2": "of", "scope": "of_scope"})
    pairs = parts.join(wholes, on=[*_UTTERANCE, "unit", "of", "of_scope"], how="inner")
    at_most_month_later = ex.col("day") <= ex.col("day_2").dt.offset_by("1mo")
    at_most_month_earlier = ex.col("day_2") <= ex.col("day").dt.offset_by("1mo")
    is_left_to_e311 = _is_loss() & _days_bind()
    return pairs.filter(*_exceeds(), at_most_month_later, at_most_month_earlier, ~is_left_to_e311)


def _pair_with_later_sums(parts: Frame, figures: Frame) -> Frame:
    """Return the sums since the start that exceed a later sum for the whole.

    For each whole, only the highest earlier parts are returned. Pairs of every part with every
    later whole would be too many, so a running maximum finds the height first.
    """
    series = [*_SUMS, "of", "of_scope"]
    part_sums = _select_sums(parts)
    peaks = _select_peaks(part_sums, figures, series)
    facts = _select_wholes(figures).select(
        "row_2",
        "ceiling_2",
        "day_2",
        "stock_or_flow_2",
        "note_2",
        "supersedes_id_2",
        "other",
        ex.col("said_on").alias("said_on_2"),
        ex.col("said_on_precision").alias("said_on_precision_2"),
    )
    exceeded = peaks.join(facts, on="row_2", how="inner").filter(
        ex.col("ceiling_2") < ex.col("peak"),
        ex.col("note_2").is_null(),
        ex.col("supersedes_id_2").is_null(),
    )
    pairs = part_sums.join(
        exceeded, left_on=[*series, "floor"], right_on=[*series, "peak"], how="inner"
    )
    said_at_once = ex.all_horizontal(
        ex.col("said_on") == ex.col("said_on_2"),
        ex.col("said_on_precision") == ex.col("said_on_precision_2"),
        ignore_nulls=True,
    )
    is_left_to_e311 = _is_loss() & said_at_once & _days_bind()
    return pairs.filter(ex.col("last") <= ex.col("by"), ~is_left_to_e311)


def _select_peaks(part_sums: Frame, figures: Frame, series: list[str]) -> Frame:
    """Return, for each whole (`row_2`) of a series, the highest part up to its first day, `by`.

    Parts and wholes are put into one order. On one day the parts come first (`turn` 0), so that
    they count for a whole of that day (`turn` 1). A whole adds nothing to the running maximum.
    """
    wholes = figures.with_columns(ex.col("measure").alias("of"), ex.col("scope").alias("of_scope"))
    whole_sums = _select_sums(wholes).select(
        *series,
        "row",
        ex.col("first").alias("by"),
        ex.lit(1).alias("turn"),
        ex.lit(0).cast(ex.Float64).alias("floor"),
    )
    earlier = part_sums.select(
        *series, "row", ex.col("last").alias("by"), ex.lit(0).alias("turn"), "floor"
    )
    later = whole_sums.filter(~ex.col("by").is_null())
    peak = ex.col("floor").cum_max().over(*series, order_by=["by", "turn", "row"])
    peaks = ex.concat([earlier, later]).with_columns(peak.alias("peak"))
    of_wholes = peaks.filter(ex.col("turn") == 1)
    return of_wholes.select(*series, ex.col("row").alias("row_2"), "peak", "by")


def _select_sums(figures: Frame) -> Frame:
    """Return the sums since the start that give a lower bound."""
    is_sum = ex.col("stock_or_flow") == "cumulative"
    sums = figures.filter(is_sum & ~ex.col("floor").is_null())
    # Null is no key of a join, so what is left out becomes an empty text.
    return sums.with_columns(*(ex.col(name).fill_null("") for name in _OPTIONAL))


def _exceeds() -> tuple[ex.Expr, ...]:
    """Return the conditions under which a part exceeds a whole."""
    return (ex.col("floor") > ex.col("ceiling_2"), *_is_comparable())


def _is_comparable() -> tuple[ex.Expr, ...]:
    """Return the conditions under which a part and a whole can be compared.

    Whatever both give is the same, and only a flow can be part of a flow.
    """
    flow_in_flow = (ex.col("stock_or_flow_2") != "flow") | (ex.col("stock_or_flow") == "flow")
    return (flow_in_flow.fill_null(value=True), *equal_if_known(*_OPTIONAL))


def _days_bind() -> ex.Expr:
    """Return whether the days are such that the whole cannot be below the part.

    They are the same day, or both figures are sums and that for the whole is of a later day.
    """
    is_sum, is_sum_2 = (
        ex.col(name) == "cumulative" for name in ("stock_or_flow", "stock_or_flow_2")
    )
    same_day = ex.col("day") == ex.col("day_2")
    later_sum = is_sum & is_sum_2 & (ex.col("day") < ex.col("day_2"))
    return (same_day | later_sum).fill_null(value=False)


def _is_loss() -> ex.Expr:
    """Return whether E311 compares the two figures."""
    is_loss = ex.col("measure").is_in(("killed", "wounded")) & (ex.col("of") == "casualties")
    same_scope = ex.col("scope") == ex.col("of_scope")
    return (is_loss & same_scope).fill_null(value=False)


def _select_part_violations(pairs: Frame) -> Frame:
    return select_violations(pairs, "estimates", "measure", ex.col("said"), ex.col("other"))


RULES: Final = (
    TablesRule(
        "E311",
        "more killed or wounded than casualties, by one estimator on one day",
        "Correct measure, scope, as_of or figure of one of the two.",
        tables=("estimates",),
        find_violations=find_losses_above_casualties,
    ),
    TablesRule(
        "W234",
        "a figure for a part exceeds that for the whole, by one estimator",
        "Check measure, scope, date and figure of both.",
        severity="warning",
        tables=("estimates",),
        find_violations=find_parts_above_wholes,
    ),
)
