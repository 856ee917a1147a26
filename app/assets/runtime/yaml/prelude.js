// `tree(file)`: a YAML file as its value, a list of values where it has several documents. A tag that YAML itself does not know, such as
// `!reference [a, b]`, is kept as {"!reference": [a, b]}.
(() => {
  "use strict";
  const { loadAll, CORE_SCHEMA, mergeTag, defineScalarTag, defineSequenceTag, defineMappingTag } = globalThis.jsyaml;
  const never = () => false;
  const kept = (tag, value) => ({ [tag]: value });
  const schema = CORE_SCHEMA.withTags(
    mergeTag,
    defineScalarTag("!", { matchByTagPrefix: true, identify: never, resolve: (text, _explicit, tag) => kept(tag, text) }),
    defineSequenceTag("!", {
      matchByTagPrefix: true, identify: never, create: (tag) => ({ tag, list: [] }),
      addItem: (carrier, item) => { carrier.list.push(item); }, finalize: ({ tag, list }) => kept(tag, list),
    }),
    defineMappingTag("!", {
      matchByTagPrefix: true, identify: never, create: (tag) => ({ tag, map: {} }),
      addPair: ({ map }, key, value) => { map[String(key)] = value; return ""; },
      has: ({ map }, key) => Object.hasOwn(map, String(key)), keys: () => [], get: () => undefined,
      finalize: ({ tag, map }) => kept(tag, map),
    }),
  );
  delete globalThis.jsyaml;
  globalThis.treeOf = (source, name) => {
    let documents;
    try { documents = loadAll(source, { schema }); } catch (error) {
      const at = error.mark ? ":" + (error.mark.line + 1) : "";
      throw new SyntaxError(name + at + ": " + (error.reason ?? error.message));
    }
    return documents.length > 1 ? documents : documents[0] ?? null;
  };
  globalThis.tree = (name) => treeOf(text(name), name);
  globalThis.checkFile = (name) => /\.ya?ml$/.test(name) && tree(name);
})();
