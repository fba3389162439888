"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector) => document.querySelectorAll(selector);

  // One tab of the browser follows the bank, and tells the others: a browser opens six connections at most.
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("mockbank-console") : null;
  let missed = false, stream, last = 0, waiting;
  function changed() {
    if (document.hidden) { missed = true; return; }
    const pause = 300 - (performance.now() - last);
    clearTimeout(waiting);
    if (pause > 0) { waiting = setTimeout(changed, pause); return; }
    last = performance.now();
    again = again || renewing.size > 0;
    htmx.trigger(document.body, "changed");
  }
  // What changes while a part is renewed may not be in the answer that is on its way, and what htmx queues for a part goes with the
  // part when that is replaced: so all are renewed once more.
  const renewing = new Set();
  let again = false;
  const renews = (request) => request.verb === "get" && request.elt.matches('[hx-trigger*="changed"]');
  document.addEventListener("htmx:beforeSend", (event) => {
    if (renews(event.detail.requestConfig)) renewing.add(event.detail.requestConfig.elt);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!renewing.delete(event.detail.requestConfig.elt) || renewing.size > 0 || !again) return;
    again = false;
    setTimeout(changed);
  });
  function tell() {
    if (channel) channel.postMessage("changed");
    changed();
  }
  // Whether the bank answers at all is said as long as it does not; what moves by itself goes on when it is back.
  let away = false;
  function answers(does) {
    if (!does) setTimeout(probe, 2000);
    if (away === !does) return;
    away = !does;
    $("#away").hidden = does;
    if (does) { last = 0; changed(); }
  }
  function probe() {
    if (document.hidden) { setTimeout(probe, 2000); return; }
    fetch("/healthz", { cache: "no-store" }).then((answer) => { answers(answer.status < 500); }, () => { answers(false); });
  }
  function follow(done) {
    stream = new EventSource("/console/events");
    stream.addEventListener("changed", tell);
    stream.onerror = () => {
      if (channel) channel.postMessage("lost");
      if (!away) probe();
      if (stream.readyState !== EventSource.CLOSED) return; // it tries again by itself
      setTimeout(() => { follow(done); }, 5000);
    };
  }
  if (channel) channel.onmessage = (event) => { if (event.data !== "lost") changed(); else if (!away) probe(); };
  if (document.querySelector("#bar")) {
    if (navigator.locks && channel) navigator.locks.request("mockbank-console", () => new Promise(follow));
    else follow();
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && missed) { missed = false; changed(); }
  });
  // A change made here is news for the other tabs too.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig && event.detail.requestConfig.verb === "post" && channel) channel.postMessage("changed");
    if (event.detail.requestConfig && event.detail.requestConfig.verb === "post" && event.detail.successful && !event.detail.xhr.getResponseHeader("HX-Retarget")) $("#news").replaceChildren();
  });

  document.addEventListener("htmx:sendError", () => { if (!away) answers(false); });
  // What is refused without words, is told by its status.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.requestConfig.verb !== "post" || event.detail.xhr.status === 401) return;
    const said = document.createElement("p");
    said.className = "alert";
    said.textContent = document.body.dataset.failed + " (HTTP " + event.detail.xhr.status + ")";
    $("#news").replaceChildren(said);
  });

  // What moves by itself rests while nobody looks, and the list while it is paused.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const of = event.detail.elt, pause = $("#pause");
    const still = of.matches("[data-live]") && pause && pause.checked;
    if (still || (document.hidden && of.matches("[data-moves], [data-live], #bar"))) {
      event.preventDefault();
      missed = missed || !still;
    }
    // Somebody who writes in the bar is not disturbed.
    if (of.id === "bar" && of.contains(document.activeElement) && document.activeElement.matches("input")) event.preventDefault();
  });
  document.addEventListener("change", (event) => { if (event.target.id === "pause" && !event.target.checked) changed(); });

  // What is pressed stays until it is let go: a button that is replaced in between would not be clicked.
  let pressed = null;
  document.addEventListener("pointerdown", (event) => { pressed = event.target; });
  document.addEventListener("keydown", (event) => { if (event.key === " " || event.key === "Enter") pressed = event.target; });
  function release() {
    pressed = null;
    if (missed && !document.hidden) { missed = false; setTimeout(changed); }
  }
  for (const end of ["pointerup", "pointercancel", "keyup"]) document.addEventListener(end, release);
  window.addEventListener("blur", release); // what is let go in another window is not heard of
  document.addEventListener("pointermove", (event) => { if (pressed && !event.buttons) release(); }); // let go elsewhere

  // The focus stays where it was when a part is replaced, and what was opened stays open. Several parts may be on their way at
  // once, so nothing is forgotten before it is there again, or the user went elsewhere.
  let held = null;
  const opened = new Set();
  document.addEventListener("toggle", (event) => {
    if (event.target.id) opened[event.target.open ? "add" : "delete"](event.target.id);
  }, true);
  document.addEventListener("pointerdown", () => { held = null; });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (pressed && event.detail.requestConfig.verb === "get" && event.detail.target.contains(pressed)) {
      event.detail.shouldSwap = false;
      missed = true;
      return;
    }
    for (const details of event.detail.target.querySelectorAll("details[open][id]")) opened.add(details.id);
    const at = document.activeElement;
    if (at && at !== document.body) held = { id: at.id, tag: at.localName, name: at.name, value: at.value, href: at.getAttribute("href"), within: at.closest("[id]") && at.closest("[id]").id };
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of opened) { const again = document.getElementById(id); if (again) again.open = true; }
  });
  document.addEventListener("htmx:afterSettle", () => {
    mark();
    if (document.activeElement && document.activeElement !== document.body) held = null;
    if (!held) return;
    const root = held.within && document.getElementById(held.within);
    const same = (held.id && document.getElementById(held.id)) ||
      (root && [...root.querySelectorAll(held.tag)].find((e) => held.href ? e.getAttribute("href") === held.href : e.name === held.name && e.value === held.value)) ||
      (root && root.querySelector("button"));
    if (same) same.focus({ preventScroll: true });
  });

  // New rows of the list are shown as such, the chosen one is marked, and the address follows.
  const seen = new Set();
  let first = true;
  function mark() {
    for (const link of all("#rows a[data-choose]")) {
      const id = link.getAttribute("hx-get"), row = link.closest("tr");
      if (!seen.has(id) && !first) row.classList.add("new");
      seen.add(id);
      row.classList.toggle("chosen", id === chosen);
    }
    first = false;
    for (const place of all("[data-origin]")) place.textContent = place.textContent.replace("ORIGIN", location.origin);
  }
  const asked = new URLSearchParams(location.search).get("exchange");
  let chosen = asked ? "/console/exchanges/" + asked : "";
  // The address says what is filtered, so that it can be shared and loaded again.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches("#filter")) return; // its id is a field of its own
    const filter = new URLSearchParams(new FormData(event.detail.elt)), exchange = new URLSearchParams(location.search).get("exchange");
    for (const name of [...filter.keys()]) if (!filter.get(name)) filter.delete(name);
    if (exchange) filter.set("exchange", exchange);
    history.replaceState(null, "", "/console/live" + (filter.size ? "?" + filter : ""));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-choose]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      chosen = link.getAttribute("hx-get");
      history.replaceState(null, "", link.getAttribute("href"));
      mark();
      if (matchMedia("(max-width: 60rem)").matches) $("#detail").scrollIntoView();
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const text = $(copy.dataset.copy).textContent, before = copy.textContent;
      navigator.clipboard.writeText(text).then(() => {
        copy.textContent = document.body.dataset.copied;
        setTimeout(() => { copy.textContent = before; }, 1500);
      }, () => { getSelection().selectAllChildren($(copy.dataset.copy)); });
    }
  });

  // Clocks tick, and what is due counts down.
  const two = (n, length = 2) => String(n).padStart(length, "0");
  let shownAt = performance.now();
  function tick() {
    if (away) return;
    const now = performance.now();
    for (const place of all("[data-clock][data-runs]")) {
      if (!place.began) place.began = now;
      const at = new Date(Number(place.dataset.clock) + now - place.began);
      place.textContent = `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}.${two(at.getUTCMilliseconds(), 3)}`;
    }
    for (const place of all("[data-due][data-runs]")) {
      if (!place.began) place.began = now;
      const left = Math.max(0, Number(place.dataset.due) - (now - place.began));
      if (left < 60000) place.textContent = (left / 1000).toFixed(1) + " s";
    }
  }
  setInterval(() => { if (!document.hidden) tick(); }, 100);
  document.addEventListener("DOMContentLoaded", mark);
  mark();
})();
