//! How a broker is reached, and as whom. Secrets never print.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::raw::Value;
use super::rule::Rule;

/// The largest secret, and the largest PEM file, in bytes.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How brokers are reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// `host:port` of one or more brokers, comma-separated.
    pub brokers: String,
    /// Encrypted, if it is there.
    pub tls: Option<Tls>,
    /// As whom, if the brokers ask.
    pub sasl: Option<Sasl>,
}

impl Connection {
    /// Whether a password goes over the wire for anyone on the way to read.
    pub fn shows_password(&self) -> bool {
        let plain = self.sasl.as_ref().is_some_and(|sasl| sasl.mechanism == Mechanism::Plain);
        plain && self.tls.is_none()
    }

    /// Unencrypted and as nobody.
    pub fn plain(brokers: impl Into<String>) -> Self {
        Self { brokers: brokers.into(), tls: None, sasl: None }
    }
}

/// How a connection is encrypted. Files are PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// The authorities whose certificates are believed; the system's, if none is named.
    pub ca: Option<PathBuf>,
    /// Our own certificate and key, where brokers ask for one.
    pub certificate: Option<ClientCertificate>,
}

/// Our own certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate, with its chain.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The key's password, if it has one.
    pub key_password: Option<Secret>,
}

/// As whom brokers know us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sasl {
    /// How we prove it.
    pub mechanism: Mechanism,
    /// The name.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// How a password is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// It is sent as it is; for encrypted connections.
    Plain,
    /// RFC 5802 with SHA-256.
    ScramSha256,
    /// RFC 5802 with SHA-512.
    ScramSha512,
}

impl Mechanism {
    /// Every one.
    const ALL: [Self; 3] = [Self::Plain, Self::ScramSha256, Self::ScramSha512];

    /// As Kafka and the service's file call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

/// A secret: read from a file or the environment, and printed nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` from being printed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself; for the client library and for what is hashed under it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(redacted)")
    }
}

/// Whether what a service file only points to (secrets, certificates) is read too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pointed<'a> {
    /// Read, in the directory of the service's file; mistakes in it are mistakes of the file.
    Read(&'a Path),
    /// Left alone: a check of the file needs no secret. Secrets are empty then.
    Left,
}

/// Reads `[kafka.tls]`. Certificates must be there and look like PEM.
pub(super) fn tls(value: Value<'_>, pointed: Pointed<'_>) -> Option<Tls> {
    value.table(|table| {
        table.hide_texts_but(&["ca", "certificate", "key"]);
        let mut file = |key| table.optional(key, |value| pem(value, pointed));
        let (ca, certificate, key) = (file("ca"), file("certificate"), file("key"));
        let key_password = table.optional("key_password", |value| secret(value, pointed));
        for (one, other) in
            [("certificate", "key"), ("key", "certificate"), ("key_password", "key")]
        {
            if table.has(one) && !table.has(other) {
                let message = format!("`{one}` comes without `{other}`");
                table.fault(Rule::MissingKey, message, &format!("expected `{other}` beside it"));
            }
        }
        let certificate = certificate.zip(key);
        let certificate = certificate.map(|(certificate, key)| ClientCertificate {
            certificate,
            key,
            key_password,
        });
        Tls { ca, certificate }
    })
}

/// Reads `[kafka.sasl]`.
pub(super) fn sasl(value: Value<'_>, pointed: Pointed<'_>) -> Option<Sasl> {
    value.table(|table| {
        table.hide_texts_but(&["mechanism", "username"]);
        let mechanism = table.required("mechanism", mechanism);
        let username = table.required("username", Value::text).map(str::to_owned);
        let password = table.required("password", |value| secret(value, pointed));
        Some(Sasl { mechanism: mechanism?, username: username?, password: password? })
    })?
}

fn mechanism(value: Value<'_>) -> Option<Mechanism> {
    let name = value.text()?;
    let found = Mechanism::ALL.into_iter().find(|mechanism| mechanism.name() == name);
    if found.is_none() {
        let names = Mechanism::ALL.map(Mechanism::name).join(", ");
        let message = format!("`{name}` is no mechanism that daebak knows");
        value.fault(Rule::BadMechanism, message, format!("expected one of {names}"));
    }
    found
}

/// A PEM file's path, seen from where the service runs.
fn pem(value: Value<'_>, pointed: Pointed<'_>) -> Option<PathBuf> {
    let name = value.text()?;
    let Pointed::Read(directory) = pointed else { return Some(name.into()) };
    let path = directory.join(name);
    let text = read(value, &path)?;
    if !text.contains("-----BEGIN ") {
        let message = format!("`{}` is no PEM file", path.display());
        value.fault(Rule::BadPem, message, "expected lines between -----BEGIN … and -----END …");
        return None;
    }
    Some(path)
}

/// `{ file = … }` or `{ env = … }`: a secret itself has no place in a file that is shown around.
pub(super) fn secret(value: Value<'_>, pointed: Pointed<'_>) -> Option<Secret> {
    if value.is_text() {
        let message = format!("`{}` is written here for all to read", value.key());
        value.fault(Rule::PlainSecret, message, SECRET_EXPECTED);
        return None;
    }
    let text = value.table(|table| {
        table.hide_texts_but(&["file", "env"]);
        match (table.has("file"), table.has("env")) {
            (true, false) => table.optional("file", |value| secret_file(value, pointed)),
            (false, true) => table.optional("env", |value| secret_variable(value, pointed)),
            (file, _) => {
                let sources = if file { "two sources" } else { "no source" };
                let message = format!("`{}` has {sources}", value.key());
                table.fault(Rule::PlainSecret, message, SECRET_EXPECTED);
                table.pass_over(&["file", "env"]);
                None
            }
        }
    })??;
    Some(Secret(text))
}

const SECRET_EXPECTED: &str = "expected { file = \"PATH\" } or { env = \"NAME\" }";

fn secret_file(value: Value<'_>, pointed: Pointed<'_>) -> Option<String> {
    let name = value.text()?;
    let Pointed::Read(directory) = pointed else { return Some(String::new()) };
    let path = directory.join(name);
    let text = read(value, &path)?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        let message = format!("`{}` is empty", path.display());
        value.fault(Rule::Empty, message, "expected the secret in it");
        return None;
    }
    Some(text.to_owned())
}

fn secret_variable(value: Value<'_>, pointed: Pointed<'_>) -> Option<String> {
    let name = value.text()?;
    if pointed == Pointed::Left {
        return Some(String::new());
    }
    let (rule, what) = match std::env::var(name) {
        Ok(text) if !text.is_empty() => return Some(text),
        Ok(_) => (Rule::Empty, "empty"),
        Err(std::env::VarError::NotPresent) => (Rule::Unreadable, "not set"),
        Err(std::env::VarError::NotUnicode(_)) => (Rule::Unreadable, "not UTF-8"),
    };
    value.fault(rule, format!("the variable `{name}` is {what}"), "expected the secret in it");
    None
}

/// The whole text of a file that `value` names.
fn read(value: Value<'_>, path: &Path) -> Option<String> {
    let mut text = String::new();
    let read = File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text))
        .and_then(|bytes| {
            let fits = bytes as u64 <= FILE_BYTES_MAX;
            if fits { Ok(()) } else { Err(io::Error::other("it is too large")) }
        });
    if let Err(error) = read {
        let message = format!("`{}` can't be read: {error}", path.display());
        value.fault(
            Rule::Unreadable,
            message,
            "expected a file; paths start at this file's folder",
        );
        return None;
    }
    Some(text)
}
