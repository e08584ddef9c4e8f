"""Causal graphs from the literature that dagitty ships as examples, typed anew.

Each as (title, code, exposure, outcome, latent, adjusted or selected, edges, pairs joined by <->). The edges are written
a second time, in one line by cause, so that the test compares the reader with something it did not make.
"""

from __future__ import annotations

from dataclasses import dataclass

Edge = tuple[str, str]


@dataclass(frozen=True)
class Published:
    """A graph as its source gives it.

    ``reason`` is a part of the error where it is no design of ours, and "" where it is one; ``mediators`` and
    ``consequences`` are what the nodes of the design are.
    """

    title: str
    code: str
    exposure: str
    outcome: str
    children: dict[str, str]
    latent: str = ""
    marked: str = ""
    pairs: tuple[Edge, ...] = ()
    lone: str = ""
    reason: str = ""
    mediators: str = ""
    consequences: str = ""

    @property
    def edges(self) -> set[Edge]:
        return {(cause, effect) for cause, effects in self.children.items() for effect in effects.split()}

    @property
    def nodes(self) -> set[str]:
        ends = {node for edge in (*self.edges, *self.pairs) for node in edge}
        return ends | set(self.lone.split())


PUBLISHED = (
    Published(
        "The M-bias graph (Greenland, 2003)",
        """dag {
bb="0,0,10,6"
E [exposure,pos="1,5"]
D [outcome,pos="9,5"]
Z [pos="5,2"]
E -> D
E <-> Z [pos="2,1"]
Z <-> D [pos="8,1"]
}
""",
        "E",
        "D",
        {"E": "D"},
        pairs=(("D", "Z"), ("E", "Z")),
        reason="the design has no mediator",
    ),
    Published(
        "Extended confounding triangle",
        """E E @-2.2,1.6
D O @1.4,1.6
A 1 @-2.2,-1.5
B 1 @1.4,-1.5
Z 1 @-0.3,-0.1

E D
A E Z
B D Z
Z E D
""",
        "E",
        "D",
        {"E": "D", "A": "E Z", "B": "D Z", "Z": "E D"},
        reason="the design has no mediator",
    ),
    Published(
        "Small model with mediator",
        "dag{ X [e]; Y [o]; Z -> {X I}; X -> I -> Y; X -> Y }",
        "X",
        "Y",
        {"Z": "X I", "X": "I Y", "I": "Y"},
        mediators="I",
    ),
    Published(
        "Many variables but few paths",
        """dag {
E [exposure]
D [outcome]
E <- 1 <- 2 <- 3 <- 4 <- 5 <- 6 <- 7 <- 8 <- 9 <- 10 <- 11 <- 12 <- 13 <- 14 <- 15 -> D
7 -> E -> D
8 -> D
}""",
        "E",
        "D",
        {
            **{str(number): str(number - 1) for number in range(2, 15)},
            **{"1": "E", "7": "6 E", "8": "7 D", "15": "14 D", "E": "D"},
        },
        reason="the design has no mediator",
    ),
    Published(
        "Schipf et al. (2010): testosterone and type 2 diabetes",
        """dag {
TT [exposure,pos="0,0"]
T2DM [outcome,pos="4,6"]
A -> { S PA }
A -> { WC U TT }
S -> { TT T2DM }
WC -> { TT U T2DM }
U -> { TT T2DM }
PA -> { WC T2DM }
}
""",
        "TT",
        "T2DM",
        {"A": "S PA WC U TT", "S": "TT T2DM", "WC": "TT U T2DM", "U": "TT T2DM", "PA": "WC T2DM"},
        reason="the treatment 'TT' has no directed path to the outcome 'T2DM'",
    ),
    Published(
        "Shrier and Platt (2008): warming up and injury",
        """WarmUp E
Injury O
Coach 1
Genetics 1
TeamMotivation 1
PreGame 1
TissueDisorder 1
PreviousInjury 1
ContactSport 1
TissueWeakness 1
IntraGame 1
Fitness 1
Fatigue 1

Coach Fitness TeamMotivation
Genetics Fitness Fatigue TissueDisorder
TeamMotivation PreviousInjury WarmUp
PreGame WarmUp
TissueDisorder TissueWeakness Fatigue
ContactSport IntraGame PreviousInjury
TissueWeakness Injury
IntraGame Injury
Fitness PreGame Fatigue
Fatigue IntraGame Injury
WarmUp IntraGame
""",
        "WarmUp",
        "Injury",
        {
            "Coach": "Fitness TeamMotivation",
            "Genetics": "Fitness Fatigue TissueDisorder",
            "Fitness": "PreGame Fatigue",
            "TissueDisorder": "TissueWeakness Fatigue",
            "TeamMotivation": "PreviousInjury WarmUp",
            "ContactSport": "IntraGame PreviousInjury",
            "PreGame": "WarmUp",
            "Fatigue": "IntraGame Injury",
            "WarmUp": "IntraGame",
            "IntraGame": "Injury",
            "TissueWeakness": "Injury",
        },
        mediators="IntraGame",
    ),
    Published(
        "Acid and de Campos (1996)",
        """dag {
x3 [exposure]
x15 [outcome]
x1 -> {x4 x3}
x2 -> x3 -> {x5 x6}
x4 -> x5 -> {x7 x11}
x6 -> {x7 x14}
x7 -> x9 -> x10 -> {x12 x15}
x8 -> {x14 x15}
x11 -> x12 -> x13
x14 -> x16 -> x17
x15 -> {x17 x18}
}""",
        "x3",
        "x15",
        {
            **{
                "x1": "x3 x4",
                "x2": "x3",
                "x3": "x5 x6",
                "x4": "x5",
                "x5": "x7 x11",
                "x6": "x7 x14",
                "x7": "x9",
            },
            **{"x8": "x14 x15", "x9": "x10", "x10": "x12 x15", "x11": "x12", "x12": "x13", "x14": "x16"},
            **{"x15": "x17 x18", "x16": "x17"},
        },
        mediators="x5 x6 x7 x9 x10",
        consequences="x11 x12 x13 x14 x16 x17 x18",
    ),
    Published(
        "Thoemmes (2013): adjusting for what follows from treatment",
        """e0 U @0.108,0.697
e1 U @0.284,0.682
e2 1 @0.456,0.622
e3 U @0.545,0.677
e4 U @0.713,0.756
s1 1 @0.266,0.802
s2 A @0.457,0.811
s3 1 @0.645,0.822
x E @0.084,0.942
y O @0.810,0.947
z 1 @0.357,0.891
z2 1 @0.554,0.908
z3 1 @0.958,0.899

e0 x
e1 s1
e2 s2 @0.446,0.643 y @0.949,0.690
e3 s3
e4 y
s1 s2 z
s2 s3 z2
s3 y
x y s1
y z3
""",
        "x",
        "y",
        {
            **{"e0": "x", "e1": "s1", "e2": "s2 y", "e3": "s3", "e4": "y"},
            **{"s1": "s2 z", "s2": "s3 z2", "s3": "y", "x": "y s1", "y": "z3"},
        },
        latent="e0 e1 e3 e4",
        marked="s2",
        reason="line 7: the node 's2' is marked 'adjusted', and it is not fixed before treatment",
    ),
    Published(
        "van Kampen (2014): the symptoms of schizophrenia",
        """dag {
EGC [outcome]
SUS [exposure]
AFF -> {ALN APA CDR}
AIS -> {AFF EGC SUS}
ALN -> {APA DET FTW PER SUS}
CDR -> DET
EGC -> HOS
FTW -> {DET EGC}
SAN -> {ALN AFF AIS APA CDR}
SUS -> {EGC FTW HOS}
PER -> DET
}""",
        "SUS",
        "EGC",
        {
            **{"AFF": "ALN APA CDR", "AIS": "AFF EGC SUS", "ALN": "APA DET FTW PER SUS", "CDR": "DET"},
            **{
                "EGC": "HOS",
                "FTW": "DET EGC",
                "SAN": "ALN AFF AIS APA CDR",
                "SUS": "EGC FTW HOS",
                "PER": "DET",
            },
        },
        mediators="FTW",
        consequences="DET HOS",
    ),
    Published(
        "Didelez, Kreiner and Keiding (2010): sampling on the outcome",
        """dag {
HRT [exposure,pos="4,3"]
TCI [outcome,pos="8,3"]
Age [adjusted,pos="1,3"]
Occ [pos="1,5"]
Smo [pos="3,5"]
Thist [pos="5,6"]
S [selected,pos="9,1"]
Age -> {HRT Occ}
Age -> TCI [pos="4,1"]
Age -> S [pos="5,0"]
Occ -> {Smo Thist}
Smo -> {HRT TCI}
Thist -> TCI
HRT -> TCI -> S
}
""",
        "HRT",
        "TCI",
        {
            **{"Age": "HRT Occ S TCI", "HRT": "TCI", "Occ": "Smo Thist", "Smo": "HRT TCI", "TCI": "S"},
            **{"Thist": "TCI"},
        },
        marked="Age S",
        reason="line 8: the node 'S' is marked 'selected', and it is not fixed before treatment",
    ),
    Published(
        "The front door (Pearl, 1995): smoking, tar and cancer",
        """dag {
smoking [exposure]
cancer [outcome]
genotype [latent]
smoking -> tar -> cancer
genotype -> { smoking cancer }
}""",
        "smoking",
        "cancer",
        {"smoking": "tar", "tar": "cancer", "genotype": "smoking cancer"},
        latent="genotype",
        mediators="tar",
    ),
    Published(
        "An instrument with non-compliance (Angrist, Imbens and Rubin, 1996), its offer as the exposure",
        "dag { Z [exposure]  Y [outcome]  Z -> D -> Y  D <-> Y }",
        "Z",
        "Y",
        {"Z": "D", "D": "Y"},
        pairs=(("D", "Y"),),
        mediators="D",
    ),
)
