//! The table of hosts: how each is recognised and how its paths are read. A new host is a new row.

use super::address::Address;
use super::kind::LinkKind;
use crate::RepoName;

/// What an address points to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    pub(super) kind: LinkKind,
    /// The normalised URL.
    pub(super) target: String,
    pub(super) repo: Option<RepoName>,
    /// What follows the repository in the path, such as `tree/main/src`.
    pub(super) subpath: Option<String>,
    /// Other repositories that may be meant, likeliest first.
    pub(super) candidates: Vec<String>,
    pub(super) confidence: f64,
    /// How many bytes of the raw link belong to it, where it ends earlier than its boundary said.
    pub(super) used_bytes: Option<usize>,
}

impl Reading {
    fn new(kind: LinkKind, target: String) -> Self {
        Self { kind, target, repo: None, subpath: None, candidates: Vec::new(), confidence: 0.95, used_bytes: None }
    }

    fn page(kind: LinkKind, address: &Address) -> Option<Self> {
        Some(Self::new(kind, address.normalised()))
    }

    fn repo(repo: RepoName, subpath: &[&str]) -> Self {
        let subpath = (!subpath.is_empty()).then(|| subpath.join("/"));
        Self { repo: Some(repo.clone()), subpath, confidence: 0.99, ..Self::new(LinkKind::Repo, repo.url()) }
    }
}

/// How a host is recognised.
enum Is {
    /// Exactly this host, with or without `www.`.
    Host(&'static str),
    /// Any host below this domain.
    Below(&'static str),
}

/// How a path on the host is read: `None` where it is no link of ours (a paper, say).
type Read = fn(&Address) -> Option<Reading>;

const HOSTS: &[(Is, Read)] = &[
    (Is::Host("github.com"), github),
    (Is::Host("gist.github.com"), |a| Reading::page(LinkKind::Gist, a)),
    (Is::Host("raw.githubusercontent.com"), github),
    (Is::Host("codeload.github.com"), github),
    (Is::Host("gist.githubusercontent.com"), |a| Reading::page(LinkKind::Gist, a)),
    (Is::Below("github.io"), pages),
    (Is::Below("gitlab.io"), pages),
    (Is::Host("gitlab.com"), gitlab),
    (Is::Host("bitbucket.org"), forge),
    (Is::Host("codeberg.org"), forge),
    (Is::Host("gitee.com"), forge),
    (Is::Host("git.sr.ht"), forge),
    (Is::Host("sourceforge.net"), sourceforge),
    (Is::Host("huggingface.co"), hugging_face),
    (Is::Host("hf.co"), hugging_face),
    (Is::Host("anonymous.4open.science"), |a| Reading::page(LinkKind::AnonymousRepo, a)),
    (Is::Host("colab.research.google.com"), |a| Reading::page(LinkKind::Notebook, a)),
    (Is::Host("kaggle.com"), kaggle),
    (Is::Host("zenodo.org"), archive),
    (Is::Below("figshare.com"), archive),
    (Is::Host("figshare.com"), archive),
    (Is::Host("osf.io"), archive),
    (Is::Host("archive.softwareheritage.org"), archive),
    (Is::Host("youtube.com"), |a| Reading::page(LinkKind::Video, a)),
    (Is::Host("youtu.be"), |a| Reading::page(LinkKind::Video, a)),
    (Is::Host("vimeo.com"), |a| Reading::page(LinkKind::Video, a)),
    (Is::Host("bilibili.com"), |a| Reading::page(LinkKind::Video, a)),
    (Is::Host("bit.ly"), |a| Reading::page(LinkKind::ShortLink, a)),
    (Is::Host("tinyurl.com"), |a| Reading::page(LinkKind::ShortLink, a)),
    (Is::Host("goo.gl"), |a| Reading::page(LinkKind::ShortLink, a)),
    (Is::Host("t.co"), |a| Reading::page(LinkKind::ShortLink, a)),
    (Is::Host("git.io"), |a| Reading::page(LinkKind::ShortLink, a)),
    (Is::Host("doi.org"), doi),
    (Is::Host("dx.doi.org"), doi),
    (Is::Host("arxiv.org"), |_| None),
    (Is::Host("alphaxiv.org"), |_| None),
];

/// What an address points to; `None` for links to papers, and for words that only look like an address without a scheme.
pub(super) fn read(address: &Address) -> Option<Reading> {
    let host = address.bare_host();
    let row = HOSTS.iter().find(|(is, _)| match is {
        Is::Host(name) => host == *name,
        Is::Below(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
    });
    match row {
        Some((_, read)) => read(address),
        None if self_hosted_gitlab(host, address) => gitlab(address),
        None if address.has_scheme || address.host.starts_with("www.") => Reading::page(LinkKind::Website, address),
        None => None,
    }
}

/// A GitLab of one's own can be told by its name (`gitlab.` or `git.` first) and a path of two segments, or by `/-/`.
fn self_hosted_gitlab(host: &str, address: &Address) -> bool {
    address.segments.len() >= 2 && (host.starts_with("gitlab.") || host.starts_with("git.") || address.segments.iter().any(|s| s == "-"))
}

fn github(address: &Address) -> Option<Reading> {
    let path = address.path();
    match path.as_slice() {
        [] => Some(placeholder(address)),
        [owner] if is_placeholder(owner) => Some(placeholder(address)),
        [owner] => RepoName::github(owner, "x").map(|_| Reading::new(LinkKind::Owner, format!("https://github.com/{owner}"))),
        [owner, name, ..] if is_placeholder(owner) || is_placeholder(name) => Some(placeholder(address)),
        [owner, name, rest @ ..] => match RepoName::github(owner, repo_segment(name)) {
            Some(repo) => Some(Reading::repo(repo, rest)),
            None => Reading::page(LinkKind::Website, address),
        },
    }
}

/// A path segment as a repository's name: up to the first byte that no name contains, without `.git` and a trailing full stop.
fn repo_segment(segment: &str) -> &str {
    let end = segment.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(segment.len());
    let name = segment[..end].trim_end_matches('.');
    name.strip_suffix(".git").unwrap_or(name)
}

fn is_placeholder(segment: &str) -> bool {
    const WORDS: &[&str] =
        &["tbd", "todo", "anonymous", "username", "your-username", "yourname", "your-repo", "link", "url", "placeholder", "anonymized", "owner"];
    let lower = segment.to_ascii_lowercase();
    let all_x = lower.len() >= 2 && lower.bytes().all(|b| b == b'x');
    let all_dots = lower.bytes().all(|b| b == b'.');
    all_x || all_dots || WORDS.contains(&lower.as_str())
}

fn placeholder(address: &Address) -> Reading {
    Reading { confidence: 0.9, ..Reading::new(LinkKind::Placeholder, address.normalised()) }
}

/// `user.github.io/name` is a project page; the repository it is probably made from is a candidate.
fn pages(address: &Address) -> Option<Reading> {
    let user = address.bare_host().split('.').next()?;
    let host = if address.host.ends_with("github.io") { "github.com" } else { "gitlab.com" };
    let name = address.segments.first().map_or_else(|| address.bare_host(), String::as_str);
    let candidates = RepoName::on_host(host, &[user, name]).map(|repo| repo.to_string()).into_iter().collect();
    Some(Reading { candidates, ..Reading::new(LinkKind::ProjectPage, address.normalised()) })
}

/// Groups may nest: everything before `/-/` (or before a page of the repository) is its path.
fn gitlab(address: &Address) -> Option<Reading> {
    const PAGES: &[&str] = &["-", "tree", "blob", "raw", "issues", "wikis", "merge_requests", "releases"];
    let path = address.path();
    let end = path.iter().skip(2).position(|s| PAGES.contains(s)).map_or(path.len(), |at| at + 2);
    repo_on(address, &path, end)
}

fn forge(address: &Address) -> Option<Reading> {
    let path = address.path();
    let end = path.len().min(2);
    repo_on(address, &path, end)
}

fn repo_on(address: &Address, path: &[&str], end: usize) -> Option<Reading> {
    let mut named: Vec<&str> = path[..end].to_vec();
    if let Some(last) = named.last_mut() {
        *last = if last.starts_with('~') { last } else { repo_segment(last) };
    }
    match RepoName::on_host(address.bare_host(), &named) {
        Some(repo) => Some(Reading::repo(repo, &path[end..])),
        None if path.len() == 1 => Reading::page(LinkKind::Owner, address),
        None => Reading::page(LinkKind::Website, address),
    }
}

/// `sourceforge.net/projects/name` and `sourceforge.net/p/name`.
fn sourceforge(address: &Address) -> Option<Reading> {
    match address.path().as_slice() {
        ["projects" | "p", name, rest @ ..] => RepoName::on_host("sourceforge.net", &["projects", repo_segment(name)]).map(|repo| Reading::repo(repo, rest)),
        _ => Reading::page(LinkKind::Website, address),
    }
}

fn hugging_face(address: &Address) -> Option<Reading> {
    let path = address.path();
    let page = |kind, depth: usize| {
        let target = format!("https://huggingface.co/{}", path[..depth.min(path.len())].join("/"));
        Some(Reading::new(kind, target))
    };
    match path.as_slice() {
        ["papers", ..] => None,
        ["datasets", _, _, ..] => page(LinkKind::Dataset, 3),
        ["datasets", _] => page(LinkKind::Dataset, 2),
        ["spaces", _, _, ..] => page(LinkKind::Space, 3),
        ["collections", ..] => page(LinkKind::Collection, 3),
        ["datasets" | "spaces" | "models" | "docs" | "blog" | "join" | "organizations", ..] | [] => page(LinkKind::Website, path.len()),
        [_] => page(LinkKind::Owner, 1),
        [_, "collections", ..] => page(LinkKind::Collection, 3),
        [_, _, ..] => page(LinkKind::Model, 2),
    }
}

fn kaggle(address: &Address) -> Option<Reading> {
    match address.path().first() {
        Some(&"datasets") => Reading::page(LinkKind::Dataset, address),
        Some(&"code" | &"kernels") => Reading::page(LinkKind::Notebook, address),
        _ => Reading::page(LinkKind::Website, address),
    }
}

fn archive(address: &Address) -> Option<Reading> {
    Reading::page(if address.segments.is_empty() { LinkKind::Website } else { LinkKind::Archive }, address)
}

/// A DOI of an archive is a link to code or data; any other is a citation. Registrants: 10.5281 Zenodo, 10.6084 figshare, 10.17605 OSF.
fn doi(address: &Address) -> Option<Reading> {
    const ARCHIVES: &[&str] = &["10.5281", "10.6084", "10.17605"];
    let registrant = address.segments.first()?;
    if ARCHIVES.contains(&registrant.as_str()) { Reading::page(LinkKind::Archive, address) } else { None }
}
