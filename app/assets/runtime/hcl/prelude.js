// `tree(file)`: an HCL file as {attributes, blocks: [{type, labels, attributes, blocks, line}]}. Literals, lists and objects are values; what has to
// be worked out first (a reference, a call, a template with ${…}) is {expr: "its text"}.
(() => {
  "use strict";
  const DEEPEST = 100;

  globalThis.treeOf = (source, file) => {
    let at = 0, depth = 0;
    const line = (where = at) => source.slice(0, where).split("\n").length;
    const wrong = (message, where = at) => { throw new SyntaxError(file + ":" + line(where) + ": " + message); };
    const matches = (pattern) => { pattern.lastIndex = at; return pattern.exec(source)?.[0]; };
    const take = (pattern) => { const found = matches(pattern); if (found !== undefined) at += found.length; return found; };
    const space = () => take(/(?:[ \t\r]|\/\*[^]*?\*\/|(?:#|\/\/)[^\n]*)*/y);
    const lines = () => take(/(?:\s|\/\*[^]*?\*\/|(?:#|\/\/)[^\n]*)*/y);
    const NAME = /[\p{L}_][\p{L}\p{N}_-]*/uy;
    const deeper = (work) => {
      if (++depth > DEEPEST) wrong("more than " + DEEPEST + " levels");
      const value = work();
      depth--;
      return value;
    };

    // A quoted text; what has a template in it is an expression, whose quotes within braces are not its end.
    const quoted = () => {
      const from = at++;
      let text = "", isTemplate = false;
      for (;;) {
        const sign = source[at];
        if (sign === undefined || sign === "\n") wrong("a text without its closing quote", from);
        if (sign === '"') { at++; break; }
        if (sign === "\\") {
          const code = take(/\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y) ?? wrong("an unknown escape");
          text += /^\\[uU]/.test(code) ? String.fromCodePoint(parseInt(code.slice(2), 16)) : { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" }[code[1]];
        } else if (take(/\$\$\{|%%\{/y)) text += source.slice(at - 2, at);
        else if (matches(/[$%]\{/y)) { isTemplate = true; at++; bracketed(); }
        else { text += sign; at++; }
      }
      return isTemplate ? { expr: source.slice(from, at) } : text;
    };
    // Over a bracket and all that is in it.
    const bracketed = () => deeper(() => {
      const from = at, close = { "(": ")", "[": "]", "{": "}" }[source[at++]];
      for (;;) {
        lines();
        if (at >= source.length) wrong("a bracket without its end", from);
        if (source[at] === close) { at++; return; }
        if (/[)\]}]/.test(source[at])) wrong("a closing " + source[at] + " that nothing opened");
        if (source[at] === '"') quoted();
        else if (/[([{]/.test(source[at])) bracketed();
        else at++;
      }
    });
    const heredoc = () => {
      const from = at, [, dash, name] = /^<<(-?)(\S+)/.exec(take(/<<-?[\p{L}_][\p{L}\p{N}_-]*[ \t\r]*\n/uy) ?? wrong("a heredoc begins with <<NAME"));
      const body = [];
      for (;;) {
        if (at >= source.length) wrong(name + " has no end", from);
        const text = take(/[^\n]*/y);
        if (text.trim() === name) break;
        body.push(text.replace(/\r$/, ""));
        at++;
      }
      const indent = dash ? Math.min(...body.filter((text) => text.trim()).map((text) => /^[ \t]*/.exec(text)[0].length)) : 0;
      const text = body.map((text) => text.slice(indent) + "\n").join("");
      return /(^|[^$])\$\{|(^|[^%])%\{/.test(text) ? { expr: text } : text;
    };
    // Anything else, up to where it ends: a line's end, or a comma or closing bracket around it.
    const expression = (from) => {
      at = from;
      while (at < source.length && !/[\n,)\]}]/.test(source[at]) && !matches(/#|\/\/|\/\*/y)) {
        if (source[at] === '"') quoted();
        else if (/[([{]/.test(source[at])) bracketed();
        else at++;
      }
      const text = source.slice(from, at).trim();
      if (!text) wrong("a value is missing", from);
      return { expr: text };
    };
    const list = () => deeper(() => {
      const values = [];
      at++;
      for (;;) {
        lines();
        if (source[at] === "]") { at++; return values; }
        values.push(value());
        lines();
        if (source[at] === ",") at++;
        else if (source[at] !== "]") wrong("a comma or ] is missing");
      }
    });
    const object = () => deeper(() => {
      const values = {};
      at++;
      for (;;) {
        lines();
        if (source[at] === "}") { at++; return values; }
        let key = source[at] === '"' ? quoted() : take(NAME);
        if (key === undefined && source[at] === "(") { const from = at; bracketed(); key = source.slice(from, at); }
        if (typeof key === "object") key = key.expr;
        space();
        if (key === undefined || !take(/[=:]/y)) wrong("a key and = are missing");
        lines();
        Object.defineProperty(values, key, { value: value(), enumerable: true, configurable: true, writable: true });
        space();
        if (source[at] === ",") at++;
        else if (!/[\n}#/]/.test(source[at] ?? "")) wrong("a line's end or } is missing");
      }
    });
    const simple = () => {
      const sign = source[at];
      if (sign === '"') return quoted();
      if (matches(/<</y)) return heredoc();
      if (matches(/\[\s*for\s|\{\s*for\s/y)) return undefined;
      if (sign === "[") return list();
      if (sign === "{") return object();
      const number = take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
      if (number !== undefined) return Number(number);
      const name = take(NAME);
      return { true: true, false: false, null: null }[name];
    };
    const value = () => deeper(() => {
      const from = at, found = simple(), isHeredoc = source.startsWith("<<", from);
      // What goes on behind it (an operator, an index, a condition) makes an expression of it.
      space();
      if (found !== undefined && (isHeredoc || at >= source.length || /[\n,)\]}]/.test(source[at]))) return found;
      return expression(from);
    });
    const body = (isInside) => deeper(() => {
      const found = { attributes: {}, blocks: [] };
      for (;;) {
        lines();
        if (at >= source.length) { if (isInside) wrong("a } is missing"); return found; }
        if (source[at] === "}") { if (!isInside) wrong("a } that nothing opened"); at++; return found; }
        const from = at, name = take(NAME) ?? wrong("a name is missing");
        space();
        if (matches(/=(?!=)/y)) {
          at++;
          space();
          if (Object.hasOwn(found.attributes, name)) wrong(name + " stands here twice", from);
          Object.defineProperty(found.attributes, name, { value: value(), enumerable: true, configurable: true, writable: true });
          space();
          if (at < source.length && !/[\n}]/.test(source[at])) wrong("a line's end is missing");
          continue;
        }
        const labels = [];
        for (let label; (label = source[at] === '"' ? quoted() : take(NAME)) !== undefined; space()) labels.push(label);
        if (source[at] !== "{") wrong("= or { is missing after " + name, from);
        at++;
        found.blocks.push({ type: name, labels, line: line(from), ...body(true) });
      }
    });
    return body(false);
  };
  globalThis.tree = (name) => treeOf(text(name), name);
  globalThis.checkFile = (name) => /\.(hcl|tf|tfvars)$/.test(name) && tree(name);
})();
