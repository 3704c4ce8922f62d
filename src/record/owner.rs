//! The owners' topic: which process shows a campaign, and where it is asked.
//!
//! A record's key is the campaign's id, its partition follows from it, and the newest of a key is the one that counts. An owner
//! repeats it each [`REPEAT`]; one that has said nothing for [`TRUST`] is taken for gone. Nobody
//! takes a record back: what an old owner writes late must not erase what the new one said.

use std::fmt;
use std::net::{Ipv6Addr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::campaign::CampaignId;
use crate::record::{DecodeError, SCHEMA_VERSION, Version, partition_of};
use crate::time::Span;

/// How often an owner says that it is one.
pub const REPEAT: Span = Span::from_minutes(5);

/// For how long its word is taken.
pub const TRUST: Span = Span::from_minutes(15);

/// The largest record, in bytes: far more than a slug and an address take.
pub const RECORD_BYTES_MAX: usize = 1024;

/// Says where a campaign is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerRecord {
    /// Schema version.
    pub v: u32,
    /// The campaign.
    pub campaign: CampaignId,
    /// Where its owner answers.
    pub address: Address,
}

impl OwnerRecord {
    /// The record's JSON.
    ///
    /// # Errors
    /// Never for a record of this version.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// Whether it lies where an owner puts it: under its campaign's key, in its campaign's partition
    /// of `partitions`. Elsewhere compaction would keep it beside the newest word.
    pub fn is_in_place(&self, key: Option<&[u8]>, partition: i32, partitions: u32) -> bool {
        key == Some(self.campaign.as_str().as_bytes())
            && u32::try_from(partition) == Ok(partition_of(&self.campaign, partitions))
    }

    /// Reads a record from its JSON, of at most [`RECORD_BYTES_MAX`].
    ///
    /// # Errors
    /// [`DecodeError::Unknown`] for versions to come, [`DecodeError::Malformed`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > RECORD_BYTES_MAX {
            return Err(DecodeError::Malformed(format!("owner: {} bytes", bytes.len())));
        }
        let unknown = |v| DecodeError::Unknown(format!("owner v{v}"));
        let record: Self =
            serde_json::from_slice(bytes).map_err(|error| match serde_json::from_slice(bytes) {
                Ok(Version { v }) if v > SCHEMA_VERSION => unknown(v),
                _ => DecodeError::Malformed(error.to_string()),
            })?;
        if record.v == SCHEMA_VERSION { Ok(record) } else { Err(unknown(record.v)) }
    }
}

/// Where a daebak answers over HTTP: `http://host:port`, the host in lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(Box<str>);

/// Why a text is no [`Address`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It asks for TLS.
    #[error("`{0}` asks for TLS, which daebak leaves to others")]
    Tls(String),
    /// It is of another shape.
    #[error("`{0}` is no address of a daebak")]
    Shape(String),
}

impl AddressError {
    /// What was expected instead.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Tls(_) => "put TLS in front of it and name the address behind: http://host:port",
            Self::Shape(_) => "expected http://host:port, with nothing after it",
        }
    }
}

/// The most characters of a host's name, as DNS has it.
const HOST_CHARS_MAX: usize = 253;

impl Address {
    /// `host:port`.
    pub fn authority(&self) -> &str {
        &self.0
    }

    /// Whether its host stands for every address of a machine, such as `0.0.0.0`.
    pub fn is_everywhere(&self) -> bool {
        self.0.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_unspecified())
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let shape = || AddressError::Shape(text.to_owned());
        let (scheme, rest) = text.split_once("://").ok_or_else(shape)?;
        if scheme.eq_ignore_ascii_case("https") {
            return Err(AddressError::Tls(text.to_owned()));
        }
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = authority.rsplit_once(':').ok_or_else(shape)?;
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse::<u16>().ok().filter(|port| digits && *port > 0);
        match port {
            Some(port) if scheme.eq_ignore_ascii_case("http") && is_host(host) => {
                Ok(Self(format!("{}:{port}", host.to_ascii_lowercase()).into()))
            }
            _ => Err(shape()),
        }
    }
}

/// A name, an IPv4 address, or an IPv6 address in brackets.
fn is_host(host: &str) -> bool {
    if let Some(inside) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return inside.parse::<Ipv6Addr>().is_ok();
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=HOST_CHARS_MAX).contains(&host.len()) && host.bytes().all(allowed)
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.0)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> OwnerRecord {
        OwnerRecord {
            v: SCHEMA_VERSION,
            campaign: CampaignId::new("launch"),
            address: "http://daebak-0.daebak:9464".parse().unwrap(),
        }
    }

    #[test]
    fn a_record_comes_back_from_its_json_as_it_was() {
        let bytes = record().encode().unwrap();
        let json = r#"{"v":1,"campaign":"launch","address":"http://daebak-0.daebak:9464"}"#;
        assert_eq!(String::from_utf8_lossy(&bytes), json);
        assert_eq!(OwnerRecord::decode(&bytes), Ok(record()));
    }

    #[test]
    fn a_record_counts_under_its_own_key_and_in_its_own_partition_only() {
        let record = record();
        let own = i32::try_from(partition_of(&record.campaign, 7)).unwrap();
        let counts: Vec<_> = (-1..8)
            .filter(|partition| record.is_in_place(Some(b"launch"), *partition, 7))
            .collect();
        assert_eq!(counts, [own]);
        assert!(!record.is_in_place(Some(b"other"), own, 7));
        assert!(!record.is_in_place(None, own, 7));
    }

    #[test]
    fn a_newer_version_is_unknown_and_nonsense_malformed() {
        let unknown = |v| Err(DecodeError::Unknown(format!("owner v{v}")));
        assert_eq!(OwnerRecord::decode(br#"{"v":9,"new":1}"#), unknown(9));
        let newer = OwnerRecord { v: 2, ..record() }.encode().unwrap();
        assert_eq!(OwnerRecord::decode(&newer), unknown(2));
        let elsewhere = br#"{"v":1,"campaign":"c","address":"http://k:1/admin?x"}"#;
        let long = format!(r#"{{"v":1,"campaign":"{}"}}"#, "c".repeat(RECORD_BYTES_MAX));
        for bytes in [&b"nonsense"[..], b"{}", br#"{"v":1}"#, elsewhere, long.as_bytes()] {
            assert!(matches!(OwnerRecord::decode(bytes), Err(DecodeError::Malformed(_))));
        }
    }

    #[test]
    fn an_address_is_a_host_and_a_port_and_nothing_else() {
        let read = |text: &str| text.parse::<Address>().map(|address| address.to_string());
        for (text, address) in [
            ("http://daebak-0.daebak:9464", "http://daebak-0.daebak:9464"),
            ("HTTP://Daebak:080/", "http://daebak:80"),
            ("http://127.0.0.1:9464", "http://127.0.0.1:9464"),
            ("http://[::1]:9464", "http://[::1]:9464"),
        ] {
            assert_eq!(read(text), Ok(address.to_owned()));
        }
        assert_eq!(read("https://k:1"), Err(AddressError::Tls("https://k:1".into())));
        let long = format!("http://{}:1", "k".repeat(HOST_CHARS_MAX + 1));
        for text in [
            "",
            "k:1",
            "http://k",
            "http://k:0",
            "http://k:65536",
            "http://k:+1",
            "http://:1",
            "http://u:p@k:1",
            "http://k:1/path",
            "http://k:1?q",
            "http://k:1//",
            "http://k\r\nx:1",
            "http://[::1",
            "http://[k]:1",
            "http://::1:1",
            "ftp://k:1",
            &long,
        ] {
            assert_eq!(read(text), Err(AddressError::Shape(text.into())), "{text}");
        }
    }
}
