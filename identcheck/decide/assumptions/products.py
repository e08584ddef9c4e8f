"""What products of mediators cost, where it arises: in (iv), (vi), (vii) and (ix). Source: theory section 15."""

from __future__ import annotations

from identcheck.decide.assumptions.base import Remark, Setting
from identcheck.derive.words import brief, effect_words, listed
from identcheck.describe.design import Design
from identcheck.symbols.names import Effect
from identcheck.symbols.typeset.names import joined, named

__all__ = [
    "besides_products",
    "product_value",
    "products_between",
    "products_rank",
    "products_within",
    "random_coefficients",
]


def _in(setting: Setting) -> list[str]:
    """The products among the regressors."""
    return [u for u in setting.regression.regressors if u in setting.design.products]


def _contrast(design: Design, product: str) -> str:
    """What the contrast of a product is made of, in words."""
    k, other = (brief(design, node) for node in design.products[product])
    if k == other:
        return f"that on {brief(design, product)} holds the level of {k} without treatment"
    return f"that on {brief(design, product)} holds the levels of {k} and {other} without treatment"


def products_within(setting: Setting) -> tuple[Remark, ...]:
    """(vi): baseline levels enter against the interaction alone."""
    design = setting.design
    return tuple(
        Remark(
            f"What {brief(design, q)} costs here",
            f"Among the effects of treatment, {_contrast(design, q)}. So levels without treatment, too, must be "
            f"unrelated, from {design.word('person')} to {design.word('person')}, to {effect_words(design, q, design.outcome)}; "
            "of the other effects (vi) asks no more than without the product.",
        )
        for q in _in(setting)
    )


def products_between(setting: Setting) -> tuple[Remark, ...]:
    """(vii): baseline levels enter against every effect."""
    design = setting.design
    return tuple(
        Remark(
            f"What {brief(design, q)} costs here",
            f"Among the effects of treatment, {_contrast(design, q)}. So (vii) is about these levels, averaged "
            f"by {design.word('site')}, against every effect, the main ones too: {design.word('sites')} that start "
            "higher may not be those where a mediator matters more.",
        )
        for q in _in(setting)
    )


def products_rank(setting: Setting) -> tuple[str, ...]:
    """(ix): one column more for each."""
    products = _in(setting)
    if not products:
        return ()
    names = listed([brief(setting.design, q) for q in products])
    takes = "takes one column more" if len(products) == 1 else "take a column each"
    return (f"{names} {takes}, and its compliance must differ from a fixed mix of the others.",)


def random_coefficients(numeral: str, design: Design) -> Remark:
    """The comparison with Heckman and Vytlacil (1998) and Wooldridge (2003), which fails beside interactions."""
    products = listed([brief(design, q) for q in design.products])
    last = (
        f"Without a product, ({numeral}) is weaker: baseline levels of a mediator that go with its effects do no harm. "
        f"With {products} in the design that is lost: baseline levels are part of what treatment does to the product."
        if products
        else f"Assumption ({numeral}) is weaker: a correlation of baseline levels of the mediator with "
        "its effects does no harm here."
    )
    return Remark(
        "Compared with correlated random coefficient models",
        "Heckman and Vytlacil (1998) and Wooldridge (2003) assume that the covariance of the mediator's level with its "
        "effect is constant given treatment and covariates. That needs two things: no covariance of compliance with "
        f"effect, which is ({numeral}), and a covariance of the baseline level with the effect that does not change "
        f"with the covariates. {last}",
    )


def besides_products(design: Design) -> str:
    """What is left of (iv) where products are drawn, as a phrase: " but for V × NP"; "" without them."""
    return f" but for {listed([brief(design, q) for q in design.products])}" if design.products else ""


def product_value(design: Design, product: str) -> str:
    """The product of two mediator values in a formula, with its coefficient."""
    k, other = (f"m_{{{joined((design.notation.tokens[node],))}}}" for node in design.products[product])
    value = rf"{k}^{{2}}" if k == other else rf"{k} \, {other}"
    return rf"{value} \, {named(design.notation.name(Effect(product, design.outcome)))}"
