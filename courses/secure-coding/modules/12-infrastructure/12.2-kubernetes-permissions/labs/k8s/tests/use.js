// What the cluster makes of the file: who may do what, and which connections get through.
const documents = () => [tree("thumbs.yaml")].flat().filter(Boolean).flatMap((one) => (one.kind === "List" ? one.items ?? [] : [one]));
const kinds = (kind) => documents().filter((one) => one.kind === kind && (one.metadata?.namespace ?? "media") === "media");
const all = (list) => [list ?? []].flat();
const may = (verb, resource, name) => kinds("Role").filter(({ metadata }) => metadata.name === "sync").some(({ rules }) => all(rules).some((rule) =>
  all(rule.verbs).some((one) => one === verb || one === "*") && all(rule.resources).some((one) => one === resource || one === "*") &&
  (!all(rule.resourceNames).length || (name !== undefined && rule.resourceNames.includes(name)))));
const expressed = ({ key, operator, values }, labels) => {
  const known = { In: all(values).includes(labels[key]), NotIn: !all(values).includes(labels[key]), Exists: key in labels, DoesNotExist: !(key in labels) };
  if (!(operator in known)) throw new Error("this operator is not known here: " + operator);
  return known[operator];
};
const matches = (selector, labels) => Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  all(selector?.matchExpressions).every((one) => expressed(one, labels));
const number = (ip) => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const within = (ip, cidr) => {
  const [base, bits] = cidr.split("/"), size = 2 ** (32 - Number(bits ?? 32));
  return Math.floor(number(ip) / size) === Math.floor(number(base) / size);
};
const isPeer = (peer, { ip, labels, space }) => {
  if (peer.ipBlock) return within(ip, peer.ipBlock.cidr) && !all(peer.ipBlock.except).some((cidr) => within(ip, cidr));
  if (!labels) return false;
  const spaceFits = peer.namespaceSelector ? matches(peer.namespaceSelector, { "kubernetes.io/metadata.name": space }) : space === "media";
  return spaceFits && matches(peer.podSelector, labels);
};
const reaches = (way, other, port, protocol = "TCP") => {
  const name = way === "egress" ? "Egress" : "Ingress", peers = way === "egress" ? "to" : "from";
  const policies = kinds("NetworkPolicy").filter(({ spec }) => matches(spec.podSelector, { app: "thumbs" }) &&
    all(spec.policyTypes ?? (spec.egress ? ["Ingress", "Egress"] : ["Ingress"])).includes(name));
  return !policies.length || policies.some(({ spec }) => all(spec[way]).some((rule) =>
    (!all(rule[peers]).length || all(rule[peers]).some((peer) => isPeer(peer, other))) &&
    (!all(rule.ports).length || all(rule.ports).some((one) => (one.protocol ?? "TCP") === protocol &&
      (one.port === undefined || (port >= one.port && port <= (one.endPort ?? one.port)))))));
};
const pod = (app, ip = "10.244.1.7") => ({ ip, labels: { app }, space: "media" });

test("sync reads the config map sizes", () => ok(may("get", "configmaps", "sizes"), "the role sync may not get it"));

test("sync restarts pods", () => {
  ok(may("list", "pods"), "the role sync may not list pods");
  ok(may("delete", "pods", "thumbs-1"), "the role sync may not delete a pod such as thumbs-1");
});

test("thumbs stores pictures", () => ok(reaches("egress", pod("store"), 9000), "port 9000 of app: store is closed"));

test("thumbs fetches from the public web", () => ok(reaches("egress", { ip: "203.0.113.80" }, 443), "port 443 of 203.0.113.80 is closed"));

test("thumbs looks up names", () => {
  const names = { ip: "10.244.0.2", labels: { "k8s-app": "kube-dns" }, space: "kube-system" };
  ok(reaches("egress", names, 53, "UDP"), "port 53 (UDP) of kube-dns in kube-system is closed");
});

test("web asks thumbs", () => ok(reaches("ingress", pod("web"), 8080), "app: web does not get in"));

test("thumbs still runs", () => {
  const { template } = kinds("Deployment").find(({ metadata }) => metadata.name === "thumbs").spec;
  equal(template.metadata.labels.app, "thumbs");
  ok(template.spec.containers.some(({ image }) => image === "registry.corp.test/thumbs:3"));
});

test("no document replaces another", () => {
  const seen = new Set();
  for (const { kind, metadata } of documents()) {
    const name = kind + " " + metadata?.name;
    ok(!seen.has(name), "two documents are called " + name + "; of such two, the cluster keeps the second");
    seen.add(name);
  }
});
