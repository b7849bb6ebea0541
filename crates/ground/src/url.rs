//! URLs in a form that can be shown to anyone: without certain or possible secrets.

pub use reqwest::Url;

use starcite_core::paper::is_scheme;
use std::net::IpAddr;

/// Replacement of hidden text.
const HIDDEN: &str = "…";

/// The parameters whose values are shown: they specify a part or format of an object, and grant no access. A list of the names of secrets is not possible,
/// because every server has its own (`code`, `jwt`, `st`, `AWSAccessKeyId`, …).
const HARMLESS: [&str; 23] = [
    "date", "day", "dl", "download", "format", "from", "lang", "limit", "month", "offset", "order", "page", "per_page", "raw", "rows", "size", "sort", "start",
    "until", "v", "version", "week", "year",
];

/// Maximum length of keys and values that are shown.
const KEY_CHARS: usize = 32;
const VALUE_CHARS: usize = 16;
/// Minimum length of a randomly generated secret.
const RANDOM_CHARS: usize = 20;

/// True if a text looks like a URL, also in forms that browsers accept: `HTTPS:host`, `http:\\host`, after whitespace, or with line breaks in it.
pub fn is_url(text: &str) -> bool {
    scheme(text).is_some()
}

/// Returns the scheme of a URL, in lower case.
fn scheme(text: &str) -> Option<String> {
    let text: String = text.trim_start_matches(|c| c <= ' ').chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let (scheme, rest) = text.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let is_known = ["http", "https", "s3", "ftp"].contains(&scheme.as_str());
    (scheme.len() > 1 && is_scheme(&scheme) && (is_known || rest.starts_with("//") || rest.starts_with("\\\\"))).then_some(scheme)
}

/// Returns a URL's scheme, host, port and path, and the keys of its query: no user, no password, no fragment, and only harmless values. For a text that
/// is not a valid URL, returns only its scheme.
pub fn name(text: &str) -> String {
    let parsed = Url::parse(text).ok();
    parsed.and_then(|url| shown(&url)).unwrap_or_else(|| scheme(text).map_or_else(|| HIDDEN.to_owned(), |scheme| format!("{scheme}://{HIDDEN}")))
}

/// True if a URL is the address of a service on the web, without any part that must be hidden.
pub fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let is_bare = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        is_bare && matches!(url.scheme(), "http" | "https")
    })
}

/// True if no one on the way can read data sent to a URL: it is encrypted, or stays on this machine (RFC 1122, RFC 4291, RFC 6761).
pub fn is_unheard(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        url.scheme() == "https" || host.parse::<IpAddr>().map_or_else(|_| host == "localhost", |address| address.is_loopback())
    })
}

/// True if a text is a host's name, with a port or without one.
pub fn is_host(text: &str) -> bool {
    let has_only = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    text.chars().all(has_only) && is_address(&format!("https://{text}/"))
}

/// Replaces the URLs in a text with forms that can be shown, for messages of libraries that may repeat their input. A text without secrets stays unchanged.
pub fn told(text: &str) -> String {
    let mut told = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let begin = rest[..at].rfind(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).map_or(0, |before| before + 1);
        // A text in quotes is one URL, including its whitespace.
        let quote = rest[..begin].chars().next_back().filter(|c| "\"'`".contains(*c));
        let end = rest[at..].find(|c: char| quote.map_or(c.is_whitespace() || "\"'`<>".contains(c), |quote| c == quote)).map_or(rest.len(), |end| at + end);
        let end = if quote.is_none() { begin + rest[begin..end].trim_end_matches([',', '.', ':', ')']).len() } else { end }; // punctuation of the sentence
        let url = &rest[begin..end];
        told.push_str(&rest[..begin]);
        let named = name(url);
        let is_one = rest[at.min(end)..end].contains(|c: char| c.is_ascii_alphanumeric());
        told.push_str(if is_one && (named.contains(HIDDEN) || url.contains(['@', '#'])) { &named } else { url });
        rest = &rest[end..];
    }
    told + rest
}

fn shown(url: &Url) -> Option<String> {
    let is_plain = |host: &&str| host.chars().all(|c| c.is_ascii_alphanumeric() || "-._[]:".contains(c)); // for other schemes the host may contain `%40`
    let host = url.host_str().filter(is_plain)?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query: Vec<String> = url.query().unwrap_or_default().split(['&', ';']).filter(|part| !part.is_empty()).map(parameter).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    Some(format!("{}://{host}{port}{}{query}", url.scheme(), path(url.path())))
}

/// Hides secrets in a path: the part before an `@` may be a password with a slash in it.
fn path(path: &str) -> String {
    let (hidden, rest) = path.rfind('@').map_or(("", path), |at| ("/…", &path[at..]));
    let mut is_next_secret = false;
    let rest = rest.replace("%E2%80%A6", HIDDEN);
    let segments = rest.split('/').map(|one| {
        let is_secret_here = std::mem::replace(&mut is_next_secret, is_secret(one)); // `/token/abc`
        if is_secret_here && !one.is_empty() { HIDDEN.to_owned() } else { segment(one) }
    });
    hidden.to_owned() + &segments.collect::<Vec<_>>().join("/")
}

/// Returns a part of a path, with its parameters: `a;jsessionid=abc`, `key=abc`.
fn segment(segment: &str) -> String {
    let plain = ["%3B", "%3b"].iter().fold(segment.to_owned(), |segment, code| segment.replace(code, ";"));
    let plain = ["%3D", "%3d"].iter().fold(plain, |segment, code| segment.replace(code, "="));
    let mut parts = plain.split(';');
    let first = parts.next().map(|first| match first {
        first if first.contains('=') => parameter(first),
        first if is_random(first) => HIDDEN.to_owned(),
        first => first.to_owned(),
    });
    first.into_iter().chain(parts.map(parameter)).collect::<Vec<_>>().join(";")
}

/// Returns a key with its value. A key without a value is hidden, because it may be the secret.
fn parameter(parameter: &str) -> String {
    let is_word = |text: &str, most: usize| text.len() <= most && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._[]".contains(c)) && !is_random(text);
    match parameter.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() && is_word(key, KEY_CHARS) => {
            let is_harmless = HARMLESS.contains(&key.to_ascii_lowercase().as_str()) && is_word(value, VALUE_CHARS);
            format!("{key}={}", if is_harmless { value } else { HIDDEN })
        }
        _ => HIDDEN.to_owned(),
    }
}

/// True if a text looks random: upper case, lower case and digits alternate. Hashes of commits are not secrets, and have
/// no upper case.
fn is_random(text: &str) -> bool {
    let kind = |c: char| (c.is_ascii_uppercase(), c.is_ascii_digit());
    let kinds: Vec<_> = text.chars().filter(char::is_ascii_alphanumeric).map(kind).collect();
    let turns = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let has_all = [(true, false), (false, true), (false, false)].iter().all(|kind| kinds.contains(kind));
    kinds.len() >= RANDOM_CHARS && has_all && 3 * turns >= kinds.len()
}

/// True if a parameter of a query is a secret, judged by its name.
pub fn is_secret(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
    let secrets = ["signature", "token", "secret", "password", "credential", "api_key", "apikey", "x-amz-", "x-goog-"];
    ["sig", "key", "auth"].contains(&name.as_str()) || secrets.iter().any(|secret| name.contains(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_unheard_where_it_is_encrypted_or_stays_here() {
        for url in ["https://a.org", "http://127.0.0.1:80/x", "http://127.9.9.9", "http://[::1]:8080", "http://LOCALHOST", "http://0x7f.1"] {
            assert!(is_unheard(url), "{url}");
        }
        for url in ["http://a.org", "http://localhost.a.org", "http://127.0.0.1.a.org", "http://192.168.1.2", "http://127.0.0.1@a.org", "nothing"] {
            assert!(!is_unheard(url), "{url}");
        }
    }

    #[test]
    fn a_name_says_which_object_it_is() {
        for url in [
            "https://h.org/a.jsonl",
            "https://h.org/a.jsonl?version=2",
            "http://127.0.0.1:8080/a/b.jsonl.gz?page=2&format=jsonl",
            "http://[::1]:8080/a",
            "s3://bucket/a/b.jsonl.gz",
            "https://huggingface.co/datasets/o/n/resolve/0123456789abcdef0123456789abcdef01234567/ArxivSnapshotOfNovember2026.jsonl.gz",
            "https://h.org/week=2026-W47/papers.parquet",
        ] {
            assert_eq!(name(url), url);
        }
        for (url, shown) in [
            ("HTTPS://H.org:443/a.jsonl", "https://h.org/a.jsonl"),
            ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
            ("https://me:word@h.org/a.jsonl", "https://h.org/a.jsonl"),
            ("https://h.org/a?X-Amz-Date=1&X-Amz-Signature=abc", "https://h.org/a?X-Amz-Date=…&X-Amz-Signature=…"),
            ("https://h.org/a?page=2&code=abc#top", "https://h.org/a?page=2&code=…"),
            ("https://h.org/a;v=2;token=x/b", "https://h.org/a;v=2;token=…/b"),
            ("https://cdn.example/npm/pkg@1.2/a.json", "https://cdn.example/…@1.2/a.json"),
        ] {
            assert_eq!(name(url), shown);
        }
    }

    /// Forms of a URL, each with a secret in another place.
    const FORMS: [&str; 46] = [
        "https://SECRET@h/a",
        "https://SECRET:@h/a",
        "https://:SECRET@h/a",
        "https://me:SECRET@h/a",
        "https:me:SECRET@h/a",
        "https:/me:SECRET@h/a",
        "https:///me:SECRET@h/a",
        "https:\\\\me:SECRET@h\\a",
        "https://me:p@SECRET@h/a",
        "https://me:SECRET@h@h/a",
        "https://me:pa/SECRET@h/a",
        "https://me:12/SECRET@h/a",
        "https://me/SECRET@h/a",
        "https://me:pa?SECRET@h/a",
        "https://me:12?SECRET@h/a",
        "https://me:12#SECRET@h/a",
        "https://me:SECRET@[::1]:80/a",
        "https://me:SECRET@[::1/a",
        "https://me:SECRET@h:port/a",
        "https://me%3ASECRET%40h/a",
        "https://me:SECRET@/a",
        "ht\ttps://me:SEC\nRET@h/a",
        " \u{1}https://me:SECRET@h/a",
        "https://h/a?SECRET",
        "https://h/a?SECRET=",
        "https://h/a?=SECRET",
        "https://h/a??SECRET=1?SECRET",
        "https://h/a?page=SECRETSECRETSECRET",
        "https://h/a?page=1?t=SECRET",
        "https://h/a?%70age=SECRET",
        "https://h/a?x=1;y=SECRET",
        "https://h/a?page=1&amp;y=SECRET",
        "https://h/a?page%3DSECRET",
        "https://h/a?u=https://me:SECRET@h/",
        "https://h/a#SECRET?page=1",
        "https://h/a;SECRET/b",
        "https://h/a%3btoken%3dSECRET/b",
        "https://h/Access_Token/SECRET/b",
        "ftp://me:SECRET@h/a",
        "gs://me:SECRET@b/a",
        "gs:me:SECRET@b/a",
        "s3://me:SECRET@b/a",
        "s3://me:pa/SECRET@b/a",
        "s3://me%3aSECRET%40b/a",
        "data:SECRET",
        "me:SECRET@h",
    ];

    #[test]
    fn a_name_holds_no_secret_however_the_url_is_written() {
        for form in FORMS {
            let shown = name(form);
            assert!(!shown.replace(['\t', '\n'], "").to_lowercase().contains("secret"), "{form:?} is shown as {shown:?}");
            let said = told(&format!("cannot read \"{form}\": no"));
            assert!(!form.contains("https://") || !said.to_lowercase().contains("secret"), "{form:?} is told as {said:?}");
        }
        for token in [
            "T0/B0/aX3bY9cZ2dW7eVfU5gT4hS6",
            "bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/x",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3j",
        ] {
            assert!(!name(&format!("https://h/{token}")).contains(&token[token.len() - 8..token.len() - 2]), "{token}");
        }
    }

    #[test]
    fn a_name_is_its_own_name() {
        for form in FORMS {
            assert_eq!(name(&name(form)), name(form), "{form:?}");
        }
    }

    #[test]
    fn urls_are_told_from_paths() {
        for url in ["https://h/a", "S3://b/a", "ht\ntps://h", "http:h", "HTTP:\\\\h", " gs://b"] {
            assert!(is_url(url), "{url:?}");
        }
        for path in ["a.jsonl", "a/b:c", "C:\\a", "C://a", "-", "./https/a", "a b://c", "2026-11-23T12:00"] {
            assert!(!is_url(path), "{path:?}");
        }
    }

    #[test]
    fn words_around_a_url_and_one_without_a_secret_stay() {
        for text in ["a url begins with https://, http:// or s3://", "write https://api.github.com or https://HOST/api/v3", "no URL: a@b?c#d"] {
            assert_eq!(told(text), text);
        }
        assert_eq!(told("no `https://a:b c@h/x`: see <ftp://h/x?y=z>."), "no `https://h/x`: see <ftp://h/x?y=…>.");
    }

    #[test]
    fn an_address_has_nothing_to_hide() {
        assert!(["https://api.github.com", "http://127.0.0.1:80/api/v3/"].into_iter().all(is_address));
        assert!(!["https://a@h", "https://:b@h", "https://h?a", "https://h#a", "ftp://h", "h", ""].into_iter().any(is_address));
        assert!(["github.com", "git.example.org:8443", "127.0.0.1"].into_iter().all(is_host));
        assert!(!["a@h", "a:b@h", "h/a", "h?a", "h#a", "", "a b", "h\\a"].into_iter().any(is_host));
    }

    #[test]
    fn a_secret_parameter_is_known_by_its_name() {
        assert!(["token", "access_token=a", "X-Amz-Signature=a", "sig=a", "apikey=a", "KEY"].into_iter().all(is_secret));
        assert!(!["page=1", "keyword=token", "version=2", "author=a"].into_iter().any(is_secret));
    }
}
