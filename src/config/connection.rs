//! How a broker is reached, and as whom. Secrets never print.

use std::fmt;
use std::path::PathBuf;

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

/// A secret: read from a file or the environment, and printed nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` from being printed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself; for the client library alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(redacted)")
    }
}
