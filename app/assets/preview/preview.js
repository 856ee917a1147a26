// Loads the page again once the course's files were read again. Only in `keepsharp course preview`.
"use strict";
const number = document.currentScript.dataset.number;
setInterval(async () => {
  try {
    const reply = await fetch("/preview/number", { cache: "no-store" });
    if (reply.ok && (await reply.text()).trim() !== number) location.reload();
  } catch {
    // The preview was ended; the page stays as it is.
  }
}, 1000);
