// An issue and what belongs to it. Read it, leave it as it is.
const thread = (...written) => ({
  issue: { readers: "all", text: "The **export** is slow for large accounts." },
  comments: [
    { readers: "all", text: "I saw it too. It should ignore empty rows." },
    { readers: "all", text: "See [issue 12](https://tracker.test/issues/12) and the curve: ![time by rows](https://tracker.test/uploads/7.png)" },
    ...written.map((text) => ({ readers: "all", text })),
  ],
  notes: [{ readers: "staff", text: "The customer behind this is Brightfield, their contract ends in May." }],
  linked: [{ readers: "staff", text: "Issue 31, confidential: the signing key has leaked." }],
});

// asker: { name, staff }
const canRead = (asker, part) => part.readers === "all" || asker.staff === true;

module.exports = { thread, canRead };
