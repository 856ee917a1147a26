#!/usr/bin/env python3
"""Checks an evidence pack as a stranger would who has its README.txt, Python and openssl, and nothing of ours.

    verify.py PACK.zip [KEY]

Follows README.txt step by step (1 key, 2 manifest, 3 files, 4 checkpoint, 5 facts, 6 private parts, 9 sheets); the tables (7) are not computed again.
Without KEY the pack's own key is used. Ends with 0 if all is well, with 1 and the first thing that is not.
"""

import base64
import csv
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ALWAYS = ["README.txt", "public-key", "checkpoint", "facts.jsonl", "disclosures.jsonl"]


class Wrong(Exception):
    pass


def demand(holds, what):
    if not holds:
        raise Wrong(what)


def sha256(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    """RFC 8785 for values of texts, whole numbers, lists and objects whose names sort by UTF-16 as by code point."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Key:
    """A C2SP verifier key: name+id+base64(0x01 || 32 bytes)."""

    def __init__(self, text):
        try:
            self.text = text.strip()
            self.name, written, encoded = self.text.split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise Wrong(f"{text!r} is no key") from None
        demand(len(raw) == 33 and raw[0] == 1, "the key is not an Ed25519 key")
        self.public = raw[1:]
        self.id = sha256(self.name.encode() + b"\n" + raw)[:4]
        demand(self.id.hex() == written, "the key's id is not that of its name and bytes")

    def signed(self, text, signature):
        """Whether the signature of the text is by this key; openssl does the arithmetic."""
        with tempfile.TemporaryDirectory() as folder:
            key, message, proof = (Path(folder) / name for name in ("key.der", "message", "signature"))
            # The fixed head of an Ed25519 SubjectPublicKeyInfo (RFC 8410).
            key.write_bytes(bytes.fromhex("302a300506032b6570032100") + self.public)
            message.write_bytes(text)
            proof.write_bytes(signature)
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", key, "-rawin"]
            done = subprocess.run([*command, "-in", message, "-sigfile", proof], capture_output=True, check=False)
            return done.returncode == 0

    def opens(self, note, what):
        """The text of a signed note, if this key signed it."""
        text, empty, signatures = note.rpartition(b"\n\n")
        demand(empty and signatures.endswith(b"\n"), f"{what}: not a signed note")
        text += b"\n"
        for line in signatures.decode().splitlines():
            try:
                dash, name, encoded = line.split(" ")
                raw = base64.b64decode(encoded, validate=True)
                demand(base64.b64encode(raw).decode() == encoded, f"{what}: a signature line is not as it was written")
            except ValueError:
                raise Wrong(f"{what}: a signature line is not as it was written") from None
            if (dash, name, raw[:4]) == ("—", self.name, self.id):
                demand(self.signed(text, raw[4:]), f"{what}: the signature is wrong")
                return text.decode()
        raise Wrong(f"{what}: not signed by {self.text}")


def unzip(path):
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            demand(len(names) == len(set(names)), "the zip has two files of one name")
            return {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise Wrong(f"the zip can't be read: {error}") from None
    except Exception as error:  # zlib.error has no better parent
        raise Wrong(f"a file of the zip can't be unpacked: {error}") from None


def lines_of(data, name):
    demand(not data or data.endswith(b"\n"), f"{name}: its last line does not end")
    return data.split(b"\n")[:-1]


def parsed(line, where):
    try:
        value = json.loads(line)
    except ValueError:
        raise Wrong(f"{where}: not JSON") from None
    demand(isinstance(value, dict), f"{where}: not an object")
    return value


def manifest_of(files):
    for name in [*ALWAYS, "manifest.json", "manifest.sig"]:
        demand(name in files, f"{name} is missing")
    manifest = parsed(files["manifest.json"], "manifest.json")
    demand(manifest.get("format") == "keepsharp-evidence-pack/1", "a pack of another kind")
    return manifest


def read_facts(data):
    """The facts, their number and the root of their tree."""
    facts, trees, before = [], [], ""
    for number, line in enumerate(lines_of(data, "facts.jsonl")):
        fact = parsed(line, f"facts.jsonl, line {number + 1}")
        demand(fact.get("seq") == number, f"facts.jsonl: fact {fact.get('seq')} stands where fact {number} is due")
        demand(fact.get("at", "") >= before, f"facts.jsonl: fact {number} is older than the one before it")
        before = fact["at"]
        facts.append(fact)
        leaves, tree = 1, sha256(b"\0" + line)
        while trees and trees[-1][0] == leaves:
            leaves, tree = 2 * leaves, sha256(b"\1" + trees.pop()[1] + tree)
        trees.append((leaves, tree))
    root = trees.pop()[1] if trees else sha256(b"")
    while trees:
        root = sha256(b"\1" + trees.pop()[1] + root)
    return facts, root


def signers(facts, told):
    """The key told and those that it and its successors announced; signed is with the last of them."""
    demand(facts and facts[0].get("type") == "ledger.started", "facts.jsonl: the first fact does not start a ledger")
    chain = [Key(facts[0]["body"]["key"])]
    for fact in facts[1:]:
        demand(fact["type"] != "ledger.started", f"facts.jsonl: fact {fact['seq']} starts the ledger again")
        if fact["type"] == "key.announced":
            text = chain[-1].opens(fact["body"]["note"].encode(), f"facts.jsonl, fact {fact['seq']}")
            demand(text == fact["body"]["key"] + "\n", f"facts.jsonl, fact {fact['seq']}: another key is announced")
            chain.append(Key(fact["body"]["key"]))
    known = [key.text for key in chain]
    demand(told.text in known, f"the key is not one that this ledger was signed with; those are {', '.join(known)}")
    return chain[-1]


def check(path, told):
    files = unzip(path)
    manifest = manifest_of(files)
    brought = Key(files["public-key"].decode(errors="replace"))
    told = Key(told) if told else brought
    facts, root = read_facts(files["facts.jsonl"])
    key = signers(facts, told)
    demand(key.text == brought.text, "public-key: not the key that the facts name last")
    print("1 the key is", told.text)

    text = key.opens(files["manifest.sig"], "manifest.sig")
    wanted = f"keepsharp evidence manifest\n{sha256(files['manifest.json']).hex()}\n"
    demand(text == wanted, "manifest.sig: signed over another manifest.json")
    demand(files["manifest.sig"].count(b"\n") == 4, "manifest.sig: not four lines")
    print("2 the manifest is signed")

    listed = manifest["files"]
    for name, part in listed.items():
        demand(name in files, f"{name} is missing")
        is_same = len(files[name]) == part["bytes"] and sha256(files[name]).hex() == part["sha256"]
        demand(is_same, f"{name}: not the bytes of the manifest")
    others = set(files) - set(listed) - {"manifest.json", "manifest.sig"}
    demand(not others, f"files that the manifest does not name: {', '.join(sorted(others))}")
    print("3 the", len(listed), "files are those of the manifest")

    origin, size, signed_root = key.opens(files["checkpoint"], "checkpoint").split("\n")[:3]
    demand(origin == facts[0]["body"]["origin"], "checkpoint: of another ledger than the facts")
    print("4 the checkpoint is signed, by", origin)

    demand(size == str(len(facts)), f"checkpoint: over {size} facts, and there are {len(facts)}")
    demand(signed_root == base64.b64encode(root).decode(), "facts.jsonl: other facts than those of the checkpoint")
    print("5 the", len(facts), "facts have its root", signed_root)

    before = -1
    shown_lines = lines_of(files["disclosures.jsonl"], "disclosures.jsonl")
    for number, line in enumerate(shown_lines):
        shown = parsed(line, f"disclosures.jsonl, line {number + 1}")
        seq = shown["seq"]
        demand(set(shown) == {"salt", "seq", "value"}, f"disclosures.jsonl, line {number + 1}: not a disclosure")
        demand(before < seq < len(facts), f"disclosures.jsonl: that of fact {seq} is not in its place")
        before = seq
        digest = sha256(canonical({"salt": shown["salt"], "value": shown["value"]}))
        sealed = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        demand(facts[seq].get("sealed") == sealed, f"disclosures.jsonl: fact {seq} was recorded with another private part")
    print("6 the", len(shown_lines), "private parts are those that were recorded")


    if "sheets.csv" in files:
        rows = check_sheets(files["sheets.csv"], files["facts.jsonl"].split(b"\n")[:-1], root)
        print("9 the", rows, "facts on the sheets stand in the ledger, and none is left out")


def climb(seq, size, tree, proof):
    """The root that a proof leads to (RFC 9162 section 2.1.3.2), or none where it is too long or too short."""
    node, last = seq, size - 1
    for sibling in proof:
        if last == 0:
            return None
        if node % 2 or node == last:
            tree = sha256(b"\1" + sibling + tree)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            tree = sha256(b"\1" + tree + sibling)
        node, last = node // 2, last // 2
    return tree if last == 0 else None


def check_sheets(data, facts, root):
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    for row in rows:
        seq = int(row["seq"])
        leaf = sha256(b"\0" + facts[seq])
        demand(base64.b64encode(leaf).decode() == row["leaf"], f"sheets.csv: fact {seq} has another hash")
        demand(row["fact"].encode() in (facts[seq], b""), f"sheets.csv: fact {seq} is another")
        proof = [base64.b64decode(part, validate=True) for part in row["proof"].split()]
        demand(climb(seq, len(facts), leaf, proof) == root, f"sheets.csv: the proof of fact {seq} leads elsewhere")
    for person in {row["person"] for row in rows}:
        told = {int(row["seq"]) for row in rows if row["person"] == person}
        found = {seq for seq, fact in enumerate(facts) if person.encode() in fact}
        demand(found <= told, f"sheets.csv: facts about {person} are left out: {sorted(found - told)}")
    return len(rows)


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        check(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else None)
    except Wrong as wrong:
        print(f"NOT OK: {wrong}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
