"""What a whole report says: deck, key points, finding, verdict, strip, conclusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.edition.values import Strip, StripCell, Tone
from generator.findings import market_sentences, sentences, uncounted
from generator.findings.cases import will_it_hold
from generator.findings.families import Family, family_of
from generator.findings.followed import said_of
from generator.findings.robust import edge_by_half
from generator.findings.standout import STANDS_OUT, standout
from generator.findings.tables import verdict_alone
from generator.findings.view import MIN_CASES, MIN_CASES_IN_PROSE, StudyView
from generator.language import numbers
from generator.language.asset_names import lowered
from generator.language.own_words import words
from generator.language.words import beside, of_times, paragraph, span
from generator.study.values import HorizonSummary

TOLD_OTHERS = 2
"""Studies beside the lead that the key points have room for."""


def strip(view: StudyView) -> Strip:
    """A cell a horizon: average, or median where a few cases carry one of them; how often higher; verdict,
    which the caption has where all are alike."""
    caption = words(
        "strip.caption" if view.target == view.study.asset else "strip.caption_of_another",
        title=view.title,
        target=view.called,
        middle=words("strip.median" if view.by_median else "strip.average"),
        moment=view.any_moment,
    )
    # One measure in all cells, so that they can be read across.
    cells = tuple(_strip_cell(view, s, medians=view.by_median) for s in view.result.summaries)
    counted = [s.horizon.label for s in view.averaged if view.counts_present(s)]
    if counted:
        caption = words("strip.counted", caption=caption, at=", ".join(counted))
    made = Strip(caption, cells, words("strip.signal" if view.study.listed is None else "strip.event"))
    if made.judges_apart:
        return made
    return replace(made, caption=words("strip.alike", caption=caption, verdict=cells[0].verdict))


def _strip_cell(view: StudyView, summary: HorizonSummary, *, medians: bool) -> StripCell:
    ruling = summary.verdict
    told = summary.n >= MIN_CASES
    rose = words("strip.rose", wins=view.wins(summary), n=summary.n)
    times = rose if summary.n else words("strip.none")
    middle = summary.median if medians else summary.average
    average = numbers.percent_sign(middle) if told else numbers.DASH
    usual = summary.baseline.median if medians else summary.baseline.average
    # The words tell the verdict; the colour of a figure tells its sign, and none where nothing is judged.
    tone: Tone = "muted" if ruling.key == "too-few" else numbers.tone_of(average)
    return StripCell(
        summary.horizon.label,
        average,
        times,
        verdict_alone(ruling.key),
        tone,
        summary is view.headline,
        medians,
        numbers.percent_sign(usual) if told and usual is not None else "",
    )


def report_verdict(view: StudyView) -> str:
    """The lead study's verdict in a few words."""
    return verdict_alone("too-few" if view.headline is None else view.headline.verdict.key)


def finding(view: StudyView) -> str:
    """The finding in one line, for lists that show the verdict beside it."""
    return sentences.one_line(view)


def deck(view: StudyView) -> str:
    """One sentence that carries the finding: how often the signal came, what followed, and its verdict."""
    line, head = sentences.one_line(view), view.headline
    return line if head is None else f"{line[:-1]}: {sentences.SAID[head.verdict.key]}."


def key_points(
    views: Sequence[StudyView], *, tells_week: bool = False, leads: bool = True
) -> tuple[str, ...]:
    """Three to five points: what stands out, what happened, what followed and its verdict, other studies, the
    price paid.

    Parameters
    ----------
    views : every study of the report, the lead first.
    tells_week : the report has a section on what happened, so that no point needs to say it.
    leads : the first of the studies carries the report, and the deck has said what it found.
    """
    lead, others = views[0], views[1:] if leads else views
    happened = "" if tells_week else _happened(lead)
    if not lead.result.episodes:
        return (happened or market_sentences.signal_came(lead),)
    found = standout(views, leads=leads)
    hard = found is not None and found.is_hard
    points = ["" if found is None else found.text, happened]
    told = found.summary if found is not None and hard else None
    if tells_week:
        points.append(will_it_hold(lead) if leads else "")
    else:
        by_verdict = sentences.by_verdict(lead, family_of(views), told)
        points.append(by_verdict or ("" if hard else sentences.finding(lead)))
    family = family_of(views)
    new = [view for view in others[:TOLD_OTHERS] if found is None or found.view is not view]
    points += [_brief(view, family) for view in new if not tells_week or stands_out(view, family)]
    if not others and not tells_week:
        points.append(sentences.headline_edge(lead))
    if leads:
        points.append(sentences.deepest_loss(lead) or ("" if tells_week else uncounted.left_out(lead)))
    return tuple(p for p in points if p)


def _happened(lead: StudyView) -> str:
    month = market_sentences.month_so_far(lead.history, lead.names)
    came = market_sentences.signal_came(lead)
    return paragraph(came, month) if lead.kind == "daily" else paragraph(month, came)


def stands_out(view: StudyView, family: Family) -> bool:
    """Whether a week's second story found what its key points need to say."""
    head = view.headline
    if head is None or not head.verdict.is_unusual:
        return False
    q = family.q_value(view, head)
    return q is not None and q <= STANDS_OUT


def finds_something(view: StudyView) -> bool:
    """Whether any horizon did better or worse than usual."""
    return any(summary.verdict.is_unusual for summary in view.averaged)


def finds_nothing(view: StudyView) -> bool:
    """Whether a study could be judged, and nowhere was there a clear difference."""
    judged = any(summary.verdict.key == "ordinary" for summary in view.averaged)
    return judged and not finds_something(view)


def _brief(view: StudyView, family: Family) -> str:
    """How often the target was higher at the headline, by how much, and the verdict."""
    head = view.headline
    if head is None:
        return f"{view.title}: {sentences.one_line(view)}"
    often = sentences.outcome(view, head)
    judged = f": {sentences.SAID[head.verdict.key]}{family.aside(view, [head])}"
    if head.verdict.key == "too-few":
        judged = f"; {beside(head.n, head.n)} cases are too few for a verdict"
    return said_of(view, head.horizon.label, f"{often}{judged}")


def _short(view: StudyView, who: str = "") -> str:
    line, head = sentences.one_line(view, who), view.headline
    if head is None:
        return line
    return f"{lowered(line[:-1])} ({sentences.SAID[head.verdict.key]})."


def conclusion(views: Sequence[StudyView]) -> tuple[str, ...]:
    """Paragraphs: the lead study's verdicts by horizon, what a holder met, then the other studies."""
    lead, others = views[0], views[1:]
    paragraphs = [paragraph(sentences.by_verdict(lead, family_of(views)), _holder(lead)), _caveats(lead)]
    paragraphs += [_other(view, lead) for view in others]
    if others:
        paragraphs.append(_together(views))
    return tuple(p for p in paragraphs if p)


def _holder(view: StudyView) -> str:
    """The quotable sentence: a holder from these closes, and one from any close."""
    head = view.headline
    middle = None if head is None else view.typical(head)
    if head is None or middle is None:
        return sentences.finding(view)
    start = numbers.month(view.result.episodes[0].date)
    often = of_times(view.wins(head), head.n)
    text = (
        f"Over {span(head.horizon.label)} {view.called} rose {often} since {start} and brought {middle.told}"
    )
    if middle.usual is None or head.baseline.win_rate is None:
        return f"{text}."
    usual = numbers.percent_sign(middle.usual)
    rate = (
        f"rose {numbers.rate(head.baseline.win_rate)} of the time and "
        if head.n >= MIN_CASES_IN_PROSE
        else ""
    )
    return f"{text}; from {view.any_moment} {view.it} {rate}brought {usual}."


def _caveats(view: StudyView) -> str:
    """What keeps the conclusion narrow: parts of the history, separate periods, luck."""
    return paragraph(edge_by_half(view), sentences.stands_on(view), sentences.beyond_luck(view))


def _other(view: StudyView, lead: StudyView) -> str:
    if view.same_signal(lead):
        return f"The same dates, measured on {view.called}: {_short(view, view.it)}"
    return f"{view.title}: {_short(view)}"


def _together(views: Sequence[StudyView]) -> str:
    """That the studies agree; nothing where they do not, for each has said what it found."""
    keys = [v.headline.verdict.key for v in views if v.headline is not None]
    judged = [k for k in keys if k != "too-few"]
    if len(judged) < 2:
        return ""
    count = beside(len(judged), len(judged))
    studies = "studies" if len(judged) == len(views) else "studies with enough cases"
    for word in ("better", "worse"):
        if all(k.startswith(word) for k in judged):
            every = "both" if len(judged) == 2 else f"all {count}"
            return f"{every.capitalize()} {studies} did {word} than usual{_luck(judged)}."
    if all(k == "ordinary" for k in judged):
        none = "Neither" if len(judged) == 2 else "None"
        return f"{none} of the {count} {studies} shows a clear difference."
    return ""


def _luck(keys: Sequence[str]) -> str:
    """What luck could do to studies that came out on one side: to all, to some or to none of them."""
    lucky = sum(not key.endswith("hard") for key in keys)
    if lucky == len(keys):
        return ", and luck could explain it"
    return f", and luck could explain {beside(lucky, len(keys))} of them" if lucky else ""
