// The till of one store: what is on its shelves, what is done with it, and how it stands with the cluster.
import "./tillwords.js";
import { onLanguage, startLanguage, t } from "./text.js";
import { startShelf } from "./tillshelf.js";
import { choose, draw, refresh, startSlip } from "./tillslip.js";
import { drawStatus, onStatus, startStatus } from "./tillstatus.js";

function title() { document.title = `${t("tillTitle")} · Estoque`; }

startLanguage();
const shelf = startShelf(choose);
startSlip();
startStatus();
// Whatever has happened at the store, here or at another till, changes what may be sold.
let due = null;
onStatus(() => {
  due ??= setTimeout(async () => {
    due = null;
    await shelf.ask();
    await refresh();
  }, 120);
});
onLanguage(() => { title(); shelf.draw(); draw(); drawStatus(); });
title();
document.getElementById("query").focus();
