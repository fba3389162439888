// The console's editor: CodeMirror on the text area of editor.html. Problems and completions are the server's own.
import {EditorState, Prec} from "@codemirror/state";
import {EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, drawSelection} from "@codemirror/view";
import {defaultKeymap, history, historyKeymap, indentWithTab} from "@codemirror/commands";
import {syntaxHighlighting, HighlightStyle, indentOnInput, bracketMatching} from "@codemirror/language";
import {autocompletion, completionKeymap, completionStatus, closeBrackets} from "@codemirror/autocomplete";
import {linter, lintGutter, forceLinting} from "@codemirror/lint";
import {search, searchKeymap, highlightSelectionMatches} from "@codemirror/search";
import {yaml} from "@codemirror/lang-yaml";
import {tags} from "@lezer/highlight";

const $ = (id) => document.getElementById(id);
const section = $("editor"), area = $("editor-text"), said = section.dataset;
const admin = "/console/files";
let tag = said.tag, fresh = "new" in said, saved = fresh ? "" : area.value;
if ("unsavedText" in said) fetchSaved();

// fetchSaved gets the file as it is, where the page shows more than that.
async function fetchSaved() {
  const answer = await fetch("/console/files/" + said.file.split("/").map(encodeURIComponent).join("/"), {credentials: "same-origin"});
  if (answer.ok) { saved = (await answer.text()).replaceAll("\r\n", "\n"); state(); }
}

// characters counts code points, as the server does.
const characters = (text) => [...text].length;

async function ask(path, body, method = "POST", headers = {}) {
  return fetch(path, {method, headers: {"Content-Type": "application/json", ...headers}, body: JSON.stringify(body), credentials: "same-origin"});
}

const colours = HighlightStyle.define([
  {tag: tags.propertyName, class: "cm-key"}, {tag: tags.definition(tags.propertyName), class: "cm-key"},
  {tag: [tags.string, tags.special(tags.string)], class: "cm-text"}, {tag: tags.comment, class: "cm-remark"},
  {tag: [tags.keyword, tags.atom, tags.bool, tags.null], class: "cm-word"}, {tag: tags.number, class: "cm-number"},
  {tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], class: "cm-mark"},
]);

async function problems(view) {
  let answer;
  try {
    answer = await ask("/console/diagnose", {path: said.file, text: view.state.doc.toString()});
    if (!answer.ok) return [];
  } catch { return []; }
  const {diagnostics} = await answer.json();
  showProblems(diagnostics);
  return diagnostics.filter((d) => known(d.file) === said.file && d.line).map((d) => {
    const line = view.state.doc.line(Math.min(d.line, view.state.doc.lines));
    const from = Math.min(line.from + Math.max((d.column || 1) - 1, 0), line.to);
    return {from, to: line.to, severity: d.severity, message: d.message + (d.hint ? "\n" + d.hint : ""), source: d.code};
  });
}

// known is a file's name as the list of files has it.
const files = [...document.querySelectorAll("#e-file option")].map((o) => o.value).concat(said.file).sort((a, b) => b.length - a.length);
const known = (name) => files.find((file) => name === file || name.endsWith("/" + file)) || name;

function showProblems(diagnostics) {
  const list = document.createElement("ul");
  for (const d of diagnostics.slice(0, 50)) {
    const row = document.createElement("li"), place = document.createElement("button");
    row.className = d.severity;
    place.className = "quiet";
    place.type = "button";
    place.textContent = known(d.file) + (d.line ? ":" + d.line : "");
    place.addEventListener("click", () => {
      if (!d.line) return;
      if (known(d.file) === said.file) go(d.line);
      else if (files.includes(known(d.file))) location.assign("/console/editor?file=" + encodeURIComponent(known(d.file)) + "&line=" + d.line);
    });
    row.append(place, " " + d.message + (d.hint ? " – " + d.hint : ""));
    list.append(row);
  }
  $("editor-problems").replaceChildren(diagnostics.length ? list : document.createTextNode(said.clean));
}

async function completions(context) {
  const word = context.matchBefore(/[\w.:-]*/);
  if (!context.explicit && (!word || word.from === word.to)) return null;
  const text = context.state.doc.toString();
  let answer;
  try {
    answer = await ask("/console/complete", {path: said.file, text, offset: characters(text.slice(0, context.pos))});
    if (!answer.ok) return null;
  } catch { return null; }
  const found = (await answer.json()).completions;
  if (!found.length) return null;
  return {
    from: context.pos - (found[0].to - found[0].from),
    options: found.map((c) => ({label: c.label, apply: c.insert, type: c.kind === "key" ? "property" : "constant", info: c.detail || undefined})),
    validFor: /^[\w-]*$/,
  };
}

const view = new EditorView({
  parent: $("editor-place"),
  state: EditorState.create({
    doc: area.value,
    extensions: [
      EditorView.cspNonce.of(document.querySelector("meta[name=style-nonce]").content),
      // Tab leads through the page. It indents for who clicked into the text or types in it, until Esc.
      Prec.highest(keymap.of([{key: "Escape", run: (view) => { if (completionStatus(view.state) !== "active") view.setTabFocusMode(true); return false; }}])),
      lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), drawSelection(), history(), indentOnInput(), bracketMatching(), closeBrackets(),
      highlightSelectionMatches(), search(), yaml(), syntaxHighlighting(colours), EditorState.tabSize.of(2), EditorView.lineWrapping,
      autocompletion({override: [completions], activateOnTypingDelay: 150}), linter(problems, {delay: 400}), lintGutter(),
      EditorState.readOnly.of("readOnly" in said),
      EditorView.contentAttributes.of({"aria-label": area.getAttribute("aria-label"), tabindex: "0"}),
      keymap.of([{key: "Mod-s", run: () => { review(); return true; }}, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
      EditorView.domEventHandlers({focus: (_, view) => { view.setTabFocusMode(true); return false; }}),
      EditorView.updateListener.of((update) => {
        if (update.docChanged || update.transactions.some((t) => t.isUserEvent("select.pointer"))) update.view.setTabFocusMode(false);
        if (update.docChanged) state();
      }),
    ],
  }),
});
section.view = view; // for tests and for who scripts the page
area.hidden = true;
document.body.classList.add("edits");

function text() { return view.state.doc.toString(); }
function state(message, bad) {
  const place = $("editor-state");
  place.textContent = message || (text() === saved ? "" : said.unsaved);
  place.className = "state " + (bad ? "refused" : message ? "ok" : "frozen");
  place.hidden = !place.textContent;
}
function go(number) {
  const line = view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
  view.dispatch({selection: {anchor: line.from}, effects: EditorView.scrollIntoView(line.from, {y: "center"})});
  view.focus();
}
if (Number(said.line) > 0) go(Number(said.line));
state();
addEventListener("beforeunload", (event) => { if (text() !== saved && !("readOnly" in said)) event.preventDefault(); });

// changes lists the lines that differ, with two lines around them: the longest common subsequence of what lies between
// the beginnings and the ends that are alike.
function changes(before, after) {
  const a = before.split("\n"), b = after.split("\n");
  let start = 0, end = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const x = a.slice(start, a.length - end), y = b.slice(start, b.length - end);
  const lines = a.slice(Math.max(0, start - 2), start).map((l) => ["same", l]);
  if (x.length * y.length > 4e6) {
    lines.push(...x.map((l) => ["out", l]), ...y.map((l) => ["in", l]));
  } else {
    const length = Array.from({length: x.length + 1}, () => new Uint32Array(y.length + 1));
    for (let i = x.length - 1; i >= 0; i--) for (let j = y.length - 1; j >= 0; j--) length[i][j] = x[i] === y[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
    let i = 0, j = 0;
    while (i < x.length || j < y.length) {
      if (i < x.length && j < y.length && x[i] === y[j]) { lines.push(["same", x[i]]); i++; j++; }
      else if (j >= y.length || (i < x.length && length[i + 1][j] >= length[i][j + 1])) lines.push(["out", x[i++]]);
      else lines.push(["in", y[j++]]);
    }
  }
  return lines.concat(a.slice(a.length - end, a.length - end + 2).map((l) => ["same", l]));
}

function review() {
  if ("readOnly" in said) return;
  const place = $("editor-changes");
  place.replaceChildren(...changes(fresh ? "" : saved, text()).map(([kind, line]) => {
    const row = document.createElement("span");
    row.className = "diff " + kind;
    row.textContent = ({in: "+ ", out: "- ", same: "  "})[kind] + line + "\n";
    return row;
  }));
  $("editor-dialog").showModal();
}

async function save() {
  $("editor-dialog").close();
  const sent = text();
  let answer;
  try {
    answer = await ask(admin + "/" + said.file.split("/").map(encodeURIComponent).join("/"), {text: "crlf" in said ? sent.replaceAll("\n", "\r\n") : sent}, "PUT", fresh ? {"If-None-Match": "*"} : {"If-Match": '"' + tag + '"'});
  } catch {
    return state(said.failed, true);
  }
  if (answer.ok) {
    tag = answer.headers.get("ETag").replaceAll('"', "");
    if (!fresh) { $("editor-before").value = saved; $("editor-undo").hidden = false; }
    saved = sent;
    if (fresh) { location.assign("/console/editor?file=" + encodeURIComponent(said.file)); return; }
    return state(said.saved);
  }
  const problem = await answer.json().catch(() => ({}));
  if (problem.reload) { showProblems(problem.reload.problems); forceLinting(view); return state(said.refused, true); }
  state(fresh && answer.status === 404 ? said.noPart : answer.status === 412 ? said.conflict : problem.detail || said.failed, true);
}

if (!("readOnly" in said)) {
  $("editor-diff").addEventListener("click", review);
  $("editor-save").addEventListener("click", save);
  $("editor-cancel").addEventListener("click", () => { $("editor-dialog").close(); view.focus(); });
  $("editor-undo").addEventListener("click", () => {
    view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: $("editor-before").value}});
    review();
  });
}
