//! The address of an API: its paths, and the check whether a redirect stays on it.

use http::Uri;
use std::net::IpAddr;

/// The address of a GitHub API: `https://git.example.org/api/v3` as its origin and the path `/api/v3`.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// Scheme, host and port.
    pub(crate) origin: Uri,
    root: String,
    /// The API's own address, if this one is a proxy's.
    known_as: Option<Uri>,
}

impl Address {
    /// Reads an absolute `https` URL, or an `http` one of this machine; `None` for any other text, or with a query or a user. `known_as` is the API's own URL.
    pub(crate) fn read(base_url: &str, known_as: &str) -> Option<Self> {
        let uri: Uri = base_url.trim().parse().ok()?;
        place(&uri)?;
        if uri.query().is_some() || (uri.scheme_str() == Some("http") && !is_this_machine(uri.host()?)) {
            return None;
        }
        let authority = uri.authority()?.as_str();
        let origin = Uri::builder().scheme(uri.scheme_str()?).authority(authority).path_and_query("/");
        Some(Self { origin: origin.build().ok()?, root: uri.path().trim_end_matches('/').to_owned(), known_as: known_as.parse().ok() })
    }

    /// Returns `/graphql`, or `/api/graphql` next to the `/api/v3` of GitHub Enterprise
    /// (<https://docs.github.com/en/enterprise-server/graphql/guides/forming-calls-with-graphql>).
    pub(crate) fn graphql_path(&self) -> String {
        match self.root.strip_suffix("/v3") {
            Some(api) if api.ends_with("/api") => format!("{api}/graphql"),
            _ => format!("{}/graphql", self.root),
        }
    }

    /// Returns a path under the API's root, from the host's root.
    pub(crate) fn rest_path(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }

    /// Returns the path of a `Location`, from the host's root, if it is on the same scheme, host and port. A proxy passes on the API's headers, which do not
    /// contain the proxy's address: a URL under the API's own address becomes a path under this one.
    pub(crate) fn path_here(&self, location: &str) -> Option<String> {
        if location.starts_with('/') {
            let here = !location.starts_with("//") && location.parse::<Uri>().is_ok();
            return here.then(|| location.to_owned());
        }
        let uri: Uri = location.parse().ok()?;
        let path = uri.path_and_query()?.as_str();
        if place(&uri)? == place(&self.origin)? {
            return Some(path.to_owned());
        }
        let known_as = self.known_as.as_ref().filter(|known_as| place(known_as) == place(&uri))?;
        let under_root = path.strip_prefix(known_as.path().trim_end_matches('/')).filter(|path| path.starts_with('/'))?;
        Some(self.rest_path(under_root))
    }
}

/// True for a loopback address (RFC 1122, RFC 4291) and for the name of one (RFC 6761): requests to it do not leave the machine.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

/// Returns scheme, host in lower case and port of an absolute URL without a user.
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

    fn read(base_url: &str) -> Option<Address> {
        Address::read(base_url, "https://api.github.com")
    }

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
            assert_eq!(read(base).unwrap().graphql_path(), path, "{base}");
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
            assert!(read(base).is_none(), "{base}");
        }
    }

    #[test]
    fn this_machine_needs_no_encryption() {
        for base in ["http://127.0.0.1:8080", "http://127.8.9.1", "http://[::1]:8080/api/v3", "http://localhost", "http://LOCALHOST:1"] {
            assert!(read(base).is_some(), "{base}");
        }
    }

    #[test]
    fn only_the_same_place_is_here() {
        let address = read("https://git.example.org/api/v3").unwrap();
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

    #[test]
    fn what_the_api_calls_its_own_is_asked_for_at_the_proxy() {
        for (base, known_as, location, path) in [
            ("http://127.0.0.1:8080", "https://api.github.com", "https://api.github.com/repositories/1", "/repositories/1"),
            (
                "https://mirror.example.org/gh/",
                "https://api.github.com",
                "https://api.github.com/repositories/1/stargazers/history?page=2",
                "/gh/repositories/1/stargazers/history?page=2",
            ),
            ("http://127.0.0.1:1/api/v3", "https://git.example.org/api/v3", "https://git.example.org/api/v3/repositories/1", "/api/v3/repositories/1"),
            ("http://127.0.0.1:1", "https://git.example.org/api/v3", "https://git.example.org/api/v3/repositories/1", "/repositories/1"),
        ] {
            assert_eq!(Address::read(base, known_as).unwrap().path_here(location).as_deref(), Some(path), "{base} {location}");
        }
        let proxy = Address::read("http://127.0.0.1:8080", "https://git.example.org/api/v3").unwrap();
        for elsewhere in [
            "https://api.github.com/repositories/1",
            "http://git.example.org/api/v3/repositories/1",
            "https://git.example.org:444/api/v3/repositories/1",
            "https://git.example.org/login",
            "https://git.example.org/api/v3x/repositories/1",
            "https://git.example.org.evil.example/api/v3/repositories/1",
            "https://git.example.org@evil.example/api/v3/repositories/1",
        ] {
            assert_eq!(proxy.path_here(elsewhere), None, "{elsewhere}");
        }
    }
}
