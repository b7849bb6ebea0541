//! Checks the services that a pipeline names: sources, the counter of citations, the mail server; and the clock.

use super::check::Check;
use crate::cli::plan::{Contact, DigestPlan, Place, Plan};
use crate::digest::{Server, Templates};
use crate::run::citation_counts;
use anyhow::Result;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use starcite_ground::url::Url;
use starcite_ground::{clock, http, interrupt};
use starcite_sources::service::Service;
use std::collections::BTreeSet;
use std::path::Path;

/// A clock that differs by more seconds than this is worth a warning.
const SKEW: i64 = 60;

/// Checks that each service and each host of an object answers, and that the keys are there.
pub(super) fn services(plan: &Plan) -> Vec<Check> {
    let live = plan.sources.iter().filter_map(|source| if let Place::Live(live, _) = &source.place { Some(live.service) } else { None });
    let counted = plan.counts.as_ref().map(|counts| (counts.source.service(), citation_counts::key(counts)));
    let mut seen = BTreeSet::new();
    let used: Vec<&Service> = live.filter(|service| seen.insert(service.name)).collect();
    let keys = used.iter().map(|service| (*service, service.key()));
    let objects = plan.sources.iter().filter_map(|source| if let Place::Url(remote) = &source.place { remote.origin() } else { None });
    let services = used.iter().copied().chain(counted.as_ref().map(|(service, _)| *service));
    let hosts: BTreeSet<String> = services.filter_map(|service| origin(plan.addresses.of(service))).chain(objects).collect();
    let keys: Vec<Check> = keys.chain(counted).filter_map(|(service, key)| is_there(service, key)).collect();
    keys.into_iter().chain(hosts.iter().map(|host| reachable(host))).collect()
}

/// Returns the scheme, host and port of an address.
fn origin(address: &str) -> Option<String> {
    Url::parse(address).ok().map(|url| url.origin().ascii_serialization())
}

/// Checks the key of a service, if it needs one.
fn is_there(service: &Service, key: Result<Option<SecretString>>) -> Option<Check> {
    let variable = service.key_variable?;
    Some(match key {
        Ok(Some(_)) => Check::ok("key", format!("{} has a key", service.title)),
        Ok(None) => Check::warn("key", format!("{} has no key", service.title), &format!("get one there, and set {variable}")),
        Err(error) => Check::failed("key", &error),
    })
}

/// Checks that a host answers anything at all.
fn reachable(origin: &str) -> Check {
    let asked = http::runtime().and_then(|runtime| {
        runtime.block_on(async {
            let client = http::service()?;
            interrupt::unless_interrupted(async { Ok(client.head(origin).send().await) }).await
        })
    });
    match asked {
        Ok(Ok(_)) => Check::ok("source", format!("{origin} answers")),
        Ok(Err(error)) => {
            Check::fail("source", format!("{origin} does not answer ({})", http::innermost(error)), "check the network, and HTTPS_PROXY if there is a proxy")
        }
        Err(error) => Check::failed("source", &error),
    }
}

/// Compares the clock with that of a host.
pub(super) fn clock(host: Option<DateTime<Utc>>) -> Check {
    let Some(host) = host else {
        return Check::warn("clock", "no host told the time".to_owned(), "compare the clock yourself: date -u");
    };
    let ahead = (clock::now() - host).num_seconds();
    if ahead.abs() > SKEW {
        let how = if ahead > 0 { "ahead" } else { "behind" };
        return Check::warn("clock", format!("the clock is {} s {how}", ahead.abs()), "set it (NTP): weeks and the age of answers go by it");
    }
    Check::ok("clock", format!("right within {SKEW} s"))
}

/// Checks that the recipients and the templates of each digest can be read, where there is a server to send them.
pub(super) fn digests(plan: &Plan) -> Vec<Check> {
    let check = |digest: &DigestPlan| {
        let read = Templates::of(digest).and_then(|_| digest.recipients());
        read.map_or_else(|error| Check::failed("digest", &error), |people| Check::ok("digest", format!("{} has {} recipients", digest.name, people.len())))
    };
    if plan.mail.is_none() { Vec::new() } else { plan.digests.iter().map(check).collect() }
}

/// Checks that the mail server takes a connection, TLS and the user; no mail is sent. `None` if the pipeline names none.
pub(super) fn mail(plan: &Plan, password_file: Option<&Path>, asks_nobody: bool) -> Option<Check> {
    let mail = plan.mail.as_ref()?;
    let contact = plan.contact.as_ref().map(Contact::person);
    let Some(from) = plan.digests.iter().find_map(|digest| digest.from.as_ref()).or(contact) else {
        return Some(Check::fail("mail", "no digest has a sender".to_owned(), "set from, or [contact] email"));
    };
    let connected = Server::of(mail, password_file, from).and_then(|server| {
        if !asks_nobody {
            server.connect()?.end();
        }
        Ok(server.name())
    });
    Some(match connected {
        Ok(name) if asks_nobody => Check::warn("mail", format!("{name} was not asked"), "run this without --offline"),
        Ok(name) => Check::ok("mail", format!("{name} takes the connection{}", if mail.user.is_some() { " and the user" } else { "" })),
        Err(error) => Check::failed("mail", &error),
    })
}
