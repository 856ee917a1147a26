// `tree(file)`: a Dockerfile as a list of {line, instruction, value, words, flags}, by the rules of docs.docker.com/reference/dockerfile.
(() => {
  "use strict";
  const known = new Set(("ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME " +
    "WORKDIR").split(" "));

  // Words as a shell would part them: quotes hold together and go away, a backslash keeps what follows.
  const parted = (value, escape) => {
    const words = [];
    let word = null, quote = "";
    for (let at = 0; at < value.length; at++) {
      const sign = value[at];
      if (sign === escape && quote !== "'" && at + 1 < value.length) word = (word ?? "") + value[++at];
      else if (quote) quote === sign ? (quote = "") : (word += sign);
      else if (sign === '"' || sign === "'") { quote = sign; word ??= ""; }
      else if (/\s/.test(sign)) { if (word !== null) words.push(word); word = null; }
      else word = (word ?? "") + sign;
    }
    if (word !== null) words.push(word);
    return words;
  };
  const worded = (value, escape) => {
    if (value.startsWith("[")) {
      try {
        const list = JSON.parse(value);
        if (Array.isArray(list) && list.every((word) => typeof word === "string")) return list;
      } catch { /* Not the JSON form after all; Docker takes it as the shell's, too. */ }
    }
    return parted(value, escape);
  };
  const flagged = (rest) => {
    const flags = {};
    for (let found; (found = /^--([\w-]+)(?:=(\S*))?\s*/.exec(rest)); rest = rest.slice(found[0].length)) {
      const [, name, value = true] = found;
      flags[name] = Object.hasOwn(flags, name) ? [flags[name], value].flat() : value;
    }
    return [flags, rest];
  };

  globalThis.treeOf = (source, file) => {
    const lines = source.split(/\r?\n/), list = [];
    let escape = "\\", heading = true;
    for (let at = 0; at < lines.length; at++) {
      const directive = /^\s*#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(lines[at]);
      if (heading && directive) { if (directive[1].toLowerCase() === "escape") escape = directive[2]; continue; }
      heading = false;
      if (/^\s*(#|$)/.test(lines[at])) continue;
      const line = at + 1;
      let text = lines[at];
      const goesOn = () => text.trimEnd().endsWith(escape);
      while (goesOn() && at + 1 < lines.length) {
        text = text.trimEnd().slice(0, -1);
        // Comments and empty lines in the midst of an instruction are left out.
        do at++; while (at < lines.length && /^\s*(#|$)/.test(lines[at]));
        text += lines[at] ?? "";
      }
      const found = /^\s*([A-Za-z]+)(?:\s+([\s\S]*))?$/.exec(text);
      const instruction = found?.[1].toUpperCase();
      if (!known.has(instruction)) throw new SyntaxError(file + ":" + line + ": " + (found?.[1] ?? text.trim()) + " is no instruction");
      const [flags, value] = flagged((found[2] ?? "").trim());
      if (!value) throw new SyntaxError(file + ":" + line + ": " + instruction + " needs a value");
      const one = { line, instruction, value, words: worded(value, escape), flags };
      if (["RUN", "COPY", "ADD"].includes(instruction))
        for (const [, dash, name] of value.matchAll(/<<(-?)["']?([A-Za-z_]\w*)["']?/g)) {
          const body = [];
          for (at++; ; at++) {
            if (at >= lines.length) throw new SyntaxError(file + ":" + line + ": " + name + " has no end");
            const text = dash ? lines[at].replace(/^\t+/, "") : lines[at];
            if (text === name) break;
            body.push(text);
          }
          (one.heredocs ??= []).push({ name, text: body.join("\n") + "\n" });
        }
      list.push(one);
    }
    if (!list.some(({ instruction }) => instruction === "FROM")) throw new SyntaxError(file + ": a Dockerfile needs a FROM");
    return list;
  };
  globalThis.tree = (name) => treeOf(text(name), name);
  globalThis.checkFile = (name) => /(^|\/)(Dockerfile[^/]*|[^/]*\.dockerfile)$/i.test(name) && tree(name);
})();
