//! What is wrong with a broker's certificate. The client library says that it is refused, whether
//! it has expired, names another host or comes from an unknown authority.

use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openssl::error::ErrorStack;
use openssl::ssl::{Ssl, SslConnector, SslMethod, SslVerifyMode};
use openssl::x509::X509VerifyResult;

use crate::config::connection::Tls;

/// How long a broker may take for each step of the handshake.
const STEP_WAIT: Duration = Duration::from_secs(2);
/// The most brokers that are tried.
const BROKERS_MAX: usize = 3;
/// What is wrong whoever signed it, by OpenSSL's numbers: it is not yet valid, or has expired.
const TIMES: [i32; 2] = [9, 10];

/// What is wrong with the certificate of the first of `brokers` that shows one; nothing when none
/// does or it is fine. Shakes hands once, without a client certificate, and sends nothing.
pub(super) fn faults(brokers: &str, tls: &Tls) -> Vec<String> {
    let shown = |broker: &str| shown_by(broker.trim(), tls.ca.as_deref());
    let faults = brokers.split(',').take(BROKERS_MAX).find_map(shown).unwrap_or_default();
    // The client library looks for the system's authorities, and this does not.
    let is_known = |fault: &X509VerifyResult| tls.ca.is_some() || TIMES.contains(&fault.as_raw());
    let mut known: Vec<X509VerifyResult> = Vec::new();
    for fault in faults.into_iter().filter(is_known) {
        if !known.contains(&fault) {
            known.push(fault);
        }
    }
    known.into_iter().map(|fault| fault.error_string().to_owned()).collect()
}

/// Every fault of the certificate that `host:port` shows.
fn shown_by(broker: &str, ca: Option<&Path>) -> Option<Vec<X509VerifyResult>> {
    let (host, _) = broker.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = broker.to_socket_addrs().ok()?.next()?;
    let stream = TcpStream::connect_timeout(&address, STEP_WAIT).ok()?;
    stream.set_read_timeout(Some(STEP_WAIT)).ok()?;
    stream.set_write_timeout(Some(STEP_WAIT)).ok()?;
    let found = Arc::default();
    // Its end does not matter: the certificate comes before it.
    let _ = patient(host, ca, &found).ok()?.connect(stream);
    let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
    Some(found)
}

/// A handshake that notes each fault and goes on.
fn patient(
    host: &str,
    ca: Option<&Path>,
    found: &Arc<Mutex<Vec<X509VerifyResult>>>,
) -> Result<Ssl, ErrorStack> {
    let mut connector = SslConnector::builder(SslMethod::tls_client())?;
    if let Some(ca) = ca {
        connector.set_ca_file(ca)?;
    }
    let found = Arc::clone(found);
    connector.set_verify_callback(SslVerifyMode::PEER, move |is_fine, certificate| {
        if !is_fine {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(certificate.error());
        }
        true
    });
    connector.build().configure()?.into_ssl(host)
}
