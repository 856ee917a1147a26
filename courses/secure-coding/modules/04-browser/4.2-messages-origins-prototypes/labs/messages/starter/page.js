// What the page knows. Read it, leave it as it is.
const page = () => ({
  settings: {
    theme: "light", // or "dark"
    editor: { tabSize: 2, wrap: false },
    apiHost: "https://api.corp.test", // set by the page, nobody else's business
  },
});

module.exports = { page };
