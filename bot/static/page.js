// Makes the chat's pages better where scripts run: leaves at once, counts Shift, keeps one press one press, counts
// characters. Every page works without it. It stores nothing, and sends nothing but the word that the person has left.
(function () {
  "use strict";
  var leave = document.getElementById("leave");
  var status = document.getElementById("presses");
  var gone = false;

  function cover() {
    var blank = document.createElement("div");
    blank.className = "cover";
    blank.setAttribute("role", "alert");
    blank.textContent = leave.dataset.leaving;
    document.documentElement.classList.add("covered");
    document.body.appendChild(blank);
  }

  function exit() {
    if (gone) return;
    gone = true;
    cover();
    var word = new URLSearchParams(new FormData(leave));
    word.set("quiet", "1");
    try { navigator.sendBeacon("/exit", word); } catch (refused) { /* leaving matters more */ }
    window.location.replace(leave.dataset.elsewhere);
  }

  leave.addEventListener("submit", function (event) {
    event.preventDefault();
    exit();
  });

  // Shift three times within five seconds of each other; Shift held for a capital letter does not count.
  var presses = 0;
  var timer = 0;
  var modified = false;

  function tell(text) {
    status.textContent = text;
    leave.dataset.presses = String(presses);
  }

  function forget() {
    window.clearTimeout(timer);
    presses = 0;
    tell(leave.dataset.cancelled);
  }

  document.addEventListener("keyup", function (event) {
    if (event.key === "Shift" && !modified) {
      presses += 1;
      if (presses === 3) {
        exit();
      } else {
        window.clearTimeout(timer);
        timer = window.setTimeout(forget, 5000);
        tell(presses === 1 ? leave.dataset.once : leave.dataset.twice);
      }
    } else if (presses > 0 && event.key !== "Shift") {
      forget();
    }
    modified = event.shiftKey;
  });

  // A second press while the first is under way does nothing. The server absorbs it too.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form === leave || event.defaultPrevented) return;
    if (form.dataset.busy) {
      event.preventDefault();
      return;
    }
    form.dataset.busy = "1";
    window.setTimeout(function () { delete form.dataset.busy; }, 10000);
  });

  // A page brought back from the browser's memory is asked for anew: it may belong to a chat that was left.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) window.location.reload();
  });

  // The sentence for a number, in the plural form of the page's language.
  function said(box, what, number) {
    var form = new Intl.PluralRules(document.documentElement.lang).select(number);
    return (box.getAttribute("data-" + what + "-" + form) || "").replace("{count}", String(number));
  }

  document.querySelectorAll("textarea[data-most]").forEach(function (box) {
    var left = box.parentElement.querySelector(".left");
    function count() {
      var most = Number(box.dataset.most);
      var rest = most - box.value.length;
      left.textContent = rest < 0 ? said(box, "over", -rest) : rest < most / 10 ? said(box, "left", rest) : "";
    }
    box.addEventListener("input", count);
    count();
  });

  var first = document.querySelector("[data-focus]");
  if (first) first.focus();
})();
