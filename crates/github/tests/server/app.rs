//! Tests requests as a GitHub App: its key obtains a token of the installation, which then sends the requests.

use crate::host::{ask, made, quick};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fake_github::{Config as Fake, FakeGithub};
use starcite_core::RepoName;
use starcite_core::answer::{Stop, Target};
use starcite_github::{Account, Asker, Config};

/// Returns a new RSA key as PEM.
fn key() -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = pair.as_der().unwrap();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der.as_ref()))
}

fn asker(base_url: String) -> Asker {
    let account = Account::App { id: 7, installation: 8, key: key().into() };
    Asker::new(made(Config { base_url, account, ..Config::default() }), quick())
}

#[tokio::test]
async fn an_app_asks_with_a_token_of_its_installation_on_github_and_on_enterprise() {
    let server = FakeGithub::start(Fake::default()).unwrap();
    let wanted = || vec![Target::by_name(RepoName::parse(&server.world().name(10)).unwrap())];
    for base_url in [server.url().to_owned(), format!("{}/api/v3", server.url())] {
        let (lines, report) = ask(&mut asker(base_url), wanted()).await;
        assert_eq!((lines, report.stop), (vec!["owner10/Repo-10 live owner10/Repo-10".to_owned()], None));
    }
}

#[tokio::test]
async fn an_app_that_github_does_not_know_ends_the_run_at_once() {
    let server = crate::host::Server::start(|_, _| crate::host::say(404, r#"{"message":"Integration not found"}"#));
    let wanted = vec![Target::by_name(RepoName::github("o", "n").unwrap())];
    let (lines, report) = ask(&mut asker(server.url.clone()), wanted).await;
    assert_eq!((lines.len(), report.stop, server.log().len()), (0, Some(Stop::BadToken), 1));
}
