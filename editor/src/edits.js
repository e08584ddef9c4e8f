// The edits of a drawing: each takes a drawing and gives a new one; nothing is changed in place.

const same = (arrow, from, to) => arrow.from === from && arrow.to === to;
export const arrowId = (from, to) => JSON.stringify([from, to]);
export const names = (drawing) => [...drawing.nodes.map((n) => n.name), ...drawing.modifiers.map((m) => m.name)];

/** A short name for words: themselves where they are one short word, else their first word of some length. */
export function nameFor(drawing, words) {
  const parts = words.match(/[\p{L}\p{N}_]+/gu) ?? ["X"];
  const long = parts.find((part) => part.length > 3) ?? parts[0];
  const base = parts.length === 1 ? parts[0] : long[0].toUpperCase() + long.slice(1);
  const taken = new Set(names(drawing));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}${count}`;
    if (!taken.has(name)) return name;
  }
}

/** A new variable; with its arrows where there are a treatment and an outcome: from what is selected, or from the arms. */
export function withVariable(drawing, words, from = null, spot = null) {
  const name = nameFor(drawing, words);
  const node = name === words ? { name } : { name, label: words };
  const next = { ...drawing, nodes: [...drawing.nodes, node] };
  if (spot) next.positions = { ...drawing.positions, [name]: spot };
  if (!drawing.treatment.length) next.treatment = [name];
  else if (!drawing.outcome) next.outcome = name;
  else if (!spot) {
    const sources = from && from !== drawing.outcome ? [from] : drawing.treatment;
    next.arrows = [...drawing.arrows, ...sources.map((source) => ({ from: source, to: name })), { from: name, to: drawing.outcome }];
  }
  return { drawing: next, name };
}

export function withArrow(drawing, from, to) {
  if (from === to || drawing.arrows.some((arrow) => same(arrow, from, to))) return null;
  return { ...drawing, arrows: [...drawing.arrows, { from, to }] };
}

export function withShared(drawing, one, two) {
  const there = drawing.shared.some((pair) => pair.includes(one) && pair.includes(two));
  return one === two || there ? null : { ...drawing, shared: [...drawing.shared, [one, two]] };
}

export function withoutVariable(drawing, name) {
  const away = (pair) => !pair.includes(name);
  const modifiers = drawing.modifiers.map((m) => ({ ...m, of: m.of.filter(away) }));
  const { [name]: _, ...positions } = drawing.positions;
  return withoutGone(drawing, {
    ...drawing,
    positions,
    nodes: drawing.nodes.filter((n) => n.name !== name),
    arrows: drawing.arrows.filter((a) => a.from !== name && a.to !== name),
    shared: drawing.shared.filter(away),
    interactions: drawing.interactions.filter(away),
    modifiers: modifiers.filter((m) => m.of.length || m.causes),
    treatment: drawing.treatment.filter((arm) => arm !== name),
    outcome: drawing.outcome === name ? "" : drawing.outcome,
  });
}

export function withoutArrow(drawing, from, to) {
  const modifiers = drawing.modifiers.map((m) => ({ ...m, of: m.of.filter(([u, v]) => u !== from || v !== to) }));
  return withoutGone(drawing, {
    ...drawing,
    arrows: drawing.arrows.filter((arrow) => !same(arrow, from, to)),
    modifiers: modifiers.filter((m) => m.of.length || m.causes),
  });
}

export const withoutShared = (drawing, one, two) => ({
  ...drawing,
  shared: drawing.shared.filter((pair) => !(pair.includes(one) && pair.includes(two))),
});

export const withoutModifier = (drawing, name) => ({ ...drawing, modifiers: drawing.modifiers.filter((m) => m.name !== name) });

export const withoutInteraction = (drawing, pair) => withoutGone(drawing, {
  ...drawing,
  interactions: drawing.interactions.filter((other) => other.join() !== pair.join()),
});

/** Something said of a variable: a value of null takes it away. */
export function said(drawing, name, key, value) {
  const nodes = drawing.nodes.map((n) => (n.name === name ? cleaned({ ...n, [key]: value }) : n));
  return { ...drawing, nodes };
}

export function saidOfArrow(drawing, from, to, key, value) {
  const arrows = drawing.arrows.map((a) => (same(a, from, to) ? cleaned({ ...a, [key]: value }) : a));
  return { ...drawing, arrows };
}

export function saidOfModifier(drawing, name, key, value) {
  const modifiers = drawing.modifiers.map((m) => (m.name === name ? cleaned({ ...m, [key]: value }) : m));
  return { ...drawing, modifiers };
}

export function withModifier(drawing, words, from, to) {
  const name = nameFor(drawing, words);
  const made = { name, of: [[from, to]], ...(name === words ? {} : { label: words }) };
  return { ...drawing, modifiers: [...drawing.modifiers, made] };
}

const LISTED = ["mediators", "baseline", "consequences"]; // keys of the file that list variables by what they are

export const roleOf = (drawing, name) => (drawing.treatment.includes(name) ? "arm" : drawing.outcome === name ? "outcome"
  : LISTED.find((key) => drawing.beside[key]?.includes(name)) ?? "");

/** A variable as an arm, as the only treatment, as the outcome, as one of those that a key of the file lists, or as its arrows have it (""). */
export function withRole(drawing, name, role) {
  const others = drawing.treatment.filter((arm) => arm !== name);
  const beside = { ...drawing.beside };
  for (const key of LISTED) {
    const rest = [beside[key] ?? []].flat().filter((other) => other !== name);
    if (key === role) rest.push(name);
    if (rest.length) beside[key] = rest;
    else delete beside[key];
  }
  return {
    ...drawing,
    beside,
    treatment: role === "treatment" ? [name] : role === "arm" ? [...others, name] : others,
    outcome: role === "outcome" ? name : drawing.outcome === name ? "" : drawing.outcome,
  };
}

/** An entry of a table of the file that is not drawn, such as the user's argument for an assumption; "" takes it away. */
export function saidBeside(drawing, table, name, text) {
  return { ...drawing, beside: { ...drawing.beside, [table]: cleaned({ ...drawing.beside[table], [name]: text }) } };
}

const writtenName = (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** An arrow as a design file has it. */
export const writtenArrow = (from, to) => `${writtenName(from)} -> ${writtenName(to)}`;

/** The arrows whose effects can be declared, as a design file has them: those that are drawn, and those of products. */
export function effects(drawing) {
  const { arrows, treatment, outcome, interactions } = drawing;
  const written = arrows.map(({ from, to }) => writtenArrow(from, to));
  for (const pair of interactions) {
    const product = pair.join("*");
    const alone = arrows.find(({ from, to, noncompliance }) => noncompliance && from !== to && pair.includes(from) && pair.includes(to)); // nobody has one factor without the other
    const sources = alone ? [alone.to] : treatment.filter((arm) => pair.some((factor) => leadsTo(drawing, arm).has(factor)));
    written.push(...sources.map((source) => writtenArrow(source, product)), writtenArrow(product, outcome));
  }
  return written;
}

function leadsTo({ arrows }, start) {
  const found = new Set();
  const open = [start];
  while (open.length) {
    const here = open.pop();
    for (const { from, to } of arrows) if (from === here && !found.has(to)) { found.add(to); open.push(to); }
  }
  return found;
}

/** A drawing without what was declared of arrows that it lost: of several independent ones the others stay so, any other declaration goes. */
function withoutGone(before, drawing) {
  const left = new Set(effects(drawing));
  const gone = new Set(effects(before).filter((arrow) => !left.has(arrow)));
  const said = Object.entries(drawing.beside.declarations ?? {}).map(([kind, entries]) => [kind, [entries].flat().map((entry) => lessGone(kind, entry, gone)).filter(Boolean)]);
  if (!gone.size || !said.length) return drawing;
  return { ...drawing, beside: { ...drawing.beside, declarations: Object.fromEntries(said.filter(([, entries]) => entries.length)) } };
}

/** The arrows of one side of a declaration: a chain, such as A -> B -> C, is several. */
const single = (side) => [side].flat().flatMap((text) => {
  const names = text.match(/"(?:[^"]|"")*"|\w+/g) ?? [];
  return names.length > 2 && names.join(" -> ") === text ? names.slice(1).map((name, at) => `${names[at]} -> ${name}`) : [text];
});

function lessGone(kind, entry, gone) {
  const sides = typeof entry === "string" ? [] : Object.entries(entry).filter(([key]) => key !== "level").map(([key, value]) => [key, single(value)]);
  if (!sides.some(([, arrows]) => arrows.some((arrow) => gone.has(arrow)))) return entry;
  const less = sides.map(([key, arrows]) => [key, arrows.filter((arrow) => !gone.has(arrow))]);
  if (kind !== "independent" || less.some(([, arrows]) => !arrows.length)) return null;
  return { ...entry, ...Object.fromEntries(less.map(([key, arrows]) => [key, arrows.length === 1 ? arrows[0] : arrows])) };
}

const withDeclared = (drawing, kind, entries) => {
  const { [kind]: _, ...rest } = drawing.beside.declarations ?? {};
  return { ...drawing, beside: { ...drawing.beside, declarations: entries.length ? { ...rest, [kind]: entries } : rest } };
};

const declaredOf = (drawing, kind) => [drawing.beside.declarations?.[kind] ?? []].flat();

export const withDeclaration = (drawing, kind, entry) => withDeclared(drawing, kind, [...declaredOf(drawing, kind), entry]);

export const withoutDeclaration = (drawing, kind, entry) =>
  withDeclared(drawing, kind, declaredOf(drawing, kind).filter((other) => JSON.stringify(other) !== JSON.stringify(entry)));

function cleaned(entry) {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null && value !== "" && value !== undefined));
}
