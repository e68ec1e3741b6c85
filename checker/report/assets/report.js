"use strict";
(() => {
  const tools = document.getElementById("tools");
  if (!tools) return;
  tools.hidden = false;
  const all = [...document.querySelectorAll("[data-level]")];
  const shown = document.getElementById("shown");
  const words = document.getElementById("words");
  const order = document.getElementById("order");
  const rank = { error: 0, warning: 1, note: 2 };
  const apply = () => {
    const levels = new Set([...tools.querySelectorAll("input[type=checkbox]:checked")].map((c) => c.value));
    const want = words.value.trim().toLowerCase();
    let n = 0;
    for (const f of all.slice().reverse()) {
      const own = levels.has(f.dataset.level) && f.textContent.toLowerCase().includes(want);
      const inner = [...f.querySelectorAll("[data-level]")].some((x) => !x.hidden);
      f.hidden = !own && !inner;
      if (own) n++;
    }
    shown.textContent = n + " of " + all.length + " findings shown";
  };
  const sort = () => {
    for (const list of document.querySelectorAll(".findings")) {
      const items = [...list.children].filter((c) => c.dataset.level);
      const key = { severity: (x) => rank[x.dataset.level] * 1e6 + +x.dataset.n, place: (x) => +x.dataset.line * 1e4 + +x.dataset.n, rule: (x) => +x.dataset.rule * 1e4 + +x.dataset.n }[order.value];
      items.sort((a, b) => key(a) - key(b)).forEach((x) => list.append(x));
    }
  };
  tools.addEventListener("input", (e) => { if (e.target === order) sort(); else apply(); });
  apply();
})();
