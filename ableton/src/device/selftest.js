/* Is the script ready, does the backend answer and of which version is it, is the own track found? */
var selfTest = (function () {
    var LATER = 700; // ms until the next try while something goes on
    var later = new Task(begin);

    function begin() {
        if (!lom.isOpen()) {
            screen.note("selfline", "Live is still loading this device");
            return;
        }
        screen.note("selfline", "Testing");
        if (!talk.check(end)) {
            later.schedule(LATER);
        }
    }

    function end(answer) {
        var backend = answer.ok ? "Backend " + (talk.backend() || "of no version") + " found" : words.failure(answer);
        var own = track.find() ? "Track " + lom.text("track", "name") + " found" : "Own track not found";
        screen.note("selfline", "Script ready by " + talk.using() + ". " + backend + ". " + own);
        jobs.next();
    }

    return { begin: begin };
}());
