"use strict";
(() => {
  // A second click must not send a decision twice: the answer to the first would be lost.
  let sent = false;
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (sent) event.preventDefault();
    sent = true;
    setTimeout(() => { sent = false; }, 5000);
  });
  // A page that the back button brings from memory may ask what was decided meanwhile.
  addEventListener("pageshow", (event) => {
    sent = false;
    if (event.persisted) location.reload();
  });

  const main = () => document.querySelector("main");
  let stream;
  let shownAt = performance.now();

  // look shows the page as it is now, and keeps the focus where it was as far as it can.
  async function look() {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("main"), old = main();
    if (!fresh || fresh.dataset.mark === old.dataset.mark) return;
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    const heading = fresh.querySelector("h1");
    const news = old.querySelector("h1").textContent !== heading.textContent;
    old.replaceWith(fresh);
    document.title = page.title;
    shownAt = performance.now();
    if (held) ((held.value && fresh.querySelector(`button[value="${held.value}"]`)) || heading).focus();
    if (news) document.querySelector(".news").textContent = heading.textContent;
    if (!fresh.dataset.mark) end();
  }

  function end() {
    if (stream) stream.close();
    stream = undefined;
  }

  // follow looks again whenever the bank says that something changed, as long as somebody looks.
  function follow() {
    end();
    if (document.hidden || !main().dataset.mark) return;
    stream = new EventSource(location.pathname + "/changes");
    stream.addEventListener("state", (event) => {
      if (JSON.parse(event.data).mark !== main().dataset.mark) look().catch(() => {});
    });
    stream.onerror = () => {
      if (!stream || stream.readyState !== EventSource.CLOSED) return; // it tries again by itself
      end();
      setTimeout(() => look().catch(() => {}).finally(follow), 5000);
    };
  }
  document.addEventListener("visibilitychange", follow);
  follow();

  // count shows the time left by the bank's clock, in the forms that the page's language gives.
  function count() {
    const place = document.querySelector("[data-left][data-runs]");
    if (!place) return;
    const seconds = Math.max(0, Math.ceil((place.dataset.left - (performance.now() - shownAt)) / 1000));
    const d = Math.floor(seconds / 86400), h = Math.floor(seconds / 3600) % 24, m = Math.floor(seconds / 60) % 60, s = seconds % 60;
    const form = d ? "days" : h ? "hours" : m ? "minutes" : "seconds";
    const text = place.dataset[form].replace("{d}", d).replace("{h}", h).replace("{m}", m).replace("{s}", s);
    if (place.textContent !== text) place.textContent = text;
  }
  setInterval(count, 250);
})();
