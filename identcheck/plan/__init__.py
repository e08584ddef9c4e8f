"""The design in numbers, before any data: strength, bias, precision and sensitivity from anticipated numbers.

A :class:`Plan` states the numbers; ``anticipate`` checks them against the design and fills in the defaults.

================  ==================================================================================
``diagnose``      strength of the instruments, bias by its causes, precision, power: closed forms
``sensitivity``   how far estimates move if a condition fails, and how far it must fail to matter
``contour``       the bias over two numbers of the plan
``simulate``      trials drawn from the plan, and six estimators in them
``sweep``         the same over a grid of plans
``falsification`` power and size of tests of the scatter of site effects; also ``falsify``
================  ==================================================================================
"""
