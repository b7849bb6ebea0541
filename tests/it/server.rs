//! Servers on this machine: one that a test scripts, and certificates for those that speak TLS.

pub(crate) use fake_github::scripted::{End, Request, Response, Server, give, nobody, say};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use std::sync::Arc;

/// Returns the TLS of a server with these names, and the certificate that it signs itself with, as PEM.
pub(crate) fn self_signed(names: &[&str]) -> (Arc<ServerConfig>, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names.iter().copied().map(str::to_owned).collect::<Vec<_>>()).unwrap();
    let versions = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider())).with_safe_default_protocol_versions().unwrap();
    let key = signing_key.serialize_der().try_into().unwrap();
    let config = versions.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key).unwrap();
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(cert.der()));
    (Arc::new(config), pem)
}
