// The page of `course check --run`: every job, one after another, through the frame and worker that learners get; each result goes back at once.
(async () => {
  "use strict";
  const tell = (message) => fetch("results", { method: "POST", body: JSON.stringify(message) });
  try {
    const { exercises, jobs } = await (await fetch("jobs.json")).json();
    let open = null, kept = "";
    for (const [at, { exercise: number, edited }] of jobs.entries()) {
      const exercise = exercises[number], key = exercise.runner + " " + exercise.memory_mb;
      try {
        if (key !== kept) {
          open?.close();
          open = null;
          kept = "";
          open = await openRunner(exercise.runner, exercise.memory_mb);
          kept = key;
          // A first run pays for what the browser compiles by and by; it is not the exercise that is slow.
          await open.run(jobOf(exercise, edited));
        }
        await tell({ at, result: await open.run(jobOf(exercise, edited)) });
      } catch (error) {
        kept = "";
        await tell({ at, unable: String(error.message) });
      }
    }
    await tell({ done: true });
  } catch (error) { await tell({ done: true, unable: String(error.message) }); }
})();
