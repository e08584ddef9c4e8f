"""What the plan of the user's file means for each effect that is drawn: a sentence beside its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

__all__ = ["numbers"]


def numbers(text: str, assume: Iterable[str]) -> Iterator[tuple[str, str, bool]]:
    """Of each effect that can be estimated: the question, strength, bias, precision and power in words, and whether to worry.

    Args:
        text: the TOML file as the drawing is saved into it, with its ``[plan]``.
        assume: what is granted: an effect is estimated by the strategy that its verdict rests on.

    Raises:
        InvalidDesignError: the text describes no design.
        InvalidPlanError: the plan does not fit what is drawn, with every problem.
    """
    from identcheck.formats import from_text
    from identcheck.plan.closed.diagnosis import diagnose
    from identcheck.plan.closed.outlook import outlooks
    from identcheck.plan.inputs.from_files import plan_from_text

    plan = plan_from_text(text, "the file")
    for outlook in outlooks(diagnose(from_text(text, "toml"), plan, assume=list(assume))):
        if not outlook.reason:
            words = " ".join(filter(None, (outlook.sentence, outlook.power_sentence)))
            yield str(outlook.estimand), words, outlook.weak or outlook.biased
