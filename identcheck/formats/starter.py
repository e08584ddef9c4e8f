"""The file that ``identcheck init`` writes: a working design with every key explained."""

from __future__ import annotations

__all__ = ["STARTER"]

STARTER = '''\
# A design for identcheck: change what stands here to your own trial, then run
#
#     identcheck check FILE          which average effects are identified, and under what conditions
#     identcheck report FILE -o report.html
#     identcheck plan FILE           what the anticipated numbers at the end of this file mean
#
# Only graph, treatment and outcome are needed; a line without its key takes the default.
# Editors can check and complete this file: 'identcheck schema --help' says how.

# The heading of the report.
title = "Offer of tutoring in twelve schools"

# The causal graph: an arrow is a direct effect, and an arrow left out is an assumption.
# One chain a line (or after a semicolon); braces stand for several nodes at once; a name with
# spaces goes in double quotes.
graph = """
T -> {Tutored Effort} -> Y                # the offer works through both mediators
PriorScore -> {Effort Y}                  # causes from before treatment do no harm; draw them
Motivation -> {Tutored Effort Y}
# Tutored <-> Y                           # shares a cause that is not drawn: no harm either
# Tutored -> Effort                       # without the first '#', one mediator moves the other
"""

# What is randomized within each site; for several arms against one control, a list: ["T1", "T2"].
treatment = "T"

# What the effects are on.
outcome = "Y"

# The number of sites or strata; leave it out while it is not known.
sites = 12

# Nodes that will not be measured.
unobserved = ["Motivation"]

# Nodes that treatment must reach, for checking the graph; may be left out.
mediators = ["Tutored", "Effort"]

# Nodes that treatment must not reach, for checking the graph; may be left out.
baseline = ["PriorScore", "Motivation"]

# Nodes that follow from treatment and do not lead to the outcome; elsewhere such a node is an error.
consequences = []

# What the target effect is averaged over: "sites" (each counts once) or "persons".
average = "sites"

# How the estimator weights the sites: "precision" (two-stage least squares), "sites" or "persons".
weights = "precision"

# Whether the offer moves the mediators in every site; effects can then be had site by site.
works_everywhere = false

# The effects that the trial is for, the most important first; reports and documents are about these.
primary = ["direct(Tutored, Y)", "itt()"]

# Mediators of which one changes what the other does to the outcome: ["Tutored * Effort"]; the square of one: ["Effort * Effort"].
interactions = []

# Words for the report, by node.
[labels]
T = "the offer of tutoring"
Tutored = "tutoring received"
Effort = "own study time"
PriorScore = "reading score before the offer"
Motivation = "motivation to learn"
Y = "reading score in spring"

# A word or two for a node (at most 40 letters), used where its label has been given.
[short]
PriorScore = "prior reading score"
Y = "reading score"

# What the trial calls its persons and its sites, and what is assigned where that is no person.
[words]
person = "pupil"
site = "school"
# persons = "pupils"                      # where the plural is irregular; so with sites
# assigned = "classroom"                  # where whole classrooms are assigned

# "binary" or "continuous", by node; a binary cause makes linearity hold by design.
[scales]
T = "binary"
Tutored = "binary"
Effort = "continuous"
Y = "continuous"

# Whether an effect may differ between "persons" (default), only between "sites", or not ("none").
[varies]
"Tutored -> Y" = "persons"
"Effort -> Y" = "persons"

# "one-sided" where the control group cannot get a binary mediator.
[noncompliance]
"T -> Tutored" = "one-sided"

# How a node stands as a subscript, or how the coefficient of one arrow is written.
[symbols]
Tutored = "1"
Effort = "2"
# "T -> Tutored" = "Kappa_1"

# What makes effects differ: characteristics of sites or persons from before treatment, each with the arrows whose effects it
# changes. In the graph: Prices => (T -> Tutored), (Effort -> Y).
[modifiers]
# Prices = { of = ["T -> Tutored", "Effort -> Y"], measured = true, scale = "binary", label = "high prices for tutors" }
# Grade = { of = "Tutored -> Y", level = "persons", scale = "categorical", levels = 3, balanced = true }

# What you know of the effects, from person to person within sites or between "sites"; conditions that
# follow from it count as met. Without a '#' the first says: who takes up tutoring gains no more from it.
[declarations]
# uncorrelated = [{ of = "T -> Tutored", with = "Tutored -> Y", level = "persons" }]
# independent = [{ of = "T -> {Tutored Effort}", from = "{Tutored Effort} -> Y", level = "sites" }]
# normal = ["persons"]

# Your own argument for an assumption, by its numeral in the report; a missing one leaves a blank.
[justifications]
i = "Tutors are hired per school, so that one pupil's place does not change another's lessons."
viii = "Places are drawn by lot within each school."

# The literature behind it, by numeral.
[citations]
# ix = "Author, A. (2024), Table 2"

# What a pre-registration settles; what you leave out stays a blank in it, or takes the value shown here.
[rules]
direction = "positive"                    # or negative, two-sided; or a table by effect
multiplicity = "holm"                     # or bonferroni, none: for several primary effects
tests = "holm"                            # the same for the tests that speak against the regressions
conditional_f = 10                        # a mediator with a smaller conditional F: effect not determined
decisions = "as proposed"                 # the rules that identcheck proposes; or a list of your own
missing_data = "Pupils without a spring score are left out; a sensitivity analysis imputes their scores."
# protocol = { ISRCTN = "12345678" }      # identifiers of the trial

# Where 'identcheck draw FILE' has put the boxes; verdicts do not depend on it.
[positions]
# T = [60, 150]

# After the trial, for: identcheck examine FILE DATA. Which columns of the data hold what.
[data]
# site = "school"
# effects = { Tutored = ["tutored", "tutored_se"], Y = ["score", "score_se"] }

# Anticipated numbers, for: identcheck plan FILE. What you leave out takes a default, marked as one.
[plan]
persons = 80                              # per school; or [70, 90, ...], or { mean = 80, cv = 0.4 }
treated = 0.5                             # share of a school's pupils who are offered tutoring
variation = "modest"                      # of effects between schools: small, modest, substantial, or SDs

# Effects along arrows: mean over sites, SD between sites, SD within sites, and where you know it from.
[plan.arrows]
"T -> Tutored" = { mean = 0.5, between = 0.15, source = "illustrative" }
"{Tutored Effort} -> Y" = { mean = 0.2, source = "illustrative" }

# Where the other numbers are from.
[plan.sources]
persons = "illustrative"
treated = "half of the places"
'''
"""A complete TOML design, valid as it stands."""
