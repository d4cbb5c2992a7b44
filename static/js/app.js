// The team's pages. Every module works on what it finds, in the page and in what htmx swaps in; none is needed to use a page.

import "./glue.js";
import "./focus.js";
import "./kept.js";
import "./toast.js";
import "./dialogs.js";
import "./popovers.js";
import "./appearance.js";
import "./shortcuts.js";
import "./scanner.js";
import "./scanline.js";
import "./camera.js";
import "./board.js";
import "./planning.js";
import "./autosave.js";
import "./unsaved.js";
import "./leave.js";
import "./typeahead.js";
import "./choices.js";
import "./insert.js";
import "./bulk.js";
import "./admin.js";
import "./photos.js";
import "./dictation.js";
import "./lazy.js";
import "./print.js";
import "./till.js";
