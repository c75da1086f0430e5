// Passkeys: a form with data-passkey="get" or "create" asks the browser for a credential and sends it as a field.
(function () {
  "use strict";

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function known(list) {
    return (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
  }

  async function create(options) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: known(options.excludeCredentials),
      },
    });
    return {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
      id: made.id,
      rawId: text(made.rawId),
    };
  }

  async function get(options) {
    const shown = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: known(options.allowCredentials),
      },
    });
    return {
      clientDataJSON: text(shown.response.clientDataJSON),
      authenticatorData: text(shown.response.authenticatorData),
      signature: text(shown.response.signature),
      userHandle: shown.response.userHandle ? text(shown.response.userHandle) : undefined,
      id: shown.id,
      rawId: text(shown.rawId),
    };
  }

  async function answer(form) {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const asked = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRFToken": token } });
    if (asked.redirected) return location.assign(asked.url); // a session that is too old: sign in again
    if (!asked.ok) throw new Error(`HTTP ${asked.status}`);
    const options = await asked.json();
    const { id, rawId, ...response } = await (form.dataset.passkey === "create" ? create : get)(options);
    form.elements.credential.value = JSON.stringify({ id, rawId, response, type: "public-key" });
    form.submit();
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const problem = form.querySelector(".error");
      problem.hidden = true;
      answer(form).catch(function () {
        problem.hidden = false;
      });
    });
  }
})();
