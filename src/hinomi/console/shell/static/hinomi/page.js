// The little that needs a script: the menu on a narrow screen, charts, and a session that ended meanwhile.
(function () {
  "use strict";

  document.documentElement.classList.add("scripted");

  function connectMenu() {
    const button = document.querySelector(".menu-button");
    const masthead = document.querySelector(".masthead");
    if (!button || !masthead) return;
    button.addEventListener("click", function () {
      const open = masthead.classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
    });
  }

  // A menu that is open closes where somebody goes on elsewhere.
  function closeMenus(except) {
    for (const menu of document.querySelectorAll(".submenu[open]")) {
      if (!menu.contains(except)) menu.open = false;
    }
  }

  // A chart is <div class="chart" data-spec="ID"> beside <script type="application/json" id="ID">.
  // ast: true interprets Vega's expressions, so the page needs no eval and the policy stays closed.
  function drawCharts(root) {
    if (typeof vegaEmbed === "undefined") return;
    for (const place of root.querySelectorAll(".chart[data-spec]")) {
      const source = document.getElementById(place.dataset.spec);
      if (!source || place.dataset.drawn) continue;
      place.dataset.drawn = "yes";
      vegaEmbed(place, JSON.parse(source.textContent), {
        actions: false,
        ast: true,
        defaultStyle: false,
        renderer: "svg",
        tooltip: { disableDefaultStyle: true },
      }).catch(function (error) {
        console.error(error);
        place.hidden = true;
      });
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    connectMenu();
    drawCharts(document);
  });
  // <button data-copy="ID" data-done="said when it is copied"> beside an element with role="status".
  function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    const said = button.parentElement.querySelector("[role=status]");
    source.select();
    // Browsers keep the clipboard's newer door shut on pages that came without TLS.
    const written = navigator.clipboard ? navigator.clipboard.writeText(source.value) : Promise.reject();
    written
      .catch(function () {
        if (!document.execCommand("copy")) throw new Error("not copied");
      })
      .then(
        function () {
          said.textContent = button.dataset.done;
        },
        function () {
          source.focus();
        },
      );
  }

  document.addEventListener("click", function (event) {
    closeMenus(event.target);
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") closeMenus(null);
  });
  // A session that has ended answers with the sign-in page: go there, do not put it into a table.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const landed = new URL(event.detail.xhr.responseURL || location.href);
    if (!landed.pathname.startsWith("/sign-in/")) return;
    event.preventDefault();
    location.reload();
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    drawCharts(event.target);
  });
})();
