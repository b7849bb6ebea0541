//! Limits of redirects: the server that names the next address is not trusted with more than the original request.

use super::address;
use crate::parallel_ordered::lock;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// Most redirects of one request.
const MAX_REDIRECTS: usize = 10;

/// The addresses to which a request may be redirected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The original scheme, host and port, because the request may carry a credential.
    Origin,
    Anywhere,
}

/// A redirect that is not followed. It contains the target without path and query, which may hold a secret; the message names the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// More redirects than are followed.
    #[error("it redirects more than {MAX_REDIRECTS} times: name the address of what is meant")]
    TooMany,
    /// From an encrypted address to an unencrypted one.
    #[error("it redirects to {0}, which is not encrypted: name the address there if that is meant")]
    Unencrypted(String),
    /// To another origin, which must not get the credential.
    #[error("it redirects to {0}, and what may carry a credential is not sent to another host: name the address there")]
    Elsewhere(String),
    /// From the internet into a private network.
    #[error("it redirects to {0}, which is in a private network: name the address there if that is meant")]
    Private(String),
}

impl Refused {
    /// Returns the refusal that made a request fail, if any.
    pub fn of(error: &reqwest::Error) -> Option<Self> {
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            if let Some(refused) = error.downcast_ref::<Self>() {
                return Some(refused.clone());
            }
            cause = error.source();
        }
        None
    }
}

/// Returns the policy of a client that looks up names with `names`.
pub(super) fn policy(reach: Reach, names: &Names) -> Policy {
    let names = names.clone();
    Policy::custom(move |attempt| {
        let is_private = |url: &Url| names.is_private(url);
        match refusal(attempt.previous(), attempt.url(), reach, is_private) {
            Some(refused) => attempt.error(refused),
            None => {
                if attempt.previous().iter().any(|url| !is_private(url)) {
                    names.led_to(attempt.url());
                }
                attempt.follow()
            }
        }
    })
}

/// Returns the reason why a request that visited `previous`, in this order, may not go on to `next`.
fn refusal(previous: &[Url], next: &Url, reach: Reach, is_private: impl Fn(&Url) -> bool) -> Option<Refused> {
    let place = || format!("{}://{}{}", next.scheme(), next.host_str().unwrap_or_default(), next.port().map(|port| format!(":{port}")).unwrap_or_default());
    let is_unencrypted = next.scheme() != "https" && previous.iter().any(|url| url.scheme() != next.scheme());
    if previous.len() > MAX_REDIRECTS {
        Some(Refused::TooMany)
    } else if is_unencrypted {
        Some(Refused::Unencrypted(place()))
    } else if reach == Reach::Origin && previous.iter().any(|url| url.origin() != next.origin()) {
        Some(Refused::Elsewhere(place()))
    } else if is_private(next) && previous.iter().any(|url| !is_private(url)) {
        Some(Refused::Private(place()))
    } else {
        None
    }
}

/// Looks up names for a client. A name that a server in the internet redirected to is not looked up into a private network. A name that
/// only a proxy knows counts as one of the internet.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    private: HashSet<String>,
    /// Names that a server in the internet redirected to.
    led_to: HashSet<String>,
}

impl Names {
    fn is_private(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        match host.trim_matches(['[', ']']).parse() {
            Ok(address) => address::is_private(address),
            Err(_) => self.with(|known| known.private.contains(host)),
        }
    }

    fn led_to(&self, url: &Url) {
        self.with(|known| known.led_to.extend(url.host_str().map(str::to_owned)));
    }

    /// Returns the usable addresses of a name: those in the internet, if it has any.
    fn usable(&self, name: String, mut found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
        if found.iter().all(|address| address::is_private(address.ip())) {
            return self.with(|known| {
                if known.led_to.contains(&name) {
                    return Err(Refused::Private(name));
                }
                known.private.insert(name);
                Ok(found)
            });
        }
        found.retain(|address| !address::is_private(address.ip()));
        Ok(found)
    }

    fn with<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        change(&mut lock(&self.0))
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, name) = (self.clone(), name.as_str().to_owned());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(names.usable(name, found)?.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows a chain of URLs; the last one may be refused. Names that end in `.lan` are private.
    fn refusal_of(chain: &[&str], reach: Reach) -> Option<Refused> {
        let urls: Vec<Url> = chain.iter().map(|url| Url::parse(url).unwrap()).collect();
        let names = Names::default();
        for url in urls.iter().filter(|url| url.host_str().is_some_and(|host| host.ends_with(".lan"))) {
            names.usable(url.host_str().unwrap().to_owned(), vec!["192.168.1.1:0".parse().unwrap()]).unwrap();
        }
        let (next, previous) = urls.split_last().unwrap();
        refusal(previous, next, reach, |url| names.is_private(url))
    }

    #[test]
    fn what_is_encrypted_stays_so() {
        for reach in [Reach::Origin, Reach::Anywhere] {
            let refused = Some(Refused::Unencrypted("http://a.org".to_owned()));
            assert_eq!(refusal_of(&["https://a.org/x", "http://a.org/x"], reach), refused);
            assert_eq!(refusal_of(&["https://a.org/x", "https://a.org/y", "http://a.org/x"], reach), refused);
            assert_eq!(refusal_of(&["http://a.org/x", "ftp://a.org/x"], reach), Some(Refused::Unencrypted("ftp://a.org".to_owned())));
        }
        assert_eq!(
            refusal_of(&["http://a.org/x", "https://a.org/x", "http://a.org/x"], Reach::Anywhere),
            Some(Refused::Unencrypted("http://a.org".to_owned()))
        );
        assert_eq!(refusal_of(&["http://a.org/x", "https://a.org/x"], Reach::Anywhere), None);
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let within = |next| refusal_of(&["https://a.org/x?token=hush", next], Reach::Origin);
        for next in ["https://a.org/y", "https://a.org:443/y?token=hush", "https://A.ORG/x"] {
            assert_eq!(within(next), None, "{next}");
        }
        for (next, place) in [
            ("https://b.org/x?token=hush", "https://b.org"),
            ("https://a.org:8443/x", "https://a.org:8443"),
            ("https://www.a.org/x", "https://www.a.org"),
            ("https://a.org.b.org/x", "https://a.org.b.org"),
            ("https://a.org@b.org/x", "https://b.org"),
            ("https://me:word@b.org/x", "https://b.org"),
        ] {
            assert_eq!(within(next), Some(Refused::Elsewhere(place.to_owned())), "{next}");
            assert_eq!(refusal_of(&["https://a.org/x", next], Reach::Anywhere), None, "{next}");
        }
        assert!(refusal_of(&["http://a.org/x", "https://a.org/x"], Reach::Origin).is_some());
        assert!(refusal_of(&["https://a.org/x", "https://a.org/y", "https://b.org/x"], Reach::Origin).is_some());
    }

    #[test]
    fn nothing_leads_from_the_internet_into_a_private_network() {
        let targets = [
            "http://127.0.0.1:80/",
            "http://10.0.0.1/",
            "http://169.254.169.254/latest",
            "http://[::1]/",
            "http://[::ffff:a00:1]/",
            "http://0/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://nas.lan/",
        ];
        for next in targets {
            for from in ["http://8.8.8.8/", "http://a.org/", "http://[2606:4700::1111]/"] {
                assert!(matches!(refusal_of(&[from, next], Reach::Anywhere), Some(Refused::Private(_))), "{from} {next}");
                assert!(matches!(refusal_of(&["http://192.168.1.2/", from, next], Reach::Anywhere), Some(Refused::Private(_))), "{from} {next}");
            }
            assert_eq!(refusal_of(&["http://192.168.1.2/", "http://mirror.lan/", next], Reach::Anywhere), None, "{next}");
        }
        assert_eq!(refusal_of(&["http://192.168.1.2/", "http://a.org/"], Reach::Anywhere), None);
    }

    #[test]
    fn a_name_to_which_the_internet_has_led_is_not_looked_up_into_a_private_network() {
        let names = Names::default();
        let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let private = addresses(&["127.0.0.1:0", "[fd00::1]:0"]);
        assert_eq!(names.usable("a.org".to_owned(), private.clone()), Ok(private.clone()), "who runs the program has named it");
        names.led_to(&Url::parse("http://a.org/x").unwrap());
        assert_eq!(names.usable("a.org".to_owned(), private), Err(Refused::Private("a.org".to_owned())));
        assert_eq!(names.usable("a.org".to_owned(), addresses(&["10.0.0.1:0", "8.8.8.8:0"])), Ok(addresses(&["8.8.8.8:0"])));
    }

    #[test]
    fn ten_redirects_are_followed() {
        let chain = |count: usize| refusal_of(&vec!["https://a.org/"; count + 1], Reach::Anywhere);
        assert_eq!((chain(10), chain(11)), (None, Some(Refused::TooMany)));
    }
}
