// The review pages: keys for an analyst's hands, and the pulse that says that a cluster's page is in use.
(function () {
  "use strict";

  const IDLE = 60000; // milliseconds
  let used = Date.now();

  function inUse() {
    return document.visibilityState === "visible" && document.hasFocus() && Date.now() - used < IDLE;
  }

  function startPulse() {
    const place = document.querySelector("[data-beat]");
    if (!place) return;
    for (const act of ["pointermove", "pointerdown", "keydown", "scroll", "wheel", "touchstart"]) {
      document.addEventListener(act, () => (used = Date.now()), { passive: true, capture: true });
    }
    const token = document.querySelector("#decide input[name=csrfmiddlewaretoken]");
    if (!token) return;
    const pulse = setInterval(function () {
      if (!inUse()) return;
      fetch(place.dataset.beat, { method: "POST", headers: { "X-CSRFToken": token.value } })
        .then((answer) => answer.status === 204 || clearInterval(pulse))
        .catch(() => undefined); // out of reach for a moment: the next one counts
    }, 1000 * Number(place.dataset.every));
  }

  function isWriting(element) {
    return element && (element.matches("textarea, select") || element.matches("input[type=text], input[type=number]"));
  }

  function connectForm() {
    const form = document.getElementById("decide");
    if (!form) return;
    document.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && event.ctrlKey) return form.requestSubmit();
      if (isWriting(document.activeElement) || event.ctrlKey || event.altKey || event.metaKey) return undefined;
      const choice = form.querySelectorAll("input[name=verdict]")[Number(event.key) - 1];
      if (choice) choice.click();
      else if (event.key === "r") form.querySelector("textarea[name=reason]").focus();
      else return undefined;
      return event.preventDefault();
    });
  }

  function connectRows() {
    const links = [...document.querySelectorAll("[data-rows] th a")];
    if (!links.length) return;
    document.addEventListener("keydown", function (event) {
      const step = { j: 1, k: -1 }[event.key];
      if (!step || event.ctrlKey || event.altKey || event.metaKey || isWriting(document.activeElement)) return;
      const here = links.indexOf(document.activeElement);
      links[Math.min(links.length - 1, Math.max(0, here + step))].focus();
      event.preventDefault();
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    startPulse();
    connectForm();
    connectRows();
  });
})();
