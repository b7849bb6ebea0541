//! The proxy that the environment names for a request, as curl and git understand it (<https://curl.se/docs/manpage.html#ENVIRONMENT>).

use anyhow::{Result, anyhow};
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;
use std::net::IpAddr;

/// Variables with the proxy of each scheme; the first that is set counts.
const HTTPS: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const HTTP: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
/// Variables with the hosts that are reached without a proxy.
const EXCEPT: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// The protocols of proxies.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// The proxies that the environment names.
#[derive(Clone)]
pub(super) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    /// Hosts, separated by commas or whitespace.
    except: String,
}

/// A proxy, and the variable that names it.
#[derive(Clone)]
struct Proxy {
    variable: &'static str,
    /// May contain a password.
    url: Url,
}

impl Proxies {
    /// Reads the environment.
    ///
    /// # Errors
    /// When a variable is not the address of a proxy, because no request may bypass a proxy that the user intended.
    pub(super) fn of_environment() -> Result<Self> {
        Self::read(|name| Some(std::env::var_os(name)?.to_string_lossy().into_owned())) // a value that is not text names no proxy
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let set = |name: &&'static str| Some((*name, variable(name)?.trim().to_owned())).filter(|(_, value)| !value.is_empty());
        let first = |names: &'static [&'static str]| names.iter().find_map(set);
        let proxy = |names| first(names).map(|(variable, value)| Proxy::parse(variable, &value)).transpose();
        Ok(Self { http: proxy(&HTTP)?, https: proxy(&HTTPS)?, except: first(&EXCEPT).map(|(_, hosts)| hosts).unwrap_or_default() })
    }

    /// Returns the address of the proxy for a URL; `None` if it needs none, or is of this machine, which a proxy can't reach.
    pub(super) fn address(&self, url: &Url) -> Option<Url> {
        self.of(url).map(|proxy| proxy.url.clone())
    }

    fn of(&self, url: &Url) -> Option<&Proxy> {
        let proxy = if url.scheme() == "https" { &self.https } else { &self.http };
        proxy.as_ref().filter(|_| !is_this_machine(url) && !self.excepts(url))
    }

    /// True for a host that `NO_PROXY` lists: by name (with its subdomains), by address or network (`10.0.0.0/8`), or by `*` (all hosts).
    /// An entry with a port applies to that port only.
    fn excepts(&self, url: &Url) -> bool {
        let entries = self.except.split([',', ' ', '\t', '\n']).filter(|entry| !entry.is_empty());
        let hosts: Vec<&str> = entries.filter_map(|entry| host_at(entry, url.port_or_known_default())).collect();
        // The matcher does not support `*` where the host is an address, nor `*.example.org`.
        let hosts_alone = hosts.iter().map(|host| host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host)).collect::<Vec<_>>();
        let matcher = Matcher::builder().all("http://proxy").no(hosts_alone.join(",")).build();
        hosts.contains(&"*") || url.as_str().parse().is_ok_and(|url| matcher.intercept(&url).is_none())
    }

    /// Describes how the proxy caused a failure to connect to `url`, and what to do; `None` if it did not cause it. `told` is the error
    /// with its causes.
    pub(super) fn blame(&self, url: &Url, told: &str) -> Option<String> {
        let Proxy { variable, url: proxy } = self.of(url)?;
        let is_the_proxys = url.scheme() == "http" || told.contains("tunnel error") || told.contains("SOCKS error");
        let place = format!("{}:{}", proxy.host_str().unwrap_or_default(), proxy.port_or_known_default().unwrap_or_default());
        let host = url.host_str().unwrap_or_default();
        let what = if told.contains("authorization required") {
            format!("wants a user and a password: write them into {variable} before the host, as USER:PASSWORD@{place}")
        } else if told.contains("tunnel error: unsuccessful") {
            format!("lets nothing through to {host}: check {variable}, ask who runs the proxy, or name {host} in NO_PROXY")
        } else {
            let why = told.rsplit(": ").next().unwrap_or(told);
            format!("can't be reached ({why}): check {variable}, or name {host} in NO_PROXY")
        };
        is_the_proxys.then(|| format!("the proxy {place} of {variable} {what}"))
    }
}

impl Proxy {
    /// Reads `http://user:password@host:port`; without a scheme it is `http`.
    fn parse(variable: &'static str, value: &str) -> Result<Self> {
        let whole = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
        let url = Url::parse(&whole).ok().filter(|url| SCHEMES.contains(&url.scheme()) && url.host_str().is_some_and(|host| !host.is_empty()));
        let url = url.ok_or_else(|| anyhow!("{variable} is not the address of a proxy: write HOST:PORT, or take it out of the environment"))?;
        Ok(Self { variable, url })
    }
}

/// Returns the host of an entry of `NO_PROXY`, unless the entry applies to another port.
fn host_at(entry: &str, port: Option<u16>) -> Option<&str> {
    let with_port = entry.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    let host = match with_port.and_then(|(host, digits)| Some((host, digits.parse::<u16>().ok()?))) {
        Some((host, of)) => Some(host).filter(|_| Some(of) == port),
        None => Some(entry),
    };
    host.map(|host| host.trim_start_matches('[').trim_end_matches(']'))
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host.parse::<IpAddr>().map_or(host == "localhost" || host.ends_with(".localhost"), |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Result<Proxies> {
        Proxies::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    /// Returns the proxy's address for a URL, if any.
    fn through(variables: &[(&str, &str)], url: &str) -> Option<String> {
        proxies(variables).unwrap().address(&Url::parse(url).unwrap()).map(String::from)
    }

    #[test]
    fn each_scheme_has_its_variable_in_either_case_and_all_proxy_is_the_last() {
        let set = [("HTTPS_PROXY", "http://s:1"), ("https_proxy", "http://t:1"), ("http_proxy", "h:2"), ("ALL_PROXY", "socks5h://a:3")];
        let host = |url: &str, variables: &[(&str, &str)]| through(variables, url);
        assert_eq!(host("https://x.org/", &set).as_deref(), Some("http://s:1/"));
        assert_eq!(host("https://x.org/", &set[1..]).as_deref(), Some("http://t:1/"));
        assert_eq!(host("http://x.org/", &set).as_deref(), Some("http://h:2/"));
        assert_eq!(host("http://x.org/", &set[3..]).as_deref(), Some("socks5h://a:3"));
        assert_eq!(host("https://x.org/", &[("HTTPS_PROXY", " "), ("https_proxy", "u:p%40@t:1")]).as_deref(), Some("http://u:p%40@t:1/"));
        assert_eq!(host("https://x.org/", &[("HTTP_PROXY", "http://h:1")]), None);
    }

    #[test]
    fn what_is_on_this_machine_is_asked_directly() {
        for url in ["http://127.0.0.1:8080/", "https://127.9.9.9/", "http://[::1]/", "http://localhost/", "http://LOCALHOST:1/", "http://a.localhost/"] {
            assert_eq!(through(&[("ALL_PROXY", "http://p:1")], url), None, "{url}");
        }
        assert!(through(&[("ALL_PROXY", "http://p:1")], "http://localhost.example.org/").is_some());
    }

    #[test]
    fn no_proxy_takes_names_networks_ports_and_all() {
        let is_excepted = |list: &str, url: &str| through(&[("ALL_PROXY", "http://p:1"), ("NO_PROXY", list)], url).is_none();
        for (list, url) in [
            ("example.org", "https://example.org/"),
            ("example.org", "https://api.EXAMPLE.org/"),
            (".example.org", "https://api.example.org/"),
            ("*.example.org", "https://api.example.org/"),
            ("a.org, example.org ,b.org", "https://example.org/"),
            ("a.org example.org", "https://example.org/"),
            ("example.org:443", "https://example.org/"),
            ("example.org:8443", "https://api.example.org:8443/"),
            ("10.0.0.0/8", "https://10.1.2.3:1/"),
            ("10.1.2.3", "https://10.1.2.3/"),
            ("10.1.2.3:80", "http://10.1.2.3/"),
            ("fd00::/8", "http://[fd12::1]/"),
            ("[fd12::1]:8080", "http://[fd12::1]:8080/"),
            ("*", "https://example.org/"),
            ("*", "https://10.1.2.3/"),
            ("a.org,*", "https://[fd12::1]/"),
        ] {
            assert!(is_excepted(list, url), "{list} {url}");
        }
        for (list, url) in [
            ("", "https://example.org/"),
            ("example.org", "https://badexample.org/"),
            ("example.org", "https://example.org.evil.net/"),
            ("example.org:8443", "https://example.org/"),
            ("example.org:444", "https://api.example.org/"),
            ("10.0.0.0/8", "https://11.1.2.3/"),
            ("10.0.0.0/8", "https://example.org/"),
            ("*.example.org", "https://example.com/"),
        ] {
            assert!(!is_excepted(list, url), "{list} {url}");
        }
    }

    #[test]
    fn a_variable_that_names_no_proxy_is_told_without_what_it_holds() {
        for value in ["ftp://p:1", "http://", "http://user:hush@", "p:99999", "http://a b", "://"] {
            let error = proxies(&[("https_proxy", value)]).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with("https_proxy is not the address of a proxy") && !error.contains("hush"), "{value}: {error}");
        }
    }

    #[test]
    fn a_failure_is_the_proxys_where_nothing_came_through_it() {
        let blame = |url: &str, told: &str| {
            let proxies = proxies(&[("HTTPS_PROXY", "http://user:hush@p.lan:3128"), ("http_proxy", "p.lan:80")]).unwrap();
            proxies.blame(&Url::parse(url).unwrap(), told)
        };
        let refused = "client error (Connect): tunnel error: failed to create underlying connection: tcp connect error: Connection refused (os error 111)";
        let of = |told: &str| blame("https://x.org/", told).unwrap_or_default();
        assert_eq!(
            of(refused),
            "the proxy p.lan:3128 of HTTPS_PROXY can't be reached (Connection refused (os error 111)): check HTTPS_PROXY, or name x.org in NO_PROXY"
        );
        assert_eq!(
            of("client error (Connect): tunnel error: unsuccessful"),
            "the proxy p.lan:3128 of HTTPS_PROXY lets nothing through to x.org: check HTTPS_PROXY, ask who runs the proxy, or name x.org in NO_PROXY"
        );
        assert_eq!(
            of("tunnel error: proxy authorization required"),
            "the proxy p.lan:3128 of HTTPS_PROXY wants a user and a password: write them into HTTPS_PROXY before the host, as USER:PASSWORD@p.lan:3128"
        );
        assert_eq!(blame("https://x.org/", "client error (Connect): invalid peer certificate: UnknownIssuer"), None);
        assert_eq!(blame("https://127.0.0.1/", refused), None);
        assert!(blame("http://x.org/", "tcp connect error: Connection refused (os error 111)").is_some_and(|told| told.contains("p.lan:80 of http_proxy")));
    }
}
