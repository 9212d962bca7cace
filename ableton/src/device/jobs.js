/* One job at a time: from a press to clips or a reason why not, over a task that is looked at until it has ended. */
var jobs = (function () {
    var SLOW = 2000; // ms between looks at a task
    var QUICK = 700;
    var LOST = 5; // looks without an answer, after which a task is given up

    var job = null;
    var pressed = null; // a job that waits for the transport
    var looking = new Task(look);

    function begin(run) {
        if (!lom.isOpen()) {
            screen.say("Live is still loading this device: one moment");
            return;
        }
        if (job) {
            screen.say("One thing at a time: wait, or press Cancel");
            return;
        }
        pressed = run;
        if (talk.standing() !== "ready" && !talk.isBusy()) {
            if (talk.standing() === "stuck") {
                talk.restart();
            } else {
                talk.check();
            }
        }
        screen.say("Connecting to " + words.place());
        next();
    }

    /* Go on with what waits. */
    function next() {
        if (job || talk.isBusy()) {
            return;
        }
        if (pressed && talk.standing() === "ready") {
            var run = pressed;
            pressed = null;
            run();
        } else if (talk.standing() === "ready") {
            lookups.next();
        }
    }

    /* /healthz has answered or not. */
    function checked(answer) {
        screen.note("setline", words.set());
        if (!job) {
            if (!answer.ok) {
                pressed = null;
                screen.say(words.failure(answer));
            } else if (/^(Connecting|Starting|Backend offline|The backend at|Ready|Live is)|^$/.test(screen.said())) {
                screen.say(words.versions());
            }
        }
        next();
    }

    function run(verb, pairs, flat, done) {
        job = { task: "", done: done, misses: 0 };
        screen.progress(5);
        screen.busy(true);
        talk.ask(verb, pairs, flat, heard);
    }

    function over(text) {
        job = null;
        looking.cancel();
        screen.progress(0);
        screen.busy(false);
        screen.say(text);
        next();
    }

    function report(result, remark) {
        var said = [result.said, result.problem, remark].filter(Boolean).join(". ");
        over(said);
    }

    /* An answer to the job: clips, a task to look at, or a failure. */
    function heard(answer) {
        if (!job) {
            return;
        }
        if (!answer.ok) {
            if (answer.groups.candidates) {
                buttons.offer(answer.groups.candidates);
            }
            over(words.failure(answer));
            return;
        }
        if (answer.status === 202 && answer.top.task_id) {
            job.task = String(answer.top.task_id);
            if (answer.top.provisional) {
                var result = writing.answer(answer, "standin");
                job.standin = result.where ? "Stand-ins: " + result.where : result.problem;
                var said = result.said ? "Stand-ins: " + result.said : result.problem;
                screen.say([said, answer.top.message].filter(Boolean).join(". "));
            } else {
                screen.say(String(answer.top.message || "In the queue"));
            }
            looking.schedule(QUICK);
            return;
        }
        job.done(answer);
    }

    function look() {
        if (job && job.task && !talk.ask("task", ["task_id", job.task], [], seen)) {
            looking.schedule(QUICK);
        }
    }

    function seen(answer) {
        if (!job) {
            return;
        }
        if (!answer.ok) {
            job.misses += 1;
            if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
                over(answer.status === 404 ? "The backend knows nothing of this any more: ask again" : words.failure(answer));
            } else if (job.misses >= LOST) {
                over(words.failure(answer));
            } else {
                screen.say(words.failure(answer));
                looking.schedule(SLOW);
            }
            return;
        }
        job.misses = 0;
        var status = String(answer.top.status);
        if (status === "completed") {
            job.done(answer);
        } else if (status === "failed" || status === "cancelled") {
            over(String(answer.top.error || (status === "failed" ? "The research failed" : "Cancelled")));
        } else {
            screen.progress(Math.max(5, Number(answer.top.progress) || 0));
            screen.say([words.progress(answer), job.standin].filter(Boolean).join(". "));
            looking.schedule(Number(answer.top.progress) > 0 ? QUICK : SLOW);
        }
    }

    return {
        begin: begin,
        run: run,
        over: over,
        report: report,
        next: next,
        checked: checked,
        isBusy: function () {
            return job !== null;
        },
        cancel: function () {
            if (!job) {
                screen.say(pressed ? "Cancelled" : "There is nothing to cancel");
                pressed = null;
                return;
            }
            var task = job.task;
            talk.cancel();
            if (task) {
                talk.ask("stop", ["task_id", task], [], function (answer) {
                    if (!answer.ok && answer.status !== 409) {
                        screen.say("Cancelled here; the backend may go on with its research");
                    }
                    next();
                });
            }
            over("Cancelled");
        }
    };
}());
