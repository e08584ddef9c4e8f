"""Random graphs in DOT: statements, the same written in random ways, and what Graphviz makes of them.

A statement is one of::

    ("node", [names], attributes)          ("edge", [ends], attributes)
    ("default", "node" | "edge", attributes)
    ("graph", name or None, [statements])

An end is a list of names or a "graph" statement. The meaning is worked out here with lists and copies, and shares
nothing with the reader.
"""

from __future__ import annotations

from itertools import pairwise

NAMES = [
    "T",
    "Y",
    "M1",
    "_m",
    "étude",
    "use of",
    "node",
    "-1",
    ".5",
    "-.5",
    "3.",
    "12",
    'a"b',
    "c--d",
    "x -> y",
    "{",
]
HEADS = ["normal", "none", "vee", "empty", "onormal", "open", "tee", "box", "diamond", "nonenormal"]
POINTED = {"normal", "vee", "empty", "onormal", "open", "nonenormal"}


def statements(random, depth=0):
    return [statement(random, depth) for _ in range(random.randint(0 if depth else 1, 5))]


def statement(random, depth):
    kind = random.choice(["node", "edge", "edge", "edge", "default", "graph" if depth < 3 else "edge"])
    if kind == "default":
        what = random.choice(["node", "edge"])
        return (kind, what, attributes(random, what))
    if kind == "graph":
        return graph(random, depth)
    if kind == "node":
        return (kind, [random.choice(NAMES)], attributes(random, "node"))
    return (kind, [end(random, depth) for _ in range(random.randint(2, 3))], attributes(random, "edge"))


def graph(random, depth):
    return ("graph", random.choice([None, None, "one", "cluster 2"]), statements(random, depth + 1))


def end(random, depth):
    if depth < 3 and random.random() < 0.2:
        return graph(random, depth)
    return [random.choice(NAMES) for _ in range(random.choice([1, 1, 1, 2]))]


def attributes(random, of):
    keys = {
        "node": [
            ("unobserved", ["true", "false"]),
            ("label", ["two words", "<a -- b>", "x"]),
            ("shape", ["box"]),
        ],
        "edge": [
            ("dir", ["both", "both", "back", "forward"]),
            ("arrowhead", HEADS),
            ("arrowtail", HEADS),
            ("style", ["invis", "dashed"]),
            ("label", ["w", "<<b>i</b>; ]>"]),
            ("penwidth", ["2", "-.5"]),
        ],
    }[of]
    chosen = random.sample(
        keys, random.choice([0, 0, 1, 1, 2, 3]) if of == "edge" else random.choice([0, 1, 2])
    )
    return {key: random.choice(values) for key, values in chosen}


# -- how it is written --------------------------------------------------------


def written(random, made, full=True):
    """The text; ``full`` also takes what pydot does not read."""
    w = Writer(random, full)
    strict = random.random() < 0.2
    head = (w.case("strict") + w.gap() if strict else "") + w.case("digraph")
    head += random.choice(["", " G", ' "a graph"'])
    return w.blank() + head + w.blank() + "{" + w.listed(made) + "}" + w.blank(), strict


class Writer:
    def __init__(self, random, full):
        self.random = random
        self.full = full

    def case(self, word):
        return self.random.choice([word, word.upper(), word.capitalize()]) if self.full else word

    def gap(self):
        return self.blank() or " "

    def blank(self):
        comments = ["", "", " ", "\n", "\t ", "/* -> { [ */", ' // x -> " y\n', "\n# a -- b\n"]
        return self.random.choice(comments)

    def listed(self, made):
        return self.blank() + "".join(
            self.statement(one) + self.random.choice([";", " ;", "\n", " "]) + self.blank() for one in made
        )

    def statement(self, one):
        if one[0] == "default":
            return self.case(one[1]) + self.blank() + (self.brackets(one[2]) or "[]")
        if one[0] == "graph":
            return self.graph(one)
        if one[0] == "node":
            return self.names(one[1]) + self.brackets(one[2])
        ends = (self.graph(x) if isinstance(x, tuple) else self.names(x) for x in one[1])
        return (self.blank() + "->" + self.blank()).join(ends) + self.brackets(one[2])

    def graph(self, one):
        head = "" if one[1] is None else self.case("subgraph") + self.gap() + f'"{one[1]}"' + self.blank()
        if one[1] is None and self.full and self.random.random() < 0.3:
            head = self.case("subgraph") + self.gap()
        return head + "{" + self.listed(one[2]) + "}"

    def names(self, names):
        if len(names) > 1 and not self.full:
            return "{" + self.gap().join(map(self.name, names)) + "}"
        return (self.blank() + "," + self.blank()).join(map(self.name, names))

    def name(self, name):
        plain = name.replace("_", "a").isalnum() and not name[0].isdigit() and name != "node"
        numeral = self.full and not set(name) - set("-.0123456789")
        port = self.random.choice(["", "", "", ":e", ":p:nw"])
        if (plain or numeral) and self.random.random() < 0.7:
            return f"{name}{port}"
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        if self.random.random() < 0.2 and len(name) > 1 and "\\" not in quoted:
            return f'"{quoted[:1]}"{self.blank()}+{self.blank()}"{quoted[1:]}"' + port
        if self.full and " " in quoted and self.random.random() < 0.5:
            quoted = quoted.replace(" ", self.random.choice(["\\n", "\n", " \n ", "\\\n "]), 1)
        return f'"{quoted}"{port}'

    def brackets(self, said):
        if not said:
            return self.random.choice(["", "", "[]", " [ ]"])
        lists = [[]]
        for key, value in said.items():
            if lists[-1] and self.random.random() < 0.3:
                lists.append([])
            lists[-1].append(f"{key}{self.blank()}={self.blank()}{self.value(value)}")
        ends = [",", " ", ", ", ";"] if self.full else [",", " ", ", "]
        return "".join(
            "[" + "".join(x + self.random.choice(ends) + self.blank() for x in texts) + "]" for texts in lists
        )

    def value(self, value):
        if value[0] == "<":
            html = ["<!-- > -- -->", "<i>q</i>"] if self.full else ["<i>q</i>"]
            return value[:-1] + self.random.choice(["", *html]) + ">"
        quoted = " " in value or value[0] in "-." or self.random.random() < 0.5
        return f'"{value}"' if quoted else value


# -- what it means ------------------------------------------------------------


def meaning(made, strict=False):
    """Nodes with whether each is unobserved, arrows, pairs, and the edges that do not say what causes what."""
    nodes, edges = {}, []
    _replay(made, {"node": {}, "edge": {}, "of": {}, "in": []}, nodes, edges, strict)
    arrows, pairs, unclear = set(), set(), set()
    for u, v, said in edges:
        if said.get("style") == "invis":
            continue
        way = said.get("dir", "forward")
        head = said.get("arrowhead", "normal") if way in ("forward", "both") else "none"
        tail = said.get("arrowtail", "normal") if way in ("back", "both") else "none"
        if "none" in (head, tail):
            found = arrows if (head, tail) != ("none", "none") else unclear
            found.add((u, v) if tail == "none" else (v, u))
        elif head in POINTED and tail in POINTED:
            pairs.add(frozenset((u, v)))
        else:
            unclear.add((u, v))
    return {n: said.get("unobserved") == "true" for n, said in nodes.items()}, arrows, pairs, unclear


def _replay(made, scope, nodes, edges, strict):
    """Go through statements; ``scope`` has the defaults here, the graphs inside by name, and the names met in order."""
    for one in made:
        if one[0] == "default":
            scope[one[1]] = {**scope[one[1]], **one[2]}
        elif one[0] == "graph":
            _inside(one, scope, nodes, edges, strict)
        elif one[0] == "node":
            _meet(one[1], scope, nodes)
            for name in one[1]:
                nodes[name].update(one[2])
        else:
            ends = []
            for x in one[1]:
                if isinstance(x, tuple):
                    ends.append(_inside(x, scope, nodes, edges, strict))
                else:
                    _meet(x, scope, nodes)
                    ends.append(x)
            ends = [
                list(dict.fromkeys(end)) if isinstance(x, tuple) else end
                for x, end in zip(one[1], ends, strict=True)
            ]
            for tails, heads in pairwise(ends):
                for u in tails:
                    for v in heads:
                        same = [e for e in edges if strict and e[:2] == (u, v)]
                        if same:
                            same[0][2].update(one[2])
                        else:
                            edges.append((u, v, {**scope["edge"], **one[2]}))


def _meet(names, scope, nodes):
    for name in names:
        nodes.setdefault(name, dict(scope["node"]))
        scope["in"].append(name)


def _inside(one, scope, nodes, edges, strict):
    inner = scope["of"].get(one[1]) if one[1] else None
    if inner is None:
        inner = {"own": {"node": {}, "edge": {}}, "of": {}, "in": []}
        if one[1]:
            scope["of"][one[1]] = inner
    before = {kind: {**scope[kind], **inner["own"][kind]} for kind in ("node", "edge")}
    view = {**before, "of": inner["of"], "in": inner["in"]}
    local = _Own(view, inner["own"])
    _replay(one[2], local, nodes, edges, strict)
    scope["in"] += inner["in"]
    return inner["in"]  # a graph may get more nodes before the statement ends


class _Own(dict):
    """A scope that keeps apart what is said in it, for the graph to be opened again."""

    def __init__(self, view, own):
        super().__init__(view)
        self.own = own

    def __setitem__(self, kind, value):
        if kind in self.own:
            changed = {k: v for k, v in value.items() if self[kind].get(k) != v}
            self.own[kind].update(changed)
        super().__setitem__(kind, value)
