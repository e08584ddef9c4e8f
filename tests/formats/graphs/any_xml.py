"""Random GraphML and GEXF, and what they draw by a walk through the tree that shares no code with the readers.

A walk gives ``None`` where the document draws no causal graph: an edge without direction, one that ends at a box or at
nothing, two graphs in one file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

WORDS = ("use", "Größe", "名前", "a & b", "x < y", "\U0001f600", "it's", 'say "so"', "école")
ROLES = ("treatment", "mediator", "outcome")
YED = "http://www.yworks.com/xml/graphml"
GRAPHML = (
    "",
    "http://graphml.graphdrawing.org/xmlns",
    "http://graphml.graphdrawing.org/xmlns/1.1",
    "urn:else",
)
GEXF = ("", "http://www.gexf.net/1.2draft", "http://gexf.net/1.3", "http://www.gexf.net/1.1draft", "urn:else")
HEADS = ("none", "standard", "delta", "plain", "diamond", "circle", "transparent_circle", "t_shape")
POINTED = ("standard", "delta", "plain")


@dataclass(frozen=True)
class Picture:
    """What a document draws: the role of each variable, the arrows, the pairs that share a cause."""

    roles: dict[str, str]
    edges: frozenset[tuple[str, str]]
    pairs: frozenset[frozenset[str]]


def text_of(random: Random, words: str) -> str:
    """Words as XML writes them, one way or another."""
    kind = random.randrange(5)
    if kind == 0 and "]]>" not in words:
        return f"<![CDATA[{words}]]>"
    if kind == 1:
        return "".join(f"&#{ord(letter)};" for letter in words)
    if kind == 2:
        return f"<!-- {random.random()} -->{escape(words)}<!-- a <b> -->"
    return escape(words)


def label_of(random: Random, number: int) -> str:
    """A label of its own, perhaps over several lines."""
    return f"{random.choice(WORDS)}{random.choice([' ', chr(10), '  ' + chr(10) + ' ', chr(10) * 2])}{number}"


def one(name: str) -> str:
    """A name on one line."""
    return re.sub(r"[ \t]*\n\s*", " ", name).strip()


# GraphML -------------------------------------------------------------------------------------------------------------


def any_graphml(random: Random, plain: bool = False) -> str:
    """A random document; a plain one has what networkx can read."""
    space = GRAPHML[1] if plain else random.choice(GRAPHML)
    yed = not plain and random.random() < 0.4
    prefix = "g:" if not plain and space and random.random() < 0.2 else ""
    xmlns = f' xmlns{":g" if prefix else ""}="{space}"' if space else ""
    out = [f'<{prefix}graphml{xmlns} xmlns:y="{YED}">']
    usual = random.choice([None, None, "mediator"]) if not plain else None
    default = f"<{prefix}default>{usual}</{prefix}default>" if usual else ""
    out += [
        f'<{prefix}key id="k0" for="{random.choice(["node", "all"])}" attr.name="role" attr.type="string">{default}'
        f"</{prefix}key>",
        f'<{prefix}key id="k1" for="edge" attr.name="confounded" attr.type="boolean"/>',
        f'<{prefix}key id="k2" for="node" attr.name="weight" attr.type="double"/>',
    ]
    if yed:
        out += [f'<{prefix}key id="d6" for="node" yfiles.type="nodegraphics"/>']
    graphs = 2 if not plain and random.random() < 0.05 else 1
    for number in range(graphs):
        numbers: list[str] = []
        out += _graph(random, prefix, yed, plain, number, 0, numbers)
    out.append(f"</{prefix}graphml>")
    return random.choice(["", "\n"]).join(out)


def _graph(
    random: Random, prefix: str, yed: bool, plain: bool, number: int, depth: int, ids: list[str]
) -> list[str]:
    default = "directed" if plain or random.random() < 0.85 else random.choice(["undirected", ""])
    said = f' edgedefault="{default}"' if default else ""
    out = [f'<{prefix}graph id="G{number}.{len(ids)}"{said}>']
    edges = []
    for _ in range(random.randint(1, 4)):
        key = f"n{len(ids)}" if yed or number % 2 == 0 else f"id{len(ids)}&#10;x"
        ids.append(key)
        inner = []
        if not plain and depth < 3 and random.random() < 0.2:
            inner = _graph(random, prefix, yed, plain, number, depth + 1, ids)
        said = []
        if random.random() < 0.5:
            said.append(f'<{prefix}data key="k0">{text_of(random, random.choice(ROLES))}</{prefix}data>')
        if not plain and random.random() < 0.3:
            said.append(
                f'<{prefix}data key="k2">no number</{prefix}data><{prefix}data key="gone">x</{prefix}data>'
            )
        if yed and random.random() < 0.9:
            said.append(_yed_node(random, prefix, len(ids), bool(inner)))
        if inner:
            said = [part for part in said if "k0" not in part]
        out.append(
            f'<{prefix}node id="{key}">' + "".join(random.sample([*said, "".join(inner)], len(said) + 1))
        )
        out.append(f"</{prefix}node>")
    for _ in range(random.randint(0, 4)):
        edges.append(_edge(random, prefix, yed, plain, ids))
    out += edges
    if not plain and random.random() < 0.02:
        out.append(f"<{prefix}hyperedge/>")
    return [*out, f"</{prefix}graph>"]


def _yed_node(random: Random, prefix: str, number: int, group: bool) -> str:
    label = f"<y:NodeLabel>{text_of(random, label_of(random, number))}<y:Model/> \n</y:NodeLabel>"
    if not group:
        return f'<{prefix}data key="d6"><y:ShapeNode><y:Geometry x="1"/>{label}</y:ShapeNode></{prefix}data>'
    closed = random.randrange(2)
    realizers = (
        f'<y:Realizers active="{closed}"><y:GroupNode>{label}</y:GroupNode><y:GroupNode/></y:Realizers>'
    )
    return f'<{prefix}data key="d6"><y:ProxyAutoBoundsNode>{realizers}</y:ProxyAutoBoundsNode></{prefix}data>'


def _edge(random: Random, prefix: str, yed: bool, plain: bool, ids: list[str]) -> str:
    source, target = (random.choice(ids) for _ in range(2))
    if not plain and random.random() < 0.02:
        target = "nowhere"
    own = (
        "" if plain else random.choice(["", "", "", ' directed="true"', ' directed="true"', ' directed="1"'])
    )
    own = ' directed="false"' if not plain and random.random() < 0.02 else own
    said = ""
    if random.random() < 0.2:
        said += f'<{prefix}data key="k1">{random.choice(["true", "false", "1"])}</{prefix}data>'
    if yed and random.random() < 0.7:
        heads = [random.choice(HEADS if random.random() < 0.05 else HEADS[:4]) for _ in range(2)]
        if heads == ["none", "none"] and random.random() < 0.9:
            heads = ["none", "standard"]
        said += (
            f'<{prefix}data key="d9"><y:PolyLineEdge><y:Arrows source="{heads[0]}" target="{heads[1]}"/>'
            f"</y:PolyLineEdge></{prefix}data>"
        )
    ports = ' sourceport="p"' if not plain and random.random() < 0.1 else ""
    return f'<{prefix}edge source="{source}" target="{target}"{own}{ports}>{said}</{prefix}edge>'


def graphml_picture(text: str) -> Picture | None:
    """What a document draws."""
    root = ElementTree.fromstring(text)
    space = root.tag[: -len("graphml")]
    parents = {child: parent for parent in root.iter() for child in parent}
    if len(root.findall(f"{space}graph")) > 1 or list(root.iter(f"{space}hyperedge")):
        return None
    keys = {key.get("id"): key for key in root.iter(f"{space}key")}
    names, roles, words = {}, {}, {}
    for node in root.iter(f"{space}node"):
        if list(node.iter(f"{space}node"))[1:]:
            continue
        names[node.get("id")] = ""
        labels = [label for label in node.iter(f"{{{YED}}}NodeLabel") if label.text is not None]
        words[node.get("id")] = one(labels[0].text) if labels else ""
        data = {d.get("key"): "".join(d.itertext()) for d in node.findall(f"{space}data")}
        default = keys["k0"].find(f"{space}default")
        roles[node.get("id")] = data.get("k0", "" if default is None else default.text)
    names = _named(names, words)
    edges, pairs = set(), set()
    for edge in root.iter(f"{space}edge"):
        ends = [edge.get("source"), edge.get("target")]
        if not {*ends} <= {*names}:
            return None
        source, target = (names[end] for end in ends)
        graph, default = parents[edge], ""
        while not default and graph is not root:
            default, graph = graph.get("edgedefault", ""), parents[graph]
        directed = {"true": True, "1": True, "false": False}.get(edge.get("directed"), default == "directed")
        arrows = next(edge.iter(f"{{{YED}}}Arrows"), None)
        marks = [] if arrows is None else [arrows.get("source"), arrows.get("target")]
        if any("circle" in mark for mark in marks):
            return None
        if marks and "none" not in marks and not {*marks} <= {*POINTED}:
            return None
        said = [d.text for d in edge.findall(f"{space}data") if d.get("key") == "k1"]
        if (said and said[0] != "false") or (marks and "none" not in marks):
            pairs.add(frozenset([source, target]))
        elif marks == ["none", "none"] or (not marks and not directed):
            return None
        else:
            edges.add((target, source) if marks and marks[0] != "none" else (source, target))
    return Picture({names[key]: role for key, role in roles.items()}, frozenset(edges), frozenset(pairs))


def _named(names: dict[str, str], words: dict[str, str]) -> dict[str, str]:
    ids = {key: one(key) for key in names}
    shown = {key: words[key] or ids[key] for key in names}
    numbered = all(re.fullmatch(r"n?[0-9]+", key) for key in names)
    return shown if numbered and len({*shown.values()}) == len(shown) else ids


# GEXF ----------------------------------------------------------------------------------------------------------------


def any_gexf(random: Random, plain: bool = False) -> str:
    """A random document; a plain one has what networkx can read."""
    space = "http://www.gexf.net/1.2draft" if plain else random.choice(GEXF)
    xmlns = f' xmlns="{space}"' if space else ""
    default = "directed" if plain or random.random() < 0.8 else random.choice(["undirected", ""])
    said = f' defaultedgetype="{default}"' if default else ""
    usual = "<default>mediator</default>" if not plain and random.random() < 0.3 else ""
    ids: list[str] = []
    nodes = _gexf_nodes(
        random, plain, 0, ids, "".join(random.choice("abn") for _ in range(random.choice([0, 1])))
    )
    edges = []
    for number in range(random.randint(0, 6)):
        source, target = (random.choice(ids) for _ in range(2))
        if not plain and random.random() < 0.02:
            target = "nowhere"
        own = "" if plain or random.random() < 0.3 else ' type="directed"'
        if not plain and random.random() < 0.03:
            own = random.choice([' type="undirected"', ' type="mutual"'])
        shared = ""
        if random.random() < 0.2:
            shared = f'<attvalues><attvalue for="0" value="{random.choice(["true", "false"])}"/></attvalues>'
        edges.append(f'<edge id="{number}" source="{source}" target="{target}"{own}>{shared}</edge>')
    return "\n".join(
        [
            f'<?xml version="1.0" encoding="UTF-8"?><gexf{xmlns} xmlns:v="urn:viz" version="1.2"><graph{said}>',
            f'<attributes class="node"><attribute id="0" title="role" type="string">{usual}</attribute>',
            '<attribute id="1" title="Degree" type="integer"/></attributes>',
            '<attributes class="edge"><attribute id="0" title="confounded" type="boolean"/></attributes>',
            nodes,
            "<edges>",
            *edges,
            "</edges></graph></gexf>",
        ]
    )


def _gexf_nodes(random: Random, plain: bool, depth: int, ids: list[str], letter: str) -> str:
    out = []
    for _ in range(random.randint(1, 4)):
        key = f"{letter}{len(ids)}"
        ids.append(key)
        label = f" label={quoteattr(label_of(random, len(ids)))}" if random.random() < 0.9 else ""
        boxed = not plain and depth < 2 and random.random() < 0.15
        said, inner = "", _gexf_nodes(random, plain, depth + 1, ids, letter) if boxed else ""
        if random.random() < 0.5 and not boxed:
            said += f'<attvalue for="0" value="{random.choice(ROLES)}"/>'
        if not plain and random.random() < 0.3:
            said += '<attvalue for="1" value="no number"/><attvalue for="gone" value="x"/>'
        pid = f' pid="{random.choice(ids[:-1])}"' if not plain and ids[1:] and random.random() < 0.04 else ""
        if pid:
            said = said.replace('for="0"', 'for="1"')
        values = f"<attvalues>{said}</attvalues>" if said else ""
        out.append(f'<node id="{key}"{label}{pid}>{values}<v:size value="1"/>{inner}</node>')
    return "<nodes>" + "".join(out) + "</nodes>"


def gexf_picture(text: str) -> Picture | None:
    """What a document draws."""
    root = ElementTree.fromstring(text)
    space = root.tag[: -len("gexf")]
    graph = root.find(f"{space}graph")
    role = next(a for a in graph.iter(f"{space}attribute") if a.get("title") == "role")
    default = role.findtext(f"{space}default") or ""
    found = list(root.iter(f"{space}node"))
    boxes = {node.get("id") for node in found if node.find(f"{space}nodes") is not None}
    boxes |= {node.get("pid") for node in found if node.get("pid") != node.get("id")}
    if any(  # a role said of a box
        value.get("for") == "0"
        for node in found
        if node.get("id") in boxes
        for value in node.findall(f"{space}attvalues/{space}attvalue")
    ):
        return None
    names, words, roles = {}, {}, {}
    for node in (node for node in found if node.get("id") not in boxes):
        key = node.get("id")
        names[key], words[key] = "", one(node.get("label", ""))
        said = [
            v.get("value") for v in node.findall(f"{space}attvalues/{space}attvalue") if v.get("for") == "0"
        ]
        roles[key] = said[0] if said else default
    names = _named(names, words)
    edges, pairs = set(), set()
    for edge in root.iter(f"{space}edge"):
        ends = [edge.get("source"), edge.get("target")]
        if not {*ends} <= {*names}:
            return None
        source, target = (names[end] for end in ends)
        said = [v.get("value") for v in edge.iter(f"{space}attvalue")]
        if said == ["true"]:
            pairs.add(frozenset([source, target]))
        elif (edge.get("type") or graph.get("defaultedgetype")) != "directed":
            return None
        else:
            edges.add((source, target))
    return Picture({names[key]: role for key, role in roles.items()}, frozenset(edges), frozenset(pairs))
