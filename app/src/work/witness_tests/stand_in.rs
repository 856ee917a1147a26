//! Witnesses to test against: a C2SP witness that verifies before it signs, an authority that is `openssl ts`, and both over real HTTP.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use keepsharp_ledger::{Checkpoint, Hash, VerifierKey, WitnessKey, proof};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

/// What is answered: status and body.
pub(super) type Reply = (u16, Vec<u8>);

/// Answers each POST by path and body, until the test ends, and gives the address.
pub(super) fn serve(mut answer: impl FnMut(&str, &[u8]) -> Reply + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = exchange(stream, &mut answer);
        }
    });
    format!("http://{address}")
}

fn exchange(stream: TcpStream, answer: &mut impl FnMut(&str, &[u8]) -> Reply) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, body) = answer(&path, &body);
    let mut stream = reader.into_inner();
    write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
    stream.write_all(&body)
}

pub(super) const NAME: &str = "witness.example/w1";

/// A C2SP witness: what it has cosigned last, and the key of the ledger that it knows.
pub(super) struct Cosigner {
    pub(super) ledger: VerifierKey,
    pub(super) seen: Option<(u64, Hash)>,
    /// The statuses that it answered.
    pub(super) answered: Vec<u16>,
}

fn signer(seed: u8) -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[seed; 32])
}

fn key_id(seed: u8) -> [u8; 4] {
    let hash =
        Sha256::new().chain_update(format!("{NAME}\n\u{4}")).chain_update(signer(seed).verifying_key().as_bytes());
    hash.finalize()[..4].try_into().unwrap()
}

/// The key of the witness of that seed.
pub(super) fn witness_key(seed: u8) -> WitnessKey {
    let bytes = [&[4][..], signer(seed).verifying_key().as_bytes()].concat();
    let id = keepsharp_ledger::key::KeyId(key_id(seed));
    format!("{NAME}+{id}+{}", STANDARD.encode(bytes)).parse().unwrap()
}

/// The line by which the witness of that seed cosigns a checkpoint.
pub(super) fn cosignature(seed: u8, note: &str, at: u64) -> String {
    let text = &note[..=note.rfind("\n\n").unwrap()];
    let signature = signer(seed).sign(format!("cosignature/v1\ntime {at}\n{text}").as_bytes());
    let bytes = [&key_id(seed)[..], &at.to_be_bytes(), &signature.to_bytes()].concat();
    format!("— {NAME} {}\n", STANDARD.encode(bytes))
}

impl Cosigner {
    /// Serves a witness of seed 9, and gives its address.
    pub(super) fn serve(ledger: VerifierKey) -> (Arc<Mutex<Cosigner>>, String) {
        let witness = Arc::new(Mutex::new(Cosigner { ledger, seen: None, answered: Vec::new() }));
        let served = witness.clone();
        let url = serve(move |path, body| {
            assert_eq!(path, "/prefix/add-checkpoint");
            let mut witness = served.lock().unwrap();
            let reply = witness.add_checkpoint(std::str::from_utf8(body).unwrap());
            witness.answered.push(reply.0);
            reply
        });
        (witness, format!("{url}/prefix/"))
    }

    fn add_checkpoint(&mut self, body: &str) -> Reply {
        let (head, note) = body.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let old: u64 = lines.next().unwrap().strip_prefix("old ").unwrap().parse().unwrap();
        let steps: Vec<Hash> = lines.map(|line| Hash::from_base64(line).unwrap()).collect();
        if Checkpoint::read_unverified(note).unwrap().origin != self.ledger.name() {
            return (404, Vec::new());
        }
        let Ok(new) = Checkpoint::open(note, std::slice::from_ref(&self.ledger)) else { return (403, Vec::new()) };
        if old > new.size || steps.len() > 63 {
            return (400, Vec::new());
        }
        let seen = self.seen.map_or(0, |(size, _)| size);
        if old != seen {
            return (409, format!("{seen}\n").into_bytes());
        }
        if let Some((size, root)) = self.seen {
            if size == new.size && root != new.root {
                return (409, format!("{seen}\n").into_bytes());
            }
            if !proof::verify_consistency(size, new.size, root, new.root, &steps) {
                return (422, Vec::new());
            }
        } else if !steps.is_empty() {
            return (422, Vec::new());
        }
        self.seen = Some((new.size, new.root));
        // A line by a key that nobody asked for is to be left out.
        let lines = cosignature(8, note, 7) + &cosignature(9, note, 1_700_000_000);
        (200, lines.into_bytes())
    }
}

const OPENSSL: &str = r"
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:true
[stamper]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = it
[it]
serial = serial
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
";

/// Runs openssl in a folder: whether it went well, and what it said.
pub(super) fn openssl(folder: &Path, args: &str) -> (bool, String) {
    let output = Command::new("openssl").args(args.split_whitespace()).current_dir(folder).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}

/// An authority in a folder, with a root `ca.pem`; false where there is no openssl, and none is demanded.
pub(super) fn authority(folder: &Path) -> bool {
    if Command::new("openssl").arg("version").output().is_err() {
        assert!(std::env::var_os("REQUIRE_OPENSSL").is_none(), "openssl is to be there");
        eprintln!("skipped: there is no openssl");
        return false;
    }
    std::fs::write(folder.join("openssl.cnf"), OPENSSL).unwrap();
    std::fs::write(folder.join("serial"), "01").unwrap();
    for args in [
        "req -config openssl.cnf -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Root -days 30 -extensions authority",
        "req -config openssl.cnf -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=Authority",
        "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out tsa.pem -extfile openssl.cnf -extensions stamper -days 30",
    ] {
        let (is_done, said) = openssl(folder, args);
        assert!(is_done, "{args}: {said}");
    }
    true
}

/// The authority's answer to a request.
pub(super) fn reply(folder: &Path, request: &[u8]) -> Vec<u8> {
    std::fs::write(folder.join("request.tsq"), request).unwrap();
    let (is_done, said) = openssl(folder, "ts -reply -config openssl.cnf -queryfile request.tsq -out reply.tsr");
    assert!(is_done, "{said}");
    std::fs::read(folder.join("reply.tsr")).unwrap()
}
