"use strict";
/*
 * The picture of a run. All data is in the element "data"; PictureData.java writes it.
 *
 * A step: t time (ms), n node, k kind, i input, e effects, o notes before it, r quiet (changes nothing), f effective,
 * c can have caused the failure, m message received, x log indexes (first, last, ...), s changes of the node's state.
 * A state: u up, r role, t term, v vote, l leader, c commit, a applied, z last index, y its term, f configuration,
 * x transfer target, p peers, g log written, d durable log, h hard state written, e durable hard state.
 * A message: k kind, f from, t to, s step of sending, d steps of deliveries, x steps of losses, q changed on the way, w text.
 */
(function () {
  const $ = id => document.getElementById(id);
  const D = JSON.parse($("data").textContent);
  const off = D.dropped || 0;
  const steps = D.steps;
  const ids = D.nodes;
  const column = new Map(ids.map((id, c) => [id, c]));

  const esc = text => String(text).replace(/[&<>"]/g, ch => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[ch]);
  const clamp = (x, lo, hi) => Math.max(lo, Math.min(hi, x));

  const FAMILIES = [
    ["append", "append", ["Append", "AppendResponse"]],
    ["heartbeat", "beat", ["Heartbeat", "HeartbeatResponse"]],
    ["vote", "vote", ["Vote", "VoteResponse"]],
    ["pre-vote", "prevote", ["PreVote", "PreVoteResponse"]],
    ["snapshot", "snapshot", ["InstallSnapshot", "InstallSnapshotResponse"]],
    ["transfer", "order", ["TimeoutNow", "TimeoutNowResponse", "TransferLeader", "TransferLeaderResponse"]],
    ["request", "request", ["Propose", "ProposeResponse", "ReadIndex", "ReadIndexResponse", "NoBody"]],
  ];
  const familyOf = new Map(), colourOf = new Map();
  FAMILIES.forEach(([name, colour, kinds]) => kinds.forEach(kind => { familyOf.set(kind, name); colourOf.set(kind, colour); }));
  colourOf.set("AppendResponse", "answer");
  const ROLES = { F: "follower", P: "pre-candidate", C: "candidate", L: "leader" };

  // ---- The run -------------------------------------------------------------------------------------------------

  const NOTHING = { u: 0, r: "", t: 0, v: 0, l: 0, c: 0, a: 0, z: 0, y: 0, f: "", x: 0, p: "", g: "", d: "", h: "", e: "" };
  const firstStates = ids.map(id => Object.assign({}, NOTHING, D.first[id]));
  /** The latest step of each node at each step; -1: none. */
  const latest = ids.map(() => new Int32Array(steps.length));
  {
    const now = firstStates.slice(), last = ids.map(() => -1);
    steps.forEach((step, i) => {
      const c = column.get(step.n);
      step.at = i;
      step.prev = last[c];
      step.next = -1;
      if (last[c] >= 0) steps[last[c]].next = i;
      step.before = now[c];
      step.after = step.s ? Object.assign({}, now[c], step.s) : now[c];
      step.sent = [];
      step.line = line(step);
      now[c] = step.after;
      last[c] = i;
      for (let j = 0; j < ids.length; j++) latest[j][i] = last[j];
    });
  }
  const stateAt = (c, i) => { const s = i < 0 ? -1 : latest[c][i]; return s < 0 ? firstStates[c] : steps[s].after; };

  function time(step) {
    return D.clock ? ((step.t || 0) / 1000).toFixed(3) : "";
  }
  /** The line of a step in the text, as the transcript of the run has it. */
  function line(step) {
    return (D.clock ? time(step).padStart(7) + " s  " : "") + "node " + step.n + "  " + step.i + (step.e ? ": " + step.e.join(", ") : "");
  }

  const firstMessage = D.firstMessage;
  const messages = D.messages;
  const messageOf = number => messages[number - firstMessage];
  /** What is drawn of messages: from step a to step b, each -1 outside of what is kept. */
  const arrows = [];
  const counts = { sent: messages.length, delivered: 0, lost: 0, twice: 0, late: 0, never: 0, changed: 0 };
  {
    const newest = new Map(), deliveries = [];
    messages.forEach((m, id) => {
      m.id = id;
      m.arrows = [];
      m.a = m.s - off;
      if (steps[m.a]) steps[m.a].sent.push(m);
      (m.d || []).forEach((d, nth) => deliveries.push({ m, nth, b: d - off, kind: m.q ? "wrong" : nth > 0 ? "dup" : "ok" }));
    });
    deliveries.sort((x, y) => x.b - y.b);
    deliveries.forEach(({ m, nth, b, kind }) => {
      const link = m.f + ">" + m.t;
      const overtaken = (newest.get(link) ?? -1) > m.id;
      if (overtaken) counts.late++; else newest.set(link, m.id);
      counts.delivered++;
      if (kind === "dup") counts.twice++;
      if (kind === "wrong") counts.changed++;
      addArrow({ m, a: m.a, b, to: steps[b] ? steps[b].n : m.t, kind: kind === "ok" && overtaken ? "late" : kind, late: overtaken, nth });
    });
    messages.forEach(m => {
      (m.x || []).forEach(x => { counts.lost++; addArrow({ m, a: m.a, b: Math.min(x - off, steps.length - 1), to: m.t, kind: "lost" }); });
      if (!m.d && !m.x) { counts.never++; addArrow({ m, a: m.a, b: m.a, to: m.t, kind: "never" }); }
    });
  }
  function addArrow(arrow) {
    arrow.colour = colourOf.get(arrow.m.k) || "request";
    arrow.isAnswer = arrow.m.k.endsWith("Response");
    arrows.push(arrow);
    arrow.m.arrows.push(arrow);
  }
  steps.forEach(step => { if (step.m !== undefined) step.msg = messageOf(step.m); });

  /** How many lines an operation without an end is drawn. */
  const STUB = 4;
  /** The client operations, each with a slot beside the lanes. */
  const ops = D.ops.map(op => ({ ...op, a: op.b - off, z: op.e === undefined ? -1 : op.e - off }));
  const MAX_SLOTS = 6;
  let slots = 0;
  {
    const ends = [];
    ops.forEach(op => {
      const end = op.z < 0 ? op.a + STUB : op.z;
      let slot = ends.findIndex(busyUntil => busyUntil < op.a);
      if (slot < 0) slot = ends.length < MAX_SLOTS ? ends.length : MAX_SLOTS - 1;
      ends[slot] = Math.max(ends[slot] ?? -1, end);
      op.slot = slot;
      slots = Math.max(slots, slot + 1);
    });
  }

  /** The links that are cut from a step on, and the sides that this makes. */
  const links = D.links.map(change => {
    const cut = [];
    for (let i = 0; i < (change.cut || []).length; i += 2) cut.push([change.cut[i], change.cut[i + 1]]);
    const isCut = new Set(cut.map(([from, to]) => from + ">" + to));
    const side = ids.map(() => -1);
    let sides = 0;
    ids.forEach((id, c) => {
      if (side[c] >= 0) return;
      const queue = [c];
      side[c] = sides;
      while (queue.length) {
        const one = queue.pop();
        ids.forEach((other, o) => {
          if (side[o] < 0 && !(isCut.has(ids[one] + ">" + other) && isCut.has(other + ">" + ids[one]))) { side[o] = sides; queue.push(o); }
        });
      }
      sides++;
    });
    return { at: change.s - off, t: change.t || 0, isCut, side, sides, text: cutText(cut, isCut, side, sides) };
  });
  function cutText(cut, isCut, side, sides) {
    if (!cut.length) return "all links work";
    if (sides > 1) {
      const groups = [];
      for (let s = 0; s < sides; s++) groups.push(ids.filter((id, c) => side[c] === s).join(","));
      const inside = cut.filter(([from, to]) => side[column.get(from)] === side[column.get(to)]);
      return "parted: " + groups.join(" | ") + (inside.length ? "; cut: " + pairs(inside, isCut) : "");
    }
    return "cut: " + pairs(cut, isCut);
  }
  function pairs(cut, isCut) {
    return cut.filter(([from, to]) => from < to || !isCut.has(to + ">" + from))
      .map(([from, to]) => from + (isCut.has(to + ">" + from) ? "↔" : "→") + to).join(" ");
  }
  function linksAt(i) {
    let found = null;
    for (const change of links) if (change.at <= i) found = change; else break;
    return found;
  }

  /** The name of the run is in the title already. */
  const sentence = D.sentence && D.sentence.startsWith(D.name + ": ") ? D.sentence.slice(D.name.length + 2) : D.sentence;
  const failing = D.sentence ? steps.length - 1 : -1;
  /** The step that has failed, which is shown even if it has changed nothing; -1: the state at the end is wrong. */
  const failedStep = D.atEnd ? -1 : failing;
  const behind = D.sentence && D.atEnd ? nodesBehind() : [];
  /** Where the page opens: a run that gets nowhere ends with steps that have nothing to do with the failure. */
  const opening = behind.length ? lastWordWith(behind) : failing;

  /** The members that are up at the end and have applied less than another one. */
  function nodesBehind() {
    const up = ids.map((id, c) => ({ id, ...stateAt(c, steps.length - 1) })).filter(s => s.u && s.g);
    const ahead = up.reduce((most, s) => !most || s.a > most.a ? s : most, null);
    // A node that was removed, or is not yet added, is behind for good.
    const members = ahead ? ahead.f.match(/\d+/g) || [] : [];
    const of = up.filter(s => members.includes(String(s.id)));
    const lowest = Math.min(...of.map(s => s.a));
    return ahead && lowest < ahead.a ? of.filter(s => s.a === lowest).map(s => s.id) : [];
  }
  /** The last step in which one of the nodes had to do with a message that is not about a heartbeat. */
  function lastWordWith(nodes) {
    const isWord = m => familyOf.get(m.k) !== "heartbeat" && (nodes.includes(m.f) || nodes.includes(m.t));
    for (let i = failing; i >= 0; i--) if (steps[i].sent.some(isWord) || (steps[i].msg && isWord(steps[i].msg))) return i;
    return failing;
  }
  /** How many steps of cause and effect a step is before the failure. Infinity: it did not lead to it. */
  const causeDepth = new Float64Array(steps.length).fill(Infinity);
  if (failing >= 0) {
    const queue = [failing];
    causeDepth[failing] = 0;
    for (const i of queue) {
      let before = steps[i].prev;
      while (before >= 0 && !steps[before].c) before = steps[before].prev;
      for (const cause of [before, steps[i].msg ? steps[i].msg.a : -1]) {
        if (cause >= 0 && steps[cause].c && causeDepth[cause] === Infinity) { causeDepth[cause] = causeDepth[i] + 1; queue.push(cause); }
      }
    }
  }
  const noteCount = steps.reduce((sum, step) => sum + (step.o ? step.o.length : 0), 0);
  const hasLogs = steps.some(step => step.after.g);
  const hasChoices = steps.some(step => step.o && step.o.some(note => note.startsWith("choice  ")));

  // ---- What is shown -------------------------------------------------------------------------------------------

  /** A scenario is short, and each of its steps was asked for. */
  const quietByDefault = !D.clock && steps.length <= 400;
  const view = { step: 0, nodes: new Set(ids), hidden: new Set(), cone: false, depth: Infinity, quiet: quietByDefault, notes: noteCount <= 300, index: null, query: "", zoom: 1, extra: -1 };
  /** Rows: k "s" step, "n" note, "l" links, "f" failure; i the step. */
  let rows = [];
  const rowOf = new Int32Array(steps.length).fill(-1);
  /** Where a step would be among the rows. */
  const placeOf = new Float64Array(steps.length + 1);
  let buckets = [], shown = [], hits = [];
  const BUCKET = 32;

  function matchesIndex(step) {
    if (!view.index) return true;
    const x = step.x || [];
    for (let i = 0; i < x.length; i += 2) if (x[i] <= view.index[1] && x[i + 1] >= view.index[0]) return true;
    return false;
  }
  function isShown(step) {
    return view.nodes.has(step.n) && (step.at === view.extra || passes(step));
  }
  function passes(step) {
    return (view.quiet || !step.r || step.at === failedStep) && (!view.cone || (step.c && causeDepth[step.at] <= view.depth)) && matchesIndex(step)
      && !(step.msg && view.hidden.has(familyOf.get(step.msg.k)));
  }
  const KINDS = { tick: "ticks", written: "writes done", start: "starts", crash: "crashes", proposal: "proposals", change: "changes", read: "reads", transfer: "transfers", order: "orders" };
  /** What the steps from one to before another are, in few words, the most frequent first. */
  function kindsOf(from, to) {
    const kinds = new Map();
    for (let i = from; i < to; i++) {
      const step = steps[i], kind = step.msg ? kindWords(step.msg.k) : KINDS[step.k] || "others";
      kinds.set(kind, (kinds.get(kind) || 0) + 1);
    }
    const sorted = [...kinds].sort((a, b) => b[1] - a[1]), most = sorted.slice(0, sorted.length > 5 ? 4 : 5);
    const rest = sorted.slice(most.length).reduce((sum, [, count]) => sum + count, 0);
    return most.map(([kind, count]) => thousands(count) + " " + (count === 1 ? kind.replace(/s( done)?$/, "$1") : kind)).join(", ") + (rest ? ", " + thousands(rest) + " more" : "");
  }
  const kindWords = kind => kind === "Heartbeat" ? "heartbeats" : kind === "HeartbeatResponse" ? "heartbeat responses" : kind + "s";
  const thousands = count => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
  function arrange() {
    rows = [];
    rowOf.fill(-1);
    shown = ids.map((id, c) => c).filter(c => view.nodes.has(ids[c]));
    let change = 0, pending = [], before = -1;
    const linkRow = (links, i) => { links.row = rows.length; rows.push({ k: "l", i, links }); };
    const gap = i => {
      const left = i - before - 1, millis = before < 0 || i >= steps.length ? 0 : (steps[i].t || 0) - (steps[before].t || 0);
      const toEnd = i === steps.length && before >= 0 ? (steps[i - 1].t || 0) - (steps[before].t || 0) : millis;
      if (before >= 0 && left > 0 && (toEnd >= 1000 || left >= 100)) rows.push({ k: "g", i: before, left, millis: toEnd, kinds: kindsOf(before + 1, i) });
    };
    steps.forEach((step, i) => {
      if (step.o) pending.push(...step.o);
      placeOf[i] = rows.length - 0.5;
      if (!isShown(step)) return;
      gap(i);
      before = i;
      if (view.notes) pending.forEach(text => rows.push({ k: "n", i, text }));
      pending = [];
      while (change < links.length && links[change].at <= i) linkRow(links[change++], i);
      rowOf[i] = rows.length;
      placeOf[i] = rows.length;
      rows.push({ k: "s", i, step });
    });
    gap(steps.length);
    while (change < links.length) linkRow(links[change++], steps.length - 1);
    if (view.notes) pending.concat(D.lastNotes || []).forEach(text => rows.push({ k: "n", i: steps.length - 1, text }));
    placeOf[steps.length] = rows.length;
    if (D.sentence) rows.push({ k: "f", i: steps.length - 1 });
    let latestStep = -1;
    rows.forEach(row => { if (row.k === "s") latestStep = row.i; row.last = row.k === "f" ? steps.length - 1 : latestStep; });
    buckets = [];
    arrows.forEach(arrow => {
      if (!view.nodes.has(arrow.m.f) || !view.nodes.has(arrow.to) || view.hidden.has(familyOf.get(arrow.m.k))) return;
      const isFromHidden = arrow.a < 0 || rowOf[arrow.a] < 0, isToHidden = arrow.b < 0 || rowOf[arrow.b] < 0;
      if (isFromHidden && (isToHidden || view.cone)) return;
      if (isToHidden && arrow.kind !== "lost" && view.cone) return;
      arrow.y0 = arrow.a < 0 ? -1 : placeOf[arrow.a];
      arrow.y1 = Math.max(arrow.y0, arrow.b < 0 ? -1 : placeOf[arrow.b]);
      arrow.isFaint = isFromHidden || (isToHidden && arrow.kind !== "lost");
      for (let b = Math.max(0, Math.floor(arrow.y0 / BUCKET)); b <= Math.floor(Math.max(0, arrow.y1) / BUCKET); b++) (buckets[b] ||= []).push(arrow);
    });
    search();
  }

  // ---- Drawing -------------------------------------------------------------------------------------------------

  const scroll = $("scroll"), layer = $("layer"), sizer = $("sizer"), lanes = $("lanes");
  let rowHeight = 22, laneWidth = 76, timeWidth = 62, opsWidth = 0, textLeft = 0;

  function measure() {
    const z = view.zoom;
    document.documentElement.style.setProperty("--z", z);
    rowHeight = Math.round(22 * z);
    timeWidth = D.clock ? Math.round((70 + 6 * String(steps.length + off).length) * z) : Math.round(44 * z);
    opsWidth = slots ? Math.round((slots * 9 + 14) * z) : 0;
    const room = Math.max(300, scroll.clientWidth * 0.56 - timeWidth - opsWidth);
    laneWidth = Math.round(clamp(room / Math.max(1, shown.length), 46 * z, 96 * z));
    textLeft = timeWidth + shown.length * laneWidth + opsWidth + 10;
    sizer.style.height = (rows.length + 1) * rowHeight + "px";
  }
  const laneX = c => timeWidth + (shown.indexOf(c) + 0.5) * laneWidth;
  const bandWidth = () => Math.round(24 * view.zoom);
  const opX = slot => timeWidth + shown.length * laneWidth + (10 + slot * 9) * view.zoom;
  /** The latest step above the middle of a row. */
  const lastStepOf = row => row < 0 ? -1 : rows[row].last;

  function draw() {
    const r0 = Math.max(0, Math.floor(scroll.scrollTop / rowHeight) - 3);
    const r1 = Math.min(rows.length - 1, Math.ceil((scroll.scrollTop + scroll.clientHeight) / rowHeight) + 3);
    if (r1 < r0) { layer.innerHTML = '<p class="row" style="left:12px">No step passes the filters.</p>'; return; }
    const y = row => (row - r0 + 0.5) * rowHeight;
    const height = (r1 - r0 + 1) * rowHeight, width = textLeft;
    const svg = [], texts = [];
    sides(svg, r0, r1);
    for (const c of shown) band(svg, c, r0, r1, y, height);
    operations(svg, r0, r1, y);
    wires(svg, r0, r1, y);
    for (let r = r0; r <= r1; r++) texts.push(text(r, r0));
    for (let r = r0; r <= r1; r++) if (rows[r].k === "s") dot(svg, rows[r].step, y(r));
    const busy = rowOf[view.step] >= r0 && rowOf[view.step] <= r1 ? ' class="busy"' : "";
    layer.style.transform = `translateY(${r0 * rowHeight}px)`;
    layer.innerHTML = texts.join("") + `<svg width="${width}" height="${height}" aria-hidden="true"${busy}>${svg.join("")}</svg>`;
  }

  function sides(svg, r0, r1) {
    links.forEach((change, n) => {
      const from = change.row, to = n + 1 < links.length ? links[n + 1].row : rows.length;
      if (!change.isCut.size || to < r0 || from > r1) return;
      const top = Math.max(0, (from - r0) * rowHeight), bottom = Math.min((to - r0) * rowHeight, (r1 - r0 + 1) * rowHeight);
      if (bottom <= top) return;
      shown.forEach((c, nth) => {
        const x = timeWidth + nth * laneWidth;
        if (change.sides > 1 && change.side[c] > 0) svg.push(`<rect class="side s${(change.side[c] - 1) % 3 + 1}" x="${x + 2}" y="${top}" width="${laneWidth - 4}" height="${bottom - top}"/>`);
        if (change.sides > 1) for (let yy = top + 1.5 * rowHeight; yy < bottom; yy += 10 * rowHeight) svg.push(`<text class="sideword" x="${x + 9 * view.zoom}" y="${yy}">${"ABCDEFGHI"[change.side[c]] || "?"}</text>`);
        const other = shown[nth + 1];
        if (other !== undefined && (change.isCut.has(ids[c] + ">" + ids[other]) || change.isCut.has(ids[other] + ">" + ids[c])))
          svg.push(`<line class="wall" x1="${x + laneWidth}" x2="${x + laneWidth}" y1="${top}" y2="${bottom}"/>`);
      });
    });
  }
  function band(svg, c, r0, r1, y, height) {
    const x = laneX(c), w = bandWidth(), z = view.zoom;
    const isFree = r => !(rows[r].k === "s" && rows[r].step.n === ids[c]) && rows[r].k !== "f";
    let state = stateAt(c, r0 === 0 ? -1 : lastStepOf(r0 - 1)), top = 0, topRow = r0 - 1;
    const end = (bottom, bottomRow) => {
      const kind = !state.u ? (state.t || state.h ? "D" : "U") : state.r || "F";
      if (kind === "U") { svg.push(`<line class="wire" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/>`); return; }
      svg.push(`<rect class="band ${kind}" x="${x - w / 2}" y="${top}" width="${w}" height="${bottom - top}"/>`);
      if (kind !== "D") svg.push(`<rect class="t${state.t % 8}" x="${x - w / 2}" y="${top}" width="${4 * z}" height="${bottom - top}"/>`);
      // Words stand where no dot is: soon after the beginning, and again and again in a long band.
      let next = topRow + 1;
      for (let r = topRow + 1; r < bottomRow; r++) {
        if (r < next || !isFree(r)) continue;
        svg.push(`<text class="word ${kind}" x="${x + (kind === "D" ? 0 : 2 * z)}" y="${y(r)}">${kind === "D" ? "down" : kind + (state.t || "")}</text>`);
        next = r + 12;
      }
    };
    for (let r = r0; r <= r1; r++) {
      const next = stateAt(c, lastStepOf(r));
      if (next.u !== state.u || next.r !== state.r || next.t !== state.t) {
        const isHere = rows[r].k === "s" && rows[r].step.n === ids[c], at = isHere ? y(r) : y(r) - rowHeight / 2;
        if (at > top) end(at, r);
        state = next;
        top = at;
        topRow = isHere ? r : r - 1;
      }
    }
    end(height, r1 + 1);
  }

  function dot(svg, step, y) {
    const x = laneX(column.get(step.n)), z = view.zoom, at = step.at === view.step ? " at" : "";
    const cls = `dot${step.f && !step.r ? " change" : ""}${at}`;
    if (step.k === "crash") svg.push(`<path class="cross" d="M${x - 6 * z} ${y - 6 * z}l${12 * z} ${12 * z}m0 ${-12 * z}l${-12 * z} ${12 * z}"/>`);
    else if (step.k === "start") svg.push(`<path class="${cls}" d="M${x - 6 * z} ${y + 5 * z}h${12 * z}L${x} ${y - 6 * z}z"/>`);
    else if (step.k === "tick" || step.k === "order") svg.push(`<path class="${cls}" d="M${x} ${y - 6 * z}L${x + 6 * z} ${y}L${x} ${y + 6 * z}L${x - 6 * z} ${y}z"/>`);
    else if (step.k === "proposal" || step.k === "read" || step.k === "change" || step.k === "transfer") svg.push(`<rect class="${cls}" x="${x - 4.5 * z}" y="${y - 4.5 * z}" width="${9 * z}" height="${9 * z}"/>`);
    else svg.push(`<circle class="${cls}" cx="${x}" cy="${y}" r="${(step.r ? 3 : 4.5) * z}"/>`);
    if (isNewConf(step)) svg.push(confSign(x - bandWidth() / 2 - 7 * z, y, z));
    const fallen = fall(step);
    if (fallen) svg.push(`<text class="commit fall" x="${x + bandWidth() / 2 + 4}" y="${y}">↓${step.after[fallen]}</text>`);
    else if (step.after.c > step.before.c && step.before.c && step.k !== "start") svg.push(`<text class="commit" x="${x + bandWidth() / 2 + 4}" y="${y}">✓${step.after.c}</text>`);
  }

  /** A crash takes what a node knows; but no step of a running node may make it forget a commit. */
  const isFall = (step, key) => step.before.u === 1 && step.after.u === 1 && step.after[key] < step.before[key];
  /** The index that falls in a step: "c" the commit index, "z" the last index, as when a leader replaces entries. */
  const fall = step => isFall(step, "c") ? "c" : isFall(step, "z") ? "z" : "";
  function fallText(step) {
    const key = fall(step);
    return key ? `the ${key === "c" ? "commit" : "last"} index falls from ${step.before[key]} to ${step.after[key]}` : "";
  }

  const isNewConf = step => step.after.u === 1 && step.k !== "start" && step.after.f !== step.before.f && step.after.f !== "";
  /** Two sets that overlap. */
  const confSign = (x, y, z) => `<path class="newconf" d="M${x - 5 * z} ${y}a${3 * z} ${3 * z} 0 1 0 ${6 * z} 0a${3 * z} ${3 * z} 0 1 0 ${-6 * z} 0M${x - z} ${y}a${3 * z} ${3 * z} 0 1 0 ${6 * z} 0a${3 * z} ${3 * z} 0 1 0 ${-6 * z} 0"/>`;

  function wires(svg, r0, r1, y) {
    const seen = new Set(), late = [];
    for (let b = Math.floor(r0 / BUCKET); b <= Math.floor(r1 / BUCKET); b++) {
      for (const arrow of buckets[b] || []) {
        if (seen.has(arrow) || arrow.y1 < r0 - 1 || arrow.y0 > r1 + 1) continue;
        seen.add(arrow);
        if (isOn(arrow)) late.push(arrow); else wire(svg, arrow, y);
      }
    }
    late.forEach(arrow => wire(svg, arrow, y)); // On top of the others.
  }
  function isOn(arrow) {
    return arrow.a === view.step || (arrow.b === view.step && arrow.kind !== "lost");
  }
  function wire(svg, arrow, y) {
    const z = view.zoom, half = bandWidth() / 2 + 1;
    const x0 = laneX(column.get(arrow.m.f)), xEnd = laneX(column.get(arrow.to));
    const on = isOn(arrow) ? " on" : "", faint = arrow.isFaint ? " faint" : "", colour = "m-" + arrow.colour;
    const dir = Math.sign(xEnd - x0) || 1;
    const fromX = x0 + dir * half;
    let toX = xEnd - dir * half, y0 = y(Math.max(arrow.y0, -4)), y1 = y(arrow.y1);
    if (x0 === xEnd) { // A message that was delivered to its sender.
      svg.push(`<path class="msg ${arrow.kind} ${colour}${on}${faint}" d="M${fromX} ${y0}C${fromX + 30} ${y0} ${fromX + 30} ${y1} ${fromX} ${y1}"/>`);
      return;
    }
    if (arrow.kind === "lost" || arrow.kind === "never") {
      const sameRow = y1 - y0 < rowHeight * 0.5;
      const part = sameRow ? Math.min(0.62, 46 * z / Math.abs(toX - fromX)) : 0.86;
      toX = fromX + (toX - fromX) * part;
      y1 = sameRow ? y0 + rowHeight * 0.5 : y0 + (y1 - y0);
    }
    svg.push(`<line class="msg ${arrow.kind} ${colour}${on}${faint}" x1="${fromX}" y1="${y0}" x2="${toX}" y2="${y1}"/>`);
    if (arrow.kind === "dup") svg.push(`<line class="core" x1="${fromX}" y1="${y0}" x2="${toX}" y2="${y1}"/>`);
    if (arrow.kind === "lost") {
      svg.push(`<path class="cross" d="M${toX - 4 * z} ${y1 - 4 * z}l${8 * z} ${8 * z}m0 ${-8 * z}l${-8 * z} ${8 * z}"/>`);
    } else if (arrow.kind === "never") {
      svg.push(`<circle class="tip open ${colour}" cx="${toX}" cy="${y1}" r="${3 * z}"/>`);
    } else {
      const angle = Math.atan2(y1 - y0, toX - fromX) * 180 / Math.PI;
      svg.push(`<path class="tip ${arrow.isAnswer ? "open " : ""}${colour}${faint ? " faint" : ""}" transform="translate(${toX} ${y1}) rotate(${angle})" d="M0 0L${-8 * z} ${-4 * z}V${4 * z}z"/>`);
    }
    if (on || arrow.kind === "dup" || arrow.kind === "late" || arrow.kind === "wrong") {
      const words = [on ? arrow.m.k.replace("Response", "Resp.") : "", arrow.kind === "dup" ? "again" : "", arrow.late ? "late" : "", arrow.kind === "wrong" ? "changed" : ""].filter(Boolean);
      const part = on && arrow.b !== arrow.a ? (arrow.a === view.step ? 0.62 : 0.4) : 0.55;
      svg.push(`<text class="tag ${colour}" x="${fromX + (toX - fromX) * part}" y="${y0 + (y1 - y0) * part}">${words.join(" ")}</text>`);
    }
  }

  function operations(svg, r0, r1, y) {
    if (!slots) return;
    const z = view.zoom;
    for (const op of ops) {
      if (!view.nodes.has(op.n) || !steps[op.a]) continue;
      const from = placeOf[op.a], to = op.z < 0 ? Math.min(from + STUB, rows.length - 1) : placeOf[op.z];
      if (to < r0 - 1 || from > r1 + 1) continue;
      const x = opX(op.slot), on = op.a === view.step || op.z === view.step ? " on" : "";
      const y0 = y(Math.max(from, r0 - 2)), y1 = y(Math.min(to, r1 + 2));
      svg.push(`<line class="op o-${op.k}${op.z < 0 || !op.d ? " open" : ""}${on}" x1="${x}" x2="${x}" y1="${y0 - 2}" y2="${Math.max(y1, y0 + 2)}"/>`);
      svg.push(`<rect class="o-${op.k}" x="${x - 4 * z}" y="${y(from) - 3 * z}" width="${8 * z}" height="${3 * z}"/>`);
      if (op.z < 0) svg.push(`<circle class="tip open o-${op.k}" cx="${x}" cy="${y(to)}" r="${3.4 * z}"/>`);
      if (op.z >= 0 && op.d) svg.push(`<circle class="o-${op.k}" cx="${x}" cy="${y(to)}" r="${3.6 * z}"/>`);
      if (op.z >= 0 && !op.d) svg.push(`<path class="cross" d="M${x - 3.5 * z} ${y(to) - 3.5 * z}l${7 * z} ${7 * z}m0 ${-7 * z}l${-7 * z} ${7 * z}"/>`);
    }
  }

  function marked(text) {
    if (!view.query) return esc(text);
    const lower = text.toLowerCase(), query = view.query.toLowerCase();
    let out = "", at = 0, hit;
    while ((hit = lower.indexOf(query, at)) >= 0) {
      out += esc(text.slice(at, hit)) + "<mark>" + esc(text.slice(hit, hit + query.length)) + "</mark>";
      at = hit + query.length;
    }
    return out + esc(text.slice(at));
  }
  /** A line has no room for data and for what a snapshot holds; the panel has it all. */
  const brief = text => text.replace(/0x([0-9a-f]{4})[0-9a-f]{5,}…?( \(\d+ bytes\))?/g, "0x$1…")
    .replace(/(snapshot \(\d+,\d+\)) voters \{[^}]*\}( (learners|outgoing|learners next) \{[^}]*\})*( auto-leave)?( 0x\S*| "[^"]*")?/g, "$1");
  /** What is searched for is not cut. */
  const briefUnlessFound = text => {
    const short = brief(text), query = view.query.toLowerCase();
    return query && text.toLowerCase().includes(query) && !short.toLowerCase().includes(query) ? text : short;
  };
  /** The words for what the lane has only a sign for, where the sign is. */
  function mark(step) {
    const at = (left, width, words) => words ? `<span class="mark" role="img" style="left:${left}px;width:${width}px" title="${esc(words)}" aria-label="${esc(words)}"></span>` : "";
    const z = view.zoom, x = laneX(column.get(step.n)), half = bandWidth() / 2;
    return at(x + half, 24 * z, fallText(step)) + at(x - half - 13 * z, 13 * z, isNewConf(step) ? "the configuration is now " + confWords(step.after.f) : "");
  }
  function text(r, r0) {
    const row = rows[r], style = `style="top:${(r - r0) * rowHeight}px;height:${rowHeight}px;line-height:${rowHeight}px;padding-left:${textLeft}px"`;
    if (row.k === "n") {
      const isChoice = row.text.startsWith("choice  "), isCommand = !isChoice && !row.text.startsWith("#");
      return `<div class="row note${isCommand ? " command" : ""}" role="presentation" ${style}>${marked(row.text)}</div>`;
    }
    if (row.k === "g") return `<div class="row note gap" role="presentation" title="${esc(row.kinds)}" ${style.replace(/padding-left:[^"]*/, "padding-left:12px")}>⋮ ${row.millis >= 1000 ? (row.millis / 1000).toFixed(1) + " s, " : ""}hidden by the filters: ${esc(row.kinds)}</div>`;
    if (row.k === "l") return `<div class="row note links" role="presentation" ${style}>${esc(row.links.text)}</div>`;
    if (row.k === "f") return `<div class="row fail" role="presentation" title="${esc(sentence)}" ${style.replace(/padding-left:[^"]*/, "padding-left:12px")}>✗ ${esc(sentence)}</div>`;
    const step = row.step, isAt = step.at === view.step;
    const input = briefUnlessFound(step.i), effects = step.e ? briefUnlessFound(step.e.join(", ")) : "";
    const lost = lostHits(step);
    const sent = lost.length ? (lost[0].x ? "⇢ lost: " : "⇢ never arrives: ") + lost.map(m => m.w).join("; ") : step.sent.length ? "⇢ " + sendsText(step) : "";
    const sends = sent ? `<span class="sends" style="min-width:${Math.min(lost.length ? 30 : 12, sent.length)}ch">${lost.length ? marked(sent) : esc(sent)}</span>` : "";
    return `<div class="row${step.c ? " cause" : ""}${step.r ? " same" : ""}" role="option" id="row${step.at}" data-step="${step.at}" aria-selected="${isAt}" aria-posinset="${r + 1}" aria-setsize="${rows.length}" ${style}>`
      + mark(step) + `<span class="time" style="width:${timeWidth - 10}px">${D.clock ? `<small>${step.at + off}</small> ${time(step)}` : step.at + off}</span>`
      + `<span class="node">${step.n}</span><span class="in" style="min-width:${Math.min(effects ? 7 : 16, input.length)}ch">${marked(input)}</span>`
      + (effects ? `<span class="out" style="min-width:${Math.min(14, effects.length)}ch">${marked(effects)}</span>` : "") + sends + "</div>";
  }
  function sendsText(step) {
    const kinds = new Map();
    step.sent.forEach(m => kinds.set(m.k, (kinds.get(m.k) || []).concat(m.t)));
    return [...kinds].map(([kind, to]) => kind.replace("Response", "Resp.") + " → " + to.join(",")).join("; ");
  }

  function header() {
    lanes.innerHTML = `<span class="head" style="left:6px">${D.clock ? "step, time in s" : "step"}</span>` + shown.map(c => {
      const state = stateAt(c, view.step), role = state.u ? state.r || "F" : "D";
      return `<div class="lane" style="left:${laneX(c) - laneWidth / 2}px;width:${laneWidth}px"><b>${laneWidth < 58 * view.zoom ? "" : "node "}${ids[c]}</b><br>`
        + (state.u || state.h ? `<span class="badge ${role}" title="${role === "D" ? "down" : ROLES[role]}">${role === "D" ? "down" : role}</span> ${state.t ? "t" + state.t : ""}` : "–") + "</div>";
    }).join("") + (slots ? `<span class="head" style="left:${opX(0) - 6}px">clients</span>` : "")
      + `<span class="head" style="left:${slots ? Math.max(textLeft, opX(0) + 50 * view.zoom) : textLeft}px">the run as text</span>`;
  }

  // ---- The panel -----------------------------------------------------------------------------------------------

  const logs = new Map();
  /** Parses the text of a log: first index, and the terms. */
  function log(text) {
    let parsed = logs.get(text);
    if (!parsed) {
      const [first, runs] = text.split(":");
      parsed = { first: Number(first) || 1, terms: [] };
      if (runs) runs.split(",").forEach(run => { const [term, count] = run.split("*").map(Number); for (let i = 0; i < count; i++) parsed.terms.push(term); });
      parsed.last = parsed.first + parsed.terms.length - 1;
      if (logs.size > 5000) logs.clear();
      logs.set(text, parsed);
    }
    return parsed;
  }
  const termAt = (parsed, index) => index < parsed.first || index > parsed.last ? 0 : parsed.terms[index - parsed.first];
  /** The last term is known of entries that are only in memory; the others are between two terms. */
  function memoryTerm(state, written, index) {
    if (index === state.z || termAt(written, written.last) === state.y) return state.y;
    return "?";
  }
  const MAX_CELLS = 60;

  function logTable(states, previous, names, atName) {
    let lo = Infinity, hi = 0;
    states.forEach((state, s) => {
      for (const one of [state, previous[s]]) {
        if (!one || !one.g) continue;
        const written = log(one.g);
        lo = Math.min(lo, Math.max(1, written.first - 1));
        hi = Math.max(hi, written.last, one.u ? one.z : 0);
      }
    });
    if (!hi) return "<p>No log is known.</p>";
    lo = Math.max(lo, hi - MAX_CELLS + 1);
    let out = `<div class="logs" tabindex="0" aria-label="Logs"><table><tr><th class="name"></th>`;
    for (let index = lo; index <= hi; index++) out += `<th scope="col">${index}</th>`;
    out += "</tr>";
    states.forEach((state, s) => {
      const before = previous[s];
      out += `<tr><th scope="row" class="name${names[s] === atName ? " at" : ""}">${esc(names[s])}</th>`;
      const written = log(state.g), durable = log(state.d), old = before ? log(before.g) : null;
      for (let index = lo; index <= hi; index++) out += cell(state, before, written, durable, old, index);
      out += "</tr>";
    });
    return out + "</table></div>";
  }
  function cell(state, before, written, durable, old, index) {
    const isSelected = view.index && index >= view.index[0] && index <= view.index[1] ? " sel" : "";
    let term = termAt(written, index), cls = "e", word = "written and synced";
    if (!state.g) return "<td></td>";
    if (index < written.first) return `<td class="snap${isSelected}" title="${index}: in the snapshot">${index === written.first - 1 ? "s" : ""}</td>`;
    if (!term && state.u && index <= state.z) { term = memoryTerm(state, written, index); cls += " memory"; word = "in memory only"; }
    else if (term && termAt(durable, index) !== term) { cls += " unsynced"; word = "written, not synced: a crash may lose it"; }
    const oldTerm = old ? termAt(old, index) || (before.u && index <= before.z ? memoryTerm(before, old, index) : 0) : 0;
    if (!term) return oldTerm ? `<td class="e lost" title="${index}: was there in term ${oldTerm}, and is gone">${oldTerm}</td>` : "<td></td>";
    if (old && oldTerm !== term) cls += " new";
    if (state.u && index <= state.c) { cls += " commit"; word += ", committed"; }
    if (state.u && index <= state.a) word += ", applied";
    const entry = D.entries[term + "," + index];
    return `<td class="${cls}${isSelected} T${term % 8}" title="${esc(index + ": " + (entry || "term " + term) + ", " + word + (oldTerm && oldTerm !== term ? ", replaces term " + oldTerm : ""))}">${term}</td>`;
  }

  const FIELDS = [
    ["role", s => !s.u ? "down" : s.r ? ROLES[s.r] : "–"], ["term", s => s.t], ["vote", s => s.v || "–"], ["leader", s => s.l || "–"],
    ["commit index", s => known(s, s.c), "c"], ["applied index", s => known(s, s.a), "a"], ["last index", s => s.u && s.z ? s.z : "–", "z"], ["configuration", s => confWords(s.f) || "–"],
    ["transfer to", s => s.x || "–"], ["written", s => hard(s.h)], ["synced", s => hard(s.e)],
  ];
  /** A configuration of which each part has its name. */
  function confWords(text) {
    return text.replace(" outgoing {", ", outgoing (old) voters {").replace(" learners next {", ", learners next {").replace(" learners {", ", learners {").replace(" auto-leave", ", leaves the old one by itself");
  }
  const hard = text => { const [term, vote, commit] = text.split(","); return text ? `term ${term}, vote ${vote === "0" ? "–" : vote}, commit ${commit}` : "–"; };
  const peers = text => text ? text.split(" ").map(peer => { const [id, state, match, next] = peer.split(":"); return `${id}: match ${match}, next ${next}${state === "REPLICATE" ? "" : " (" + state.toLowerCase() + ")"}`; }).join("; ") : "–";

  const link = (i, words) => i >= 0 && i < steps.length ? `<a href="#step=${i + off}" data-go="${i}">${words}</a>` : words;
  const name = i => D.clock ? time(steps[i]) + " s" : "step " + (i + off);

  function panel() {
    const step = steps[view.step];
    if (!step) { $("panel").innerHTML = "<p>Nothing was recorded.</p>"; return; }
    const i = step.at;
    let out = `<h2>Step ${i + off}${D.clock ? " at " + time(step) + " s" : ""}, node ${step.n}</h2><p class="input">${esc(step.i)}</p>`;
    if (behind.length && i === opening) out += `<p class="warn"><b>The failure was found in the state at the end of the run.</b> This is the last step that has to do with a message of node ${behind.join(", ")}, other than heartbeats: ${behind.length > 1 ? "they are" : "it is"} behind at the end.</p>`;
    else if (D.sentence && D.atEnd && nearest(i + 1, 1) < 0) out += `<p class="warn"><b>The failure was found in the state at the end of the run.</b></p>`;
    if (D.sentence && i === failing && !D.atEnd) out += `<p class="warn"><b>The failure was found after this step.</b></p>`;
    if (step.e) out += `<ul>${step.e.map(effect => `<li><b>${esc(effect)}</b></li>`).join("")}</ul>`;
    else if (!step.f) out += "<p>It changes nothing.</p>";
    if (step.o) out += `<p class="mono">${step.o.slice(-12).map(esc).join("<br>")}</p>`;
    out += cause(step);
    out += sentList(step);
    out += opsOf(i);
    out += quorumTable(step);
    out += "<h3>Before and after</h3>" + (diffTable(step) + peerTable(step) || "<p>The state that is shown is the same.</p>");
    if (step.before.g !== step.after.g || step.before.d !== step.after.d || step.before.z !== step.after.z)
      out += logTable([step.before, step.after], [null, step.before], ["before", "after"]);
    if (step.after.f) out += `<h3>Configuration of node ${step.n}</h3><p class="conf">${esc(confWords(step.after.f))}</p>`;
    if (hasLogs) out += "<h3>Logs after this step</h3>" + logTable(shown.map(c => stateAt(c, i)), shown.map(c => ids[c] === step.n ? step.before : null), shown.map(c => "node " + ids[c]), "node " + step.n);
    if (hasLogs) out += `<p class="key"><span class="cell T2">2</span>term, synced <span class="cell T2 unsynced">2</span>not synced <span class="cell memory">2</span>in memory <span class="cell T2 commit">2</span>committed <span class="cell lost">2</span>lost or removed</p>`;
    out += "<h3>Nodes after this step</h3>" + nodeTable(i, step);
    const cut = linksAt(i);
    if (messages.length) out += `<p>Links: ${esc(cut ? cut.text : "all links work")}.</p>`;
    const settings = D.nodeSettings[step.n];
    if (settings) out += `<h3>Settings of node ${step.n}</h3><p>${esc(settings)}.</p>`;
    $("panel").innerHTML = out;
    // Later, as it makes the browser lay out the page: not for each of many steps in a frame.
    requestAnimationFrame(() => document.querySelectorAll("#panel .logs").forEach(box => { box.scrollLeft = box.scrollWidth; }));
  }
  function diffTable({ before, after }) {
    // What is applied tells how much of a commit has had its effect.
    const isIndexNew = before.c !== after.c || before.z !== after.z;
    const changed = FIELDS.map(([label, of, key]) => ({ label, key, old: of(before), now: of(after) }))
      .filter(({ key, old, now }) => old !== now || (key === "a" && isIndexNew));
    if (!changed.length) return "";
    return `<table class="diff"><thead><tr><th></th><th>before</th><th>after</th></tr></thead><tbody>`
      + changed.map(({ label, key, old, now }) => {
        const isFallen = key && isFall({ before, after }, key);
        return `<tr><th scope="row">${label}</th><td class="old">${esc(old)}</td><td class="${old === now ? "old" : "new"}${isFallen ? " warn" : ""}">${isFallen ? "↓ " : ""}${esc(now)}</td></tr>`;
      }).join("") + "</tbody></table>";
  }
  /** Who has the last entry that a leader commits in a step, and whether these are a quorum. */
  function quorumTable(step) {
    const s = step.after, index = s.c;
    if (!s.u || s.r !== "L" || index <= step.before.c || !s.g) return "";
    const written = log(s.g), term = termAt(written, index) || (index >= written.first ? memoryTerm(s, written, index) : 0);
    if (!term) return "";
    // The voters before a change that the step applies have committed the change. Entries above it may have been
    // committed by the voters after it.
    const before = votersOf(step.before.f || s.f), isAboveChange = step.before.f !== s.f && !isChange(written, index);
    const after = isAboveChange ? votersOf(s.f) : before;
    if (!before || !after) return "";
    const has = id => hasOnDisk(id, step.at, term, index);
    const isHeld = held => held === "yes" || held === "in its snapshot";
    const isQuorum = half => half.filter(id => isHeld(has(id))).length > half.length / 2;
    const isEach = of => of.halves.every(isQuorum);
    const of = !isEach(before) && isEach(after) ? after : before, isJoint = of.halves.length > 1;
    const match = new Map(s.p ? s.p.split(" ").map(peer => peer.split(":")).map(([id, , m]) => [Number(id), m]) : []);
    const rows = [...new Set(of.halves.flat())].map(id => {
      const held = has(id), half = !isJoint ? "" : of.halves.every(ids => ids.includes(id)) ? ", old and new" : of.halves[1].includes(id) ? ", old" : ", new";
      return `<tr><th scope="row">${id}${half}</th><td>${match.get(id) || "–"}</td><td class="${isHeld(held) || held === "unknown" ? "" : "warn"}">${held}</td></tr>`;
    });
    const verdicts = of.halves.map((half, n) =>
      `<p${isQuorum(half) ? "" : ' class="warn"'}>${half.filter(id => isHeld(has(id))).length} of the ${half.length} ${isJoint ? n ? "old voters" : "new voters" : "voters"} have it on the disk: ${isQuorum(half) ? "a quorum" : "<b>no quorum</b>"}.</p>`);
    return `<h3>Who has entry (${term},${index}), which is committed now</h3>`
      + `<table class="diff quorum"><thead><tr><th>voter</th><th>match index, as the leader knows it</th><th>on its disk</th></tr></thead><tbody>`
      + rows.join("") + "</tbody></table>" + verdicts.join("");
  }
  const isChange = (written, index) => /change \{/.test(D.entries[termAt(written, index) + "," + index] || "");
  /** The voters of a configuration, and of its outgoing half if it is joint. Null: not all are known. */
  function votersOf(configuration) {
    const halves = ["voters", "outgoing"].filter(part => configuration.includes(part + " {"))
      .map(part => new RegExp("\\b" + part + " \\{(\\d+(?:,\\d+)*)\\}").exec(configuration));
    return halves.length && halves.every(Boolean) ? { halves: halves.map(found => found[1].split(",").map(Number)) } : null;
  }
  function hasOnDisk(id, i, term, index) {
    const c = column.get(id), state = c === undefined ? null : stateAt(c, i);
    if (!state || !state.d) return "unknown";
    const durable = log(state.d), own = termAt(durable, index);
    return own === term ? "yes" : own ? "term " + own + " in its place" : index < durable.first ? "in its snapshot" : "no";
  }
  /** What a leader knows of the others, if the step has changed it. */
  function peerTable({ before, after }) {
    if (before.p === after.p) return "";
    const parse = text => new Map((text ? text.split(" ") : []).map(peer => { const [id, state, match, next] = peer.split(":"); return [id, [state.toLowerCase(), match, next]]; }));
    const old = parse(before.p), now = parse(after.p);
    if (!now.size) return "<p>It has no followers any more.</p>";
    return `<table class="diff peers"><thead><tr><th>follower</th><th>state</th><th>match</th><th>next</th></tr></thead><tbody>`
      + [...now].map(([id, cells]) => `<tr><th scope="row">${id}</th>` + cells.map((cell, n) => {
        const was = old.has(id) ? old.get(id)[n] : cell;
        return was === cell ? `<td>${cell}</td>` : `<td><span class="old">${was} →</span> <b>${cell}</b></td>`;
      }).join("") + "</tr>").join("") + "</tbody></table>"
      + (old.size && [...old.keys()].some(id => !now.has(id)) ? `<p>No longer: ${[...old.keys()].filter(id => !now.has(id)).join(", ")}.</p>` : "");
  }
  function cause(step) {
    let out = "";
    if (step.msg) {
      const m = step.msg, arrow = m.arrows.find(one => one.b === step.at && one.kind !== "lost");
      out += `<p>Sent ${m.a >= 0 ? "in " + link(m.a, name(m.a)) + " by node " + m.f : "before what is kept"}`
        + (arrow && arrow.kind === "dup" ? "; <b>a duplicate</b>, first delivered in " + link(m.d[0] - off, name(m.d[0] - off)) : "")
        + (arrow && arrow.late ? "; <b>late</b>: a message that was sent after it came before it" : "")
        + (m.q ? "; <b>changed on the way</b>, was: " + esc(m.w) : "") + ".</p>";
    }
    out += `<p>Node ${step.n}: ${step.prev >= 0 ? link(step.prev, "step before") : "its first step"}, ${step.next >= 0 ? link(step.next, "step after") : "its last step"}.</p>`;
    return out;
  }
  function sentList(step) {
    if (!step.sent.length) return "";
    return "<h3>Sends</h3><ul>" + step.sent.map(m => {
      const ends = (m.d || []).map((d, nth) => (nth ? "again in " : "arrives in ") + link(d - off, steps[d - off] ? name(d - off) : "a step")).concat((m.x || []).map(() => '<span class="warn">lost</span>'));
      return `<li><span class="mono">${esc(m.w)}</span>: ${ends.length ? ends.join(", ") : "never arrives"}</li>`;
    }).join("") + "</ul>";
  }
  function opsOf(i) {
    const mine = ops.filter(op => op.a === i || op.z === i);
    if (!mine.length) return "";
    return "<h3>Clients</h3><ul>" + mine.map(op =>
      `<li>${op.k} <span class="mono">${esc(op.w)}</span>: ${op.a === i ? "begins here" : "began in " + link(op.a, name(op.a))}, ${op.z < 0 ? "never ends" : op.z === i ? "ends here" : "ends in " + link(op.z, name(op.z))}${op.o ? ": <b>" + esc(op.o) + "</b>" : ""}</li>`).join("") + "</ul>";
  }
  /** Of a real host whose events are shown, and of a node that is down, no index is known. */
  const known = (state, index) => state.u && state.g ? index : "–";
  /** The term and the vote on the disk, which stand out if a crash would lose those in memory. */
  function syncedCell(state) {
    if (!state.e) return "<td>–</td>";
    const [term, vote] = state.e.split(",").map(Number), isLess = state.u && state.r && (term !== state.t || vote !== state.v);
    return `<td${isLess ? ' class="warn" title="A crash would lose the term or the vote that the node has in memory"' : ""}>t${term}, vote ${vote || "–"}</td>`;
  }
  function nodeTable(i, step) {
    return `<table class="states"><thead><tr><th></th><th>role</th><th>term</th><th>vote</th><th>leader</th><th>commit</th><th>applied</th>${hasLogs ? "<th>synced</th>" : ""}</tr></thead><tbody>`
      + shown.map(c => {
        const s = stateAt(c, i), role = s.u ? s.r || "F" : "D";
        return `<tr class="${ids[c] === step.n ? "at" : ""}"><th scope="row">${ids[c]}</th><td><span class="badge ${role}">${s.u ? role : "down"}</span></td><td>${s.t}</td><td>${s.v || "–"}</td><td>${s.l || "–"}</td><td>${known(s, s.c)}</td><td>${known(s, s.a)}</td>${hasLogs ? syncedCell(s) : ""}</tr>`;
      }).join("") + "</tbody></table>"
      + shown.map(c => stateAt(c, i)).filter(s => s.u && s.r === "L" && s.p).map(s => `<p>Leader of term ${s.t} knows of ${esc(peers(s.p))}.</p>`).join("")
      + confs(i);
  }
  function confs(i) {
    const all = new Map();
    shown.forEach(c => { const s = stateAt(c, i); if (s.u && s.f) all.set(s.f, (all.get(s.f) || []).concat(ids[c])); });
    return [...all].map(([conf, nodes]) => `<p>Configuration of ${all.size === 1 ? "all" : nodes.join(", ")}: ${esc(confWords(conf))}.</p>`).join("");
  }

  // ---- Going through the run -----------------------------------------------------------------------------------

  function nearest(i, direction) {
    for (let at = i; at >= 0 && at < steps.length; at += direction) if (rowOf[at] >= 0) return at;
    return -1;
  }
  function go(i, how) {
    const at = clamp(i, 0, steps.length - 1);
    if (!steps.length) return;
    view.step = at;
    showExtra();
    reveal(how);
    draw();
    header();
    panel();
    scroll.setAttribute("aria-activedescendant", "row" + at);
    $("live").textContent = steps[at].line;
    remember();
  }
  /** A step that the filters hide is shown while it is selected. */
  function showExtra() {
    const step = steps[view.step], extra = passes(step) ? -1 : step.at;
    if (extra === view.extra) return;
    view.extra = extra;
    arrange();
    measure();
  }
  function reveal(how) {
    const top = (rowOf[view.step] >= 0 ? rowOf[view.step] : placeOf[view.step]) * rowHeight, room = scroll.clientHeight;
    if (how === "center" || top < scroll.scrollTop - room || top > scroll.scrollTop + 2 * room) scroll.scrollTop = top - room * 0.45;
    else if (top < scroll.scrollTop + 2 * rowHeight) scroll.scrollTop = top - 2 * rowHeight;
    else if (top > scroll.scrollTop + room - 4 * rowHeight) scroll.scrollTop = top - room + 4 * rowHeight;
  }
  function move(by) {
    let at = view.step;
    for (let n = 0; n < Math.abs(by); n++) {
      const next = nearest(at + Math.sign(by), Math.sign(by));
      if (next < 0) break;
      at = next;
    }
    if (at !== view.step) go(at);
    return at;
  }
  function moveOnNode(direction) {
    let at = view.step;
    do at = direction < 0 ? steps[at].prev : steps[at].next; while (at >= 0 && rowOf[at] < 0);
    if (at >= 0) go(at);
  }
  function follow(direction) {
    const step = steps[view.step];
    if (direction < 0) {
      if (step.msg && step.msg.a >= 0) go(step.msg.a); else moveOnNode(-1);
    } else {
      const m = step.sent.find(one => one.d && one.d[0] - off < steps.length);
      if (m) go(m.d[0] - off); else moveOnNode(1);
    }
  }

  let timer = 0;
  function play(on) {
    if (timer) { clearInterval(timer); timer = 0; }
    if (on) timer = setInterval(() => { const was = view.step; if (move(1) === was) play(false); }, 450);
    $("play").setAttribute("aria-pressed", String(Boolean(timer)));
    $("play").textContent = timer ? "⏸" : "▶";
  }

  function search() {
    const query = view.query.toLowerCase();
    hits = [];
    if (query) rows.forEach((row, r) => {
      if (row.k === "s" ? row.step.line.toLowerCase().includes(query) || lostHits(row.step).length : row.k === "n" && row.text.toLowerCase().includes(query)) hits.push(r);
    });
    found();
  }
  /** No step has received these messages, so that they are found where they were sent. */
  function lostHits(step) {
    const query = view.query.toLowerCase();
    return query ? step.sent.filter(m => !m.d && m.w.toLowerCase().includes(query)) : [];
  }
  function found() {
    const at = hits.findIndex(r => rows[r].i === view.step);
    $("found").textContent = !view.query ? "" : hits.length ? (at >= 0 ? at + 1 + " of " : "") + hits.length : "none";
  }
  function hit(direction) {
    if (!hits.length) return;
    const here = rowOf[view.step] >= 0 ? rowOf[view.step] : placeOf[view.step];
    const next = direction > 0 ? hits.find(r => r > here) ?? hits[0] : hits.filter(r => r < here).pop() ?? hits[hits.length - 1];
    go(rows[next].i, "center");
    found();
  }

  // ---- Filters, zoom, theme, address ---------------------------------------------------------------------------

  function refilter(isOfAddress) {
    view.extra = isOfAddress && steps.length ? view.step : -1;
    arrange();
    controls();
    measure();
    if (rowOf[view.step] < 0) {
      const near = nearest(view.step, -1) >= 0 ? nearest(view.step, -1) : nearest(view.step, 1);
      if (near >= 0) view.step = near;
    }
    if (steps.length) go(view.step, "center"); else draw();
  }
  function controls() {
    $("cone").checked = view.cone;
    $("depthLabel").hidden = !view.cone;
    $("quiet").checked = view.quiet;
    $("notes").checked = view.notes;
    document.querySelectorAll("#nodes .chip").forEach(chip => chip.setAttribute("aria-pressed", String(view.nodes.has(Number(chip.dataset.node)))));
    document.querySelectorAll("#kinds .chip").forEach(chip => chip.setAttribute("aria-pressed", String(!view.hidden.has(chip.dataset.kind))));
  }
  function zoom(factor) {
    view.zoom = factor === 0 ? 1 : clamp(Math.round(view.zoom * factor * 100) / 100, 0.5, 2.5);
    measure();
    go(view.step, "center");
  }
  function theme(name) {
    document.documentElement.dataset.theme = name;
    view.theme = name;
  }
  const isDark = () => document.documentElement.dataset.theme === "dark";
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  const themeByPreference = () => { if (!view.isThemeChosen) theme(preferred.matches ? "dark" : "light"); };

  let isRemembering = false;
  function remember() {
    const parts = ["step=" + (view.step + off)];
    if (view.nodes.size < ids.length) parts.push("nodes=" + ids.filter(id => view.nodes.has(id)).join(","));
    if (view.hidden.size) parts.push("hide=" + [...view.hidden].join(","));
    if (view.cone) parts.push("cone=1");
    if (view.depth < Infinity) parts.push("depth=" + view.depth);
    if (view.quiet !== quietByDefault) parts.push("quiet=" + Number(view.quiet));
    if (view.index) parts.push("index=" + view.index.join("-"));
    if (view.query) parts.push("q=" + encodeURIComponent(view.query));
    if (view.zoom !== 1) parts.push("zoom=" + view.zoom);
    if (view.isThemeChosen) parts.push("theme=" + view.theme);
    isRemembering = true;
    try { history.replaceState(null, "", "#" + parts.join("&")); } catch (e) { /* Some viewers have no history. */ }
    isRemembering = false;
  }
  function recall() {
    const hash = new Map(location.hash.slice(1).split("&").filter(Boolean).map(part => { const [key, ...rest] = part.split("="); return [key, decodeURIComponent(rest.join("="))]; }));
    if (hash.has("nodes")) view.nodes = new Set(hash.get("nodes").split(",").map(Number).filter(id => column.has(id)));
    if (!view.nodes.size) view.nodes = new Set(ids);
    if (hash.has("hide")) view.hidden = new Set(hash.get("hide").split(","));
    view.cone = hash.get("cone") === "1" && failing >= 0;
    depth(hash.get("depth") || "");
    view.quiet = hash.has("quiet") ? hash.get("quiet") === "1" : quietByDefault;
    if (hash.has("index")) indexes(hash.get("index"));
    if (hash.has("q")) { view.query = hash.get("q"); $("search").value = view.query; }
    if (hash.has("zoom")) view.zoom = clamp(Number(hash.get("zoom")) || 1, 0.5, 2.5);
    if (hash.has("theme")) { view.isThemeChosen = true; theme(hash.get("theme") === "dark" ? "dark" : "light"); }
    const wanted = /^\d+$/.test(hash.get("step") || "") ? Number(hash.get("step")) - off : -1;
    if (steps[wanted]) view.nodes.add(steps[wanted].n); // The address is to show this step, whatever the filters.
    view.step = wanted >= 0 && wanted < steps.length ? wanted : failing >= 0 ? opening : Math.max(0, steps.findIndex(step => step.k !== "start"));
  }
  function depth(text) {
    view.depth = /^\s*\d+\s*$/.test(text) ? Number(text) : Infinity;
    $("depth").value = text;
  }
  function indexes(text) {
    const found = /^\s*(\d+)\s*(?:(?:-|\.\.)\s*(\d+))?\s*$/.exec(text);
    view.index = found ? [Number(found[1]), Number(found[2] || found[1])] : null;
    $("index").value = text;
  }

  // ---- The text, the help, the head ----------------------------------------------------------------------------

  /** The run as text: the same lines as the transcript of the run. */
  function twin() {
    const lines = [];
    steps.forEach(step => {
      (step.o || []).forEach(note => lines.push("           " + note));
      if (!step.r) lines.push(step.line);
    });
    (D.lastNotes || []).forEach(note => lines.push("           " + note));
    return lines;
  }
  function open(title, body, copied) {
    $("dialogTitle").textContent = title;
    $("dialogBody").innerHTML = body;
    $("copy").hidden = !copied;
    $("copy").onclick = () => copy(copied, $("copy"));
    $("dialog").showModal();
  }
  function copy(text, button) {
    const area = document.createElement("textarea");
    area.value = text;
    (button.closest("dialog") || document.body).append(area);
    area.select();
    const isDone = document.execCommand("copy"); // The clipboard API is not there for files.
    area.remove();
    { const was = button.textContent; button.textContent = isDone ? "Copied" : "Cannot copy"; setTimeout(() => { button.textContent = was; }, 1200); }
  }
  function showText() {
    const failureText = D.sentence ? "\n" + D.sentence + "\n" + (D.details || []).join("\n") : "";
    const all = D.name + "\n\n" + twin().join("\n") + failureText;
    open("The run as text", `<pre>${esc(all)}</pre>`, all);
  }
  function sign(body, width) { return `<svg width="${width || 60}" height="20" aria-hidden="true">${body}</svg>`; }
  function help() {
    const keys = [["j ↓ / k ↑", "next step, step before"], ["shift + j / k", "next step of the same node, step before"], ["← / →", "to the cause: where the message was sent, or the step before; to the effect"],
      ["PgDn / PgUp", "ten steps"], ["g / G", "first, last step"], ["space", "play, stop"], ["v", "to the failure"], ["c", "only what can have caused the failure"], ["q", "quiet steps on, off"],
      ["1 … 9", "hide or show a node"], ["shift or alt + click", "on a node or a kind of message: only this one; again: all"], ["/", "search; Enter or n: next; N: before"], ["+ − 0", "zoom"], ["p", "hide or show the panel"], ["t", "dark, light"], ["x", "text"], ["?", "this help"]];
    const y = 10, line = (cls, x2) => `<line class="msg ${cls} on" style="stroke-width:2" x1="2" y1="${y}" x2="${x2 || 44}" y2="${y}"/>`;
    const tip = cls => `<path class="tip ${cls}" transform="translate(52 ${y})" d="M0 0L-9 -4V4z"/>`;
    const signs = [
      [sign(line("ok m-append") + tip("m-append")), "a request, from the step that sends it to the step that receives it"],
      [sign(line("ok m-answer") + tip("open m-answer")), "an answer"],
      [sign(line("lost m-append", 36) + `<path class="cross" d="M36 6l8 8m0 -8l-8 8"/>`), "lost on the way"],
      [sign(line("never m-append", 36) + `<circle class="tip open m-append" cx="41" cy="${y}" r="3.5"/>`), "never arrives: still in flight at the end, or its receiver has crashed"],
      [sign(`<line class="msg dup m-append" style="opacity:1" x1="2" y1="${y}" x2="44" y2="${y}"/>` + `<line class="core" x1="2" y1="${y}" x2="44" y2="${y}"/>` + tip("m-append")), "again: a duplicate"],
      [sign(line("late m-append") + tip("m-append")), "late: a message that was sent after it came before it"],
      [sign(`<rect class="band F" x="10" y="1" width="24" height="18"/><text class="word F" x="22" y="10">F1</text>`), "follower, in term 1; the stripe on the left has a colour for each term"],
      [sign(`<rect class="band P" x="10" y="1" width="24" height="18"/><text class="word P" x="22" y="10">P1</text>`), "pre-candidate"],
      [sign(`<rect class="band C" x="10" y="1" width="24" height="18"/><text class="word C" x="22" y="10">C2</text>`), "candidate"],
      [sign(`<rect class="band L" x="10" y="1" width="24" height="18"/><text class="word L" x="22" y="10">L2</text>`), "leader"],
      [sign(`<rect class="band D" x="10" y="1" width="24" height="18"/>`), "down"],
      [sign(`<circle class="dot change" cx="12" cy="10" r="4.5"/><circle class="dot" cx="32" cy="10" r="4.5"/>`), "a message that changes something; one that changes nothing"],
      [sign(`<path class="dot change" d="M12 4L18 10L12 16L6 10z"/><rect class="dot change" x="28" y="5.5" width="9" height="9"/>`), "a timeout or an order to campaign; a client's request"],
      [sign(`<path class="dot change" d="M6 15h12L12 4z"/><path class="cross" d="M28 4l12 12m0 -12l-12 12"/>`), "a start; a crash"],
      [sign(`<text class="commit" x="8" y="10">✓5</text>`), "the commit index becomes 5"],
      [sign(`<text class="commit fall" x="8" y="10">↓5</text>`), "the commit index falls to 5, which must not be; or the last index, as other entries replace some"],
      [sign(confSign(14, 10, 1)), "the node's configuration changes"],
      [sign(`<line class="op o-write" x1="12" x2="12" y1="1" y2="19"/><line class="op o-read" x1="24" x2="24" y1="1" y2="19"/><line class="op o-change" x1="36" x2="36" y1="1" y2="19"/>`), "a client's write, read, membership change; dashed: it is not done"],
      [sign(`<rect class="side s1" x="4" y="1" width="40" height="18"/>`), "the sides of a partition, also with letters; a dotted line between two lanes: their link is cut"],
    ];
    open("Keys and signs", `<table>${keys.map(([key, what]) => `<tr><td><kbd>${esc(key)}</kbd></td><td>${esc(what)}</td></tr>`).join("")}</table><h3>Signs</h3><table>${signs.map(([svg, what]) => `<tr><td>${svg}</td><td>${esc(what)}</td></tr>`).join("")}</table>
      <p>A message appears in the line of the step that receives it. Click a line to see the step; the address of the page then leads to it.</p>
      <p>What can have caused the failure: the steps from which messages and later steps of the same node lead to it. A step that changes nothing that is shown has no part in it.</p>`);
  }
  function head() {
    $("name").textContent = D.name;
    const nodeText = ids.length === 1 ? "1 node" : ids.length + " nodes";
    const lost = [counts.lost && counts.lost + " lost", counts.twice && counts.twice + " twice", counts.late && counts.late + " late", counts.changed && counts.changed + " changed", counts.never && counts.never + " never arrived"].filter(Boolean);
    $("facts").textContent = [nodeText, steps.length + " steps", D.clock && steps.length ? time(steps[steps.length - 1]) + " s" : "", messages.length ? counts.sent + " messages" + (lost.length ? " (" + lost.join(", ") + ")" : "") : ""].filter(Boolean).join(" · ");
    if (D.sentence) { $("sentence").hidden = false; $("sentence").textContent = sentence; }
    let more = "";
    if (off) more += `<p class="warn">The run is longer than what is kept: the first ${off} steps are left out.</p>`;
    if (D.details) more += `<h2>About the failure</h2><pre>${esc(D.details.join("\n"))}</pre>`;
    if (D.replay) more += `<h2>Replay it <button type="button" id="copyReplay">Copy</button></h2><pre>${esc(D.replay)}</pre>`;
    if (D.settings) more += `<h2>What was run</h2><pre>${esc(D.settings.join("\n"))}</pre>`;
    const same = new Map();
    ids.forEach(id => { const text = D.nodeSettings[id]; if (text) same.set(text, (same.get(text) || []).concat(id)); });
    if (same.size) more += `<h2>Settings of the nodes</h2>` + [...same].map(([text, nodes]) => `<p>${same.size === 1 ? "All" : "Node " + nodes.join(", ")}: ${esc(text)}.</p>`).join("");
    $("more").innerHTML = more || "<p>Nothing more is known.</p>";
    if (D.replay) $("copyReplay").onclick = () => copy(D.replay, $("copyReplay"));
    if (off) { $("more").hidden = false; $("about").setAttribute("aria-expanded", "true"); }
    $("nodes").innerHTML = ids.map((id, c) => `<button type="button" class="chip" data-node="${id}" aria-pressed="true" title="Hide or show node ${id}${c < 9 ? " (" + (c + 1) + ")" : ""}; with shift or alt: only this node, and again: all">node ${id}</button>`).join("");
    const present = new Map();
    messages.forEach(m => present.set(familyOf.get(m.k), (present.get(familyOf.get(m.k)) || 0) + 1));
    $("kinds").innerHTML = FAMILIES.filter(([family]) => present.has(family)).map(([family, colour]) =>
      `<button type="button" class="chip" data-kind="${family}" aria-pressed="true" title="${present.get(family)} messages; with shift or alt: only this kind, and again: all"><i class="m-${colour}" style="border-color:var(--${colour})"></i>${family}</button>`).join("");
    $("coneLabel").hidden = $("failure").hidden = failing < 0;
    $("notesLabel").hidden = noteCount === 0;
    $("notesName").textContent = hasChoices ? "choices" : D.clock ? "notes" : "commands";
  }

  // ---- Events --------------------------------------------------------------------------------------------------

  const toggle = (set, value) => { if (!set.delete(value)) set.add(value); };
  function toggleNode(id) {
    toggle(view.nodes, id);
    if (!view.nodes.size) view.nodes = new Set(ids);
    refilter();
  }
  function onlyNode(id) {
    view.nodes = new Set(view.nodes.size === 1 && view.nodes.has(id) ? ids : [id]);
    refilter();
  }
  function toggleKind(kind) {
    toggle(view.hidden, kind);
    refilter();
  }
  function onlyKind(kind) {
    const others = [...document.querySelectorAll("#kinds .chip")].map(chip => chip.dataset.kind).filter(one => one !== kind);
    const isOnly = !view.hidden.has(kind) && others.every(one => view.hidden.has(one));
    view.hidden = new Set(isOnly ? [] : others);
    refilter();
  }
  const isOnlyClick = event => event.shiftKey || event.altKey;
  function toggleTheme() { view.isThemeChosen = true; theme(isDark() ? "light" : "dark"); remember(); }
  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || $("dialog").open) return;
    const isTyping = event.target.matches && event.target.matches("input:not([type=checkbox])");
    if (isTyping) {
      if (event.key === "Escape") { event.target.blur(); scroll.focus(); }
      if (event.key === "Enter" && event.target === $("search")) { hit(event.shiftKey ? -1 : 1); event.preventDefault(); }
      return;
    }
    const isButton = event.target.matches && event.target.matches("button, a, input");
    const actions = {
      j: () => move(1), ArrowDown: () => event.shiftKey ? moveOnNode(1) : move(1), k: () => move(-1), ArrowUp: () => event.shiftKey ? moveOnNode(-1) : move(-1),
      J: () => moveOnNode(1), K: () => moveOnNode(-1), ArrowLeft: () => follow(-1), ArrowRight: () => follow(1), PageDown: () => move(10), PageUp: () => move(-10),
      g: () => go(nearest(0, 1)), Home: () => go(nearest(0, 1)), G: () => go(nearest(steps.length - 1, -1)), End: () => go(nearest(steps.length - 1, -1)),
      " ": () => play(!timer), v: () => failing >= 0 && go(opening, "center"), c: () => { if (failing >= 0) { view.cone = !view.cone; refilter(); } },
      p: () => { document.body.classList.toggle("wide"); resized(); }, q: () => { view.quiet = !view.quiet; refilter(); }, "/": () => $("search").focus(), n: () => hit(1), N: () => hit(-1),
      "+": () => zoom(1.15), "=": () => zoom(1.15), "-": () => zoom(1 / 1.15), "0": () => zoom(0), t: toggleTheme, x: showText, "?": help,
    };
    if (event.key === " " && isButton) return;
    if (/^[1-9]$/.test(event.key) && ids[Number(event.key) - 1] !== undefined) { toggleNode(ids[Number(event.key) - 1]); event.preventDefault(); return; }
    const action = actions[event.key];
    if (action) { if (event.key !== " ") play(false); action(); event.preventDefault(); }
  }

  function listen() {
    document.addEventListener("keydown", key);
    let isDue = false;
    scroll.addEventListener("scroll", () => { if (!isDue) { isDue = true; requestAnimationFrame(() => { isDue = false; draw(); }); } });
    layer.addEventListener("click", event => { const row = event.target.closest("[data-step]"); if (row) { play(false); go(Number(row.dataset.step)); } });
    $("panel").addEventListener("click", event => {
      const target = event.target.closest("[data-go]");
      if (target) { event.preventDefault(); go(Number(target.dataset.go)); }
    });
    $("nodes").addEventListener("click", event => { const chip = event.target.closest(".chip"); if (chip) (isOnlyClick(event) ? onlyNode : toggleNode)(Number(chip.dataset.node)); });
    $("kinds").addEventListener("click", event => { const chip = event.target.closest(".chip"); if (chip) (isOnlyClick(event) ? onlyKind : toggleKind)(chip.dataset.kind); });
    for (const option of ["cone", "quiet", "notes"]) $(option).addEventListener("change", () => { view[option] = $(option).checked; refilter(); });
    $("depth").addEventListener("input", () => { depth($("depth").value); refilter(); });
    $("index").addEventListener("input", () => { indexes($("index").value); refilter(); });
    $("search").addEventListener("input", () => {
      view.query = $("search").value;
      search();
      const here = rowOf[view.step];
      const next = hits.find(r => r >= here) ?? hits[0];
      if (next !== undefined) go(rows[next].i, "center"); else { draw(); remember(); }
      found();
    });
    const click = (id, action) => $(id).addEventListener("click", action);
    click("first", () => go(nearest(0, 1)));
    click("back", () => move(-1));
    click("forth", () => move(1));
    click("play", () => play(!timer));
    click("failure", () => go(opening, "center"));
    click("smaller", () => zoom(1 / 1.15));
    click("larger", () => zoom(1.15));
    click("theme", toggleTheme);
    click("help", help);
    click("text", showText);
    click("close", () => $("dialog").close());
    click("about", () => { $("more").hidden = !$("more").hidden; $("about").setAttribute("aria-expanded", String(!$("more").hidden)); resized(); });
    addEventListener("hashchange", () => { if (!isRemembering) { recall(); refilter(true); } });
    addEventListener("resize", resized);
  }
  function resized() { measure(); header(); draw(); }

  head();
  themeByPreference();
  preferred.addEventListener("change", themeByPreference);
  recall();
  listen();
  refilter(true);
  scroll.focus({ preventScroll: true });
})();
