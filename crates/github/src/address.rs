//! Where an API stands: its paths, and whether a redirect stays there.

use http::Uri;
use std::net::IpAddr;

/// The address of a GitHub API: `https://git.example.org/api/v3` as its origin and the path `/api/v3`.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// Scheme, host and port.
    pub(crate) origin: Uri,
    root: String,
}

impl Address {
    /// Reads an absolute `https` URL, or an `http` one of this machine; `None` for anything else, or with a query or a user in it.
    pub(crate) fn read(base_url: &str) -> Option<Self> {
        let uri: Uri = base_url.trim().parse().ok()?;
        place(&uri)?;
        if uri.query().is_some() || (uri.scheme_str() == Some("http") && !is_this_machine(uri.host()?)) {
            return None;
        }
        let authority = uri.authority()?.as_str();
        let origin = Uri::builder().scheme(uri.scheme_str()?).authority(authority).path_and_query("/");
        Some(Self { origin: origin.build().ok()?, root: uri.path().trim_end_matches('/').to_owned() })
    }

    /// `/graphql`, and `/api/graphql` beside the `/api/v3` of GitHub Enterprise
    /// (<https://docs.github.com/en/enterprise-server/graphql/guides/forming-calls-with-graphql>).
    pub(crate) fn graphql_path(&self) -> String {
        match self.root.strip_suffix("/v3") {
            Some(api) if api.ends_with("/api") => format!("{api}/graphql"),
            _ => format!("{}/graphql", self.root),
        }
    }

    /// A path under the API's root, from the host's root.
    pub(crate) fn rest_path(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }

    /// The path of a `Location`, from the host's root, if it is on the same scheme, host and port.
    pub(crate) fn path_here(&self, location: &str) -> Option<String> {
        if location.starts_with('/') {
            let here = !location.starts_with("//") && location.parse::<Uri>().is_ok();
            return here.then(|| location.to_owned());
        }
        let uri: Uri = location.parse().ok()?;
        let here = place(&uri)? == place(&self.origin)?;
        here.then(|| uri.path_and_query().map(ToString::to_string))?
    }
}

/// True for a loopback address (RFC 1122, RFC 4291) and for the name of one (RFC 6761): what is sent there leaves no machine.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

/// Scheme, host in lower case and port of an absolute URL without a user in it.
fn place(uri: &Uri) -> Option<(&str, String, u16)> {
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let scheme = uri.scheme_str()?;
    let usual = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    Some((scheme, authority.host().to_ascii_lowercase(), authority.port_u16().unwrap_or(usual)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphql_stands_where_each_kind_of_host_has_it() {
        for (base, path) in [
            ("https://api.github.com", "/graphql"),
            ("https://api.github.com/", "/graphql"),
            ("https://git.example.org/api/v3", "/api/graphql"),
            ("https://git.example.org/api/v3/", "/api/graphql"),
            ("http://127.0.0.1:8080", "/graphql"),
            ("http://127.0.0.1:8080/proxy", "/proxy/graphql"),
        ] {
            assert_eq!(Address::read(base).unwrap().graphql_path(), path, "{base}");
        }
    }

    #[test]
    fn only_an_api_address_is_taken() {
        for base in ["", "api.github.com", "ftp://api.github.com", "https://user@host", "https://host/?q=1", "/api/v3", "https://"].into_iter().chain([
            "http://api.github.com",
            "http://git.example.org/api/v3",
            "http://localhost.example.org",
            "http://127.0.0.1.nip.io",
            "http://192.168.1.2",
        ]) {
            assert!(Address::read(base).is_none(), "{base}");
        }
    }

    #[test]
    fn this_machine_needs_no_encryption() {
        for base in ["http://127.0.0.1:8080", "http://127.8.9.1", "http://[::1]:8080/api/v3", "http://localhost", "http://LOCALHOST:1"] {
            assert!(Address::read(base).is_some(), "{base}");
        }
    }

    #[test]
    fn only_the_same_place_is_here() {
        let address = Address::read("https://git.example.org/api/v3").unwrap();
        for location in
            ["https://git.example.org/api/v3/repositories/1?x=y", "https://GIT.example.org:443/api/v3/repositories/1?x=y", "/api/v3/repositories/1?x=y"]
        {
            let path = address.path_here(location);
            assert_eq!(path.as_deref(), Some("/api/v3/repositories/1?x=y"), "{location}");
        }
        for location in [
            "http://git.example.org/x",
            "https://git.example.org:444/x",
            "https://evil.example/x",
            "https://git.example.org@evil.example/x",
            "https://evil.example@git.example.org/x",
            "//evil.example/x",
            "repositories/1",
            "",
            "ftp://git.example.org/x",
        ] {
            assert_eq!(address.path_here(location), None, "{location}");
        }
    }
}
