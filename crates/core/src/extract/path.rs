//! Reads the paths of each host.

use super::address::Address;
use super::kind::LinkKind;
use super::placeholder;
use crate::RepoName;
use crate::repo::is_name_byte;

/// The target of an address.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PathReading {
    pub(super) kind: LinkKind,
    /// The normalised URL; `None` for a repository, whose URL follows from its name.
    pub(super) target: Option<String>,
    pub(super) repo: Option<RepoName>,
    /// The path after the repository, such as `tree/main/src`.
    pub(super) subpath: Option<String>,
    /// The probable source repository of a page.
    pub(super) source: Option<RepoName>,
}

impl PathReading {
    fn new(kind: LinkKind, target: String) -> Self {
        Self { kind, target: Some(target), repo: None, subpath: None, source: None }
    }

    /// Returns a page of a kind, whatever its path.
    #[expect(clippy::unnecessary_wraps, reason = "every reader of the table answers with an Option")]
    pub(super) fn page(kind: LinkKind, address: &Address<'_>) -> Option<Self> {
        Some(Self::new(kind, address.normalised()))
    }

    fn repo(repo: RepoName, behind: &str) -> Self {
        let subpath = (behind.len() > 1).then(|| behind.trim_matches('/').to_owned()).filter(|subpath| !subpath.is_empty());
        Self { kind: LinkKind::Repo, target: None, repo: Some(repo), subpath, source: None }
    }
}

/// Reads `owner/name`, `owner`, and the pages that are neither.
pub(super) fn github(reserved: &[&str], address: &Address<'_>) -> Option<PathReading> {
    if let Some((owner, name, behind)) = address.first_two()
        && !placeholder::is_owner(owner)
        && !placeholder::is(name)
        && let Some(repo) = RepoName::github(owner, repo_segment(name))
    {
        return Some(PathReading::repo(repo, behind));
    }
    let path = address.segments();
    match path.as_slice() {
        [] => names_nothing(address),
        ["orgs", owner, ..] => Some(PathReading::new(LinkKind::Owner, format!("https://github.com/{owner}"))),
        [first, ..] if is_reserved(reserved, first) => PathReading::page(LinkKind::Website, address),
        [owner] if placeholder::is(owner) => PathReading::page(LinkKind::Placeholder, address),
        [owner] => Some(match RepoName::github(owner_segment(owner), "x") {
            Some(_) => PathReading::new(LinkKind::Owner, format!("https://github.com/{}", owner_segment(owner))),
            None => PathReading::new(LinkKind::Website, address.normalised()),
        }),
        [owner, name, ..] if placeholder::is_owner(owner) || placeholder::is(name) => PathReading::page(LinkKind::Placeholder, address),
        _ => PathReading::page(LinkKind::Website, address),
    }
}

/// Reads `api.github.com/repos/owner/name`.
pub(super) fn github_api(reserved: &[&str], address: &Address<'_>) -> Option<PathReading> {
    match address.path.strip_prefix("/repos") {
        Some(path) => github(reserved, &Address { path, ..address.clone() }),
        None => PathReading::page(LinkKind::Website, address),
    }
}

/// Reads a forge without a path: with a scheme or `www.` it is a placeholder; otherwise it is only the forge's name in a sentence.
fn names_nothing(address: &Address<'_>) -> Option<PathReading> {
    let is_link = address.has_scheme || address.host.starts_with("www.");
    is_link.then(|| PathReading::new(LinkKind::Placeholder, address.normalised()))
}

fn is_reserved(reserved: &[&str], segment: &str) -> bool {
    reserved.iter().any(|word| segment.eq_ignore_ascii_case(word))
}

fn owner_segment(segment: &str) -> &str {
    segment.trim_end_matches(['.', '-'])
}

/// Returns a path segment as a repository's name: up to the first byte that no name contains, without `.git`, the `.wiki` of a repository's pages, and a
/// trailing full stop.
fn repo_segment(segment: &str) -> &str {
    let name = segment[..segment.bytes().take_while(|b| is_name_byte(*b)).count()].trim_end_matches('.');
    let name = name.strip_suffix(".git").unwrap_or(name);
    name.strip_suffix(".wiki").unwrap_or(name)
}

/// Path segments of a repository's pages, on any forge: the repository's own path ends before them.
const PAGES: &[&str] = &[
    "-",
    "tree",
    "blob",
    "src",
    "raw",
    "archive",
    "commit",
    "commits",
    "branch",
    "branches",
    "tags",
    "issues",
    "pulls",
    "wiki",
    "wikis",
    "merge_requests",
    "pipelines",
    "releases",
];

/// Reads paths with nested groups (GitLab): everything before a page of the repository is its path.
pub(super) fn groups(reserved: &[&str], address: &Address<'_>) -> Option<PathReading> {
    let path = address.segments();
    let end = path.iter().skip(2).position(|s| PAGES.contains(s)).map_or(path.len(), |at| at + 2);
    repo_on(reserved, address, &path, end)
}

/// Reads any self-hosted forge: paths as on GitLab, the front page a website.
pub(super) fn forge_of_ones_own(reserved: &[&str], address: &Address<'_>) -> Option<PathReading> {
    if address.segments().is_empty() { PathReading::page(LinkKind::Website, address) } else { groups(reserved, address) }
}

/// Reads `owner/name` and the path after it.
pub(super) fn forge(reserved: &[&str], address: &Address<'_>) -> Option<PathReading> {
    let path = address.segments();
    let end = path.len().min(2);
    repo_on(reserved, address, &path, end)
}

fn repo_on(reserved: &[&str], address: &Address, path: &[&str], end: usize) -> Option<PathReading> {
    let mut named: Vec<&str> = path[..end].to_vec();
    match path.first() {
        None => return names_nothing(address),
        Some(first) if is_reserved(reserved, first) => return PathReading::page(LinkKind::Website, address),
        Some(first) if placeholder::is_owner(first) => return PathReading::page(LinkKind::Placeholder, address),
        Some(_) => {}
    }
    if let Some(last) = named.last_mut() {
        *last = if last.starts_with('~') { last } else { repo_segment(last) };
    }
    match RepoName::on_host(address.bare_host(), &named) {
        Some(repo) => Some(PathReading::repo(repo, &path[end..].join("/"))),
        None if path.len() == 1 => PathReading::page(LinkKind::Owner, address),
        None => PathReading::page(LinkKind::Website, address),
    }
}

/// Reads a self-hosted forge, recognised by the link alone: a first path segment `gitlab`, `git` or `gitea` before a
/// group and a name, GitLab's `/-/`, Gitea's `/src/branch/`, or a name that ends in `.git`. Anything else stays a website.
pub(super) fn self_hosted(address: &Address<'_>) -> Option<PathReading> {
    let path = address.segments();
    let (prefix, rest) = match path.split_first() {
        Some((first, rest)) if ["gitlab", "git", "gitea"].contains(first) => (1, rest),
        _ => (0, path.as_slice()),
    };
    let page = rest.windows(2).position(|pair| matches!(pair, ["-", _] | ["src", "branch" | "commit" | "tag"]));
    let page = page.filter(|at| *at >= 2);
    let is_repo = (prefix == 1 && rest.len() >= 2) || page.is_some() || (rest.len() >= 2 && rest.last().is_some_and(|last| last.ends_with(".git")));
    let end = page.or_else(|| rest.iter().skip(2).position(|s| PAGES.contains(s)).map(|at| at + 2)).unwrap_or(rest.len());
    let mut named = path[..prefix + end].to_vec();
    if let Some(last) = named.last_mut() {
        *last = repo_segment(last);
    }
    let repo = is_repo.then(|| RepoName::on_host(address.bare_host(), &named)).flatten()?;
    Some(PathReading::repo(repo, &path[prefix + end..].join("/")))
}

/// Reads `sourceforge.net/projects/name` and `sourceforge.net/p/name`.
pub(super) fn sourceforge(_: &[&str], address: &Address<'_>) -> Option<PathReading> {
    match address.segments().as_slice() {
        ["projects" | "p", name, rest @ ..] => {
            RepoName::on_host("sourceforge.net", &["projects", repo_segment(name)]).map(|repo| PathReading::repo(repo, &rest.join("/")))
        }
        _ => PathReading::page(LinkKind::Website, address),
    }
}

/// Reads `anonymous.4open.science/r/name`; the path after it is a file in the repository.
pub(super) fn anonymous(_: &[&str], address: &Address<'_>) -> Option<PathReading> {
    match address.segments().as_slice() {
        [] => names_nothing(address),
        [letter @ ("r" | "repository"), name, rest @ ..] => {
            let target = format!("https://anonymous.4open.science/{letter}/{name}");
            Some(PathReading { subpath: (!rest.is_empty()).then(|| rest.join("/")), ..PathReading::new(LinkKind::AnonymousRepo, target) })
        }
        _ => PathReading::page(LinkKind::AnonymousRepo, address),
    }
}

/// Hugging Face's own pages.
pub(super) const HUGGING_FACE_RESERVED: &[&str] =
    &["blog", "chat", "docs", "enterprise", "join", "learn", "login", "metrics", "models", "new", "organizations", "posts", "pricing", "settings", "tasks"];

/// Reads models, datasets, spaces, collections, owners; `papers` are citations.
pub(super) fn hugging_face(reserved: &[&str], address: &Address<'_>) -> Option<PathReading> {
    let path = address.segments();
    let page = |kind, depth: usize| {
        let target = format!("https://huggingface.co/{}", path[..depth.min(path.len())].join("/"));
        let rest = path.get(depth..).unwrap_or_default();
        Some(PathReading { subpath: (!rest.is_empty()).then(|| rest.join("/")), ..PathReading::new(kind, target) })
    };
    match path.as_slice() {
        [] => PathReading::page(LinkKind::Website, address),
        ["papers", ..] => None,
        ["datasets", _, _, ..] => page(LinkKind::Dataset, 3),
        ["datasets", _] => page(LinkKind::Dataset, 2),
        ["spaces", _, _, ..] => page(LinkKind::Space, 3),
        ["collections", ..] => page(LinkKind::Collection, 3),
        ["datasets" | "spaces", ..] => page(LinkKind::Website, path.len()),
        [first, ..] if is_reserved(reserved, first) => page(LinkKind::Website, path.len()),
        [_] => page(LinkKind::Owner, 1),
        [_, "collections", ..] => page(LinkKind::Collection, 3),
        [_, _, ..] => page(LinkKind::Model, 2),
    }
}

/// Reads `modelscope.cn/models/owner/name` and `…/datasets/owner/name`.
pub(super) fn modelscope(_: &[&str], address: &Address<'_>) -> Option<PathReading> {
    match address.segments().first() {
        Some(&"models") => PathReading::page(LinkKind::Model, address),
        Some(&"datasets") => PathReading::page(LinkKind::Dataset, address),
        Some(&"studios") => PathReading::page(LinkKind::Space, address),
        _ => PathReading::page(LinkKind::Website, address),
    }
}

/// Reads `kaggle.com/datasets/…` and `…/code/…`.
pub(super) fn kaggle(_: &[&str], address: &Address<'_>) -> Option<PathReading> {
    match address.segments().first() {
        Some(&"datasets") => PathReading::page(LinkKind::Dataset, address),
        Some(&"code" | &"kernels") => PathReading::page(LinkKind::Notebook, address),
        _ => PathReading::page(LinkKind::Website, address),
    }
}

/// Reads a record of an archive; its front page is a website.
pub(super) fn archive(_: &[&str], address: &Address<'_>) -> Option<PathReading> {
    PathReading::page(if address.segments().is_empty() { LinkKind::Website } else { LinkKind::Archive }, address)
}

/// DOI registrants that are archives: 10.5281 Zenodo, 10.6084 figshare, 10.17605 OSF, 10.7910 Harvard Dataverse, 10.17632 Mendeley
/// Data, 10.5061 Dryad.
pub(crate) const ARCHIVE_REGISTRANTS: &[&str] = &["10.5281", "10.6084", "10.17605", "10.7910", "10.17632", "10.5061"];

/// Reads a DOI: one of an archive is a link to code or data; any other is a citation.
pub(super) fn doi(_: &[&str], address: &Address<'_>) -> Option<PathReading> {
    let path = address.segments();
    let is_record = path.len() > 1 && ARCHIVE_REGISTRANTS.contains(&path[0]);
    is_record.then(|| PathReading::new(LinkKind::Archive, format!("https://doi.org/{}", path.join("/"))))
}

/// Reads `user.github.io/name`: a project page, probably made from the repository `user/name`, or `user/user.github.io`.
pub(super) fn project_page(_: &[&str], address: &Address<'_>) -> Option<PathReading> {
    let host = if address.host.ends_with("github.io") { "github.com" } else { "gitlab.com" };
    let user = address.bare_host().split('.').next()?;
    let name = address.segments().first().copied().unwrap_or(address.bare_host());
    let source = RepoName::on_host(host, &[user, name]);
    Some(PathReading { source, ..PathReading::new(LinkKind::ProjectPage, address.normalised()) })
}
