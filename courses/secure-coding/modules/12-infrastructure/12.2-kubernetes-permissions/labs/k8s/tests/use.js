// What the cluster makes of the file: who may do what, and which connections get through.
const documents = () => [tree("thumbs.yaml")].flat().filter(Boolean);
const kinds = (kind) => documents().filter((one) => one.kind === kind && (one.metadata?.namespace ?? "media") === "media");
const all = (list) => [list ?? []].flat();
const may = (verb, resource, name) => kinds("Role").filter(({ metadata }) => metadata.name === "sync").some(({ rules }) => all(rules).some((rule) =>
  all(rule.verbs).some((one) => one === verb || one === "*") && all(rule.resources).some((one) => one === resource || one === "*") &&
  (!all(rule.resourceNames).length || (name !== undefined && rule.resourceNames.includes(name)))));
const matches = (selector, labels) => Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
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

test("sync reads the config map sizes", () => ok(may("get", "configmaps", "sizes")));

test("sync restarts pods", () => ok(may("list", "pods") && may("delete", "pods", "thumbs-1")));

test("thumbs stores pictures", () => ok(reaches("egress", pod("store"), 9000)));

test("thumbs fetches from the public web", () => ok(reaches("egress", { ip: "203.0.113.80" }, 443)));

test("thumbs looks up names", () => {
  const names = { ip: "10.244.0.2", labels: { "k8s-app": "kube-dns" }, space: "kube-system" };
  ok(reaches("egress", names, 53, "UDP"));
});

test("web asks thumbs", () => ok(reaches("ingress", pod("web"), 8080)));

test("thumbs still runs", () => {
  const { template } = kinds("Deployment").find(({ metadata }) => metadata.name === "thumbs").spec;
  equal(template.metadata.labels.app, "thumbs");
  ok(template.spec.containers.some(({ image }) => image === "registry.corp.test/thumbs:3"));
});
