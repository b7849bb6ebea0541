//! The table of hosts: how to recognise each and how to read its paths. A new host is a new row.

use super::address::Address;
use super::kind::LinkKind;
use super::path::{self, PathReading};
use crate::repo::GITHUB_RESERVED;

/// A row of the table.
pub(super) struct Host {
    is: Is,
    /// The number of path segments that name the target: in them damage is repaired, and a character that no name contains ends the link.
    /// 0 if paths are of any kind.
    pub(super) segments: usize,
    /// First path segments that are pages of the host's own.
    reserved: &'static [&'static str],
    read: Read,
}

/// The pattern of a host; a prefix `www.` is ignored.
enum Is {
    /// Exactly this host.
    Host(&'static str),
    /// Any host below this domain.
    Below(&'static str),
    /// The same, each a page of its own, also without a path (`user.github.io`).
    Page(&'static str),
    /// A host with such a label before its domain, alone or followed by a hyphen (`gitlab.inria.fr`, `git-ext.example.org`).
    Label(&'static [&'static str]),
}

/// A reader of a path on the host; `None` if it is not a link to collect (a paper, for example).
type Read = fn(reserved: &[&str], &Address<'_>) -> Option<PathReading>;

const fn row(is: Is, segments: usize, reserved: &'static [&'static str], read: Read) -> Host {
    Host { is, segments, reserved, read }
}

/// Returns the row of a host on which every path is a page of one kind.
const fn pages(host: &'static str, read: Read) -> Host {
    row(Is::Host(host), 0, &[], read)
}

static HOSTS: &[Host] = &[
    // The hosts of nearly all links.
    row(Is::Host("github.com"), 2, GITHUB_RESERVED, path::github),
    row(Is::Page("github.io"), 0, &[], path::project_page),
    // Code hosts.
    row(Is::Host("raw.githubusercontent.com"), 2, &[], path::github),
    row(Is::Host("codeload.github.com"), 2, &[], path::github),
    row(Is::Host("api.github.com"), 3, &[], path::github_api),
    row(Is::Host("github.dev"), 2, GITHUB_RESERVED, path::github),
    row(Is::Host("gitlab.com"), 2, GITLAB_RESERVED, path::groups),
    row(Is::Host("bitbucket.org"), 2, &["account", "dashboard", "product", "repo", "support"], path::forge),
    row(Is::Host("framagit.org"), 2, GITLAB_RESERVED, path::groups),
    row(Is::Host("salsa.debian.org"), 2, GITLAB_RESERVED, path::groups),
    row(Is::Host("gitcode.com"), 2, &["explore"], path::forge),
    row(Is::Host("openi.pcl.ac.cn"), 2, &["explore"], path::forge),
    row(Is::Host("codeberg.org"), 2, &["explore", "user", "api"], path::forge),
    row(Is::Host("gitee.com"), 2, &["explore", "organizations", "enterprises", "login"], path::forge),
    row(Is::Host("git.sr.ht"), 2, &[], path::forge),
    row(Is::Host("hg.sr.ht"), 2, &[], path::forge),
    row(Is::Host("sr.ht"), 2, &[], path::forge),
    row(Is::Host("sourceforge.net"), 2, &[], path::sourceforge),
    row(Is::Below("sourceforge.net"), 0, &[], |_, a| PathReading::page(LinkKind::ProjectPage, a)),
    row(Is::Host("anonymous.4open.science"), 2, &[], path::anonymous),
    // Snippets and notebooks.
    pages("gist.github.com", |_, a| PathReading::page(LinkKind::Gist, a)),
    pages("gist.githubusercontent.com", |_, a| PathReading::page(LinkKind::Gist, a)),
    pages("colab.research.google.com", |_, a| PathReading::page(LinkKind::Notebook, a)),
    pages("nbviewer.org", |_, a| PathReading::page(LinkKind::Notebook, a)),
    pages("nbviewer.jupyter.org", |_, a| PathReading::page(LinkKind::Notebook, a)),
    pages("mybinder.org", |_, a| PathReading::page(LinkKind::Notebook, a)),
    // Models and data.
    row(Is::Host("huggingface.co"), 3, path::HUGGING_FACE_RESERVED, path::hugging_face),
    row(Is::Host("hf.co"), 3, path::HUGGING_FACE_RESERVED, path::hugging_face),
    pages("modelscope.cn", path::modelscope),
    pages("kaggle.com", path::kaggle),
    pages("zenodo.org", path::archive),
    row(Is::Below("zenodo.org"), 0, &[], path::archive),
    pages("figshare.com", path::archive),
    row(Is::Below("figshare.com"), 0, &[], path::archive),
    pages("osf.io", path::archive),
    pages("softwareheritage.org", path::archive),
    pages("archive.softwareheritage.org", path::archive),
    pages("dataverse.harvard.edu", path::archive),
    pages("data.mendeley.com", path::archive),
    pages("datadryad.org", path::archive),
    // Pages of projects.
    row(Is::Page("gitlab.io"), 0, &[], path::project_page),
    row(Is::Page("readthedocs.io"), 0, &[], |_, a| PathReading::page(LinkKind::ProjectPage, a)),
    row(Is::Page("bitbucket.io"), 0, &[], |_, a| PathReading::page(LinkKind::ProjectPage, a)),
    row(Is::Page("pages.dev"), 0, &[], |_, a| PathReading::page(LinkKind::ProjectPage, a)),
    // Videos and short links.
    pages("youtube.com", |_, a| PathReading::page(LinkKind::Video, a)),
    pages("youtu.be", |_, a| PathReading::page(LinkKind::Video, a)),
    pages("vimeo.com", |_, a| PathReading::page(LinkKind::Video, a)),
    pages("bilibili.com", |_, a| PathReading::page(LinkKind::Video, a)),
    pages("b23.tv", |_, a| PathReading::page(LinkKind::Video, a)),
    pages("bit.ly", |_, a| PathReading::page(LinkKind::ShortLink, a)),
    pages("tinyurl.com", |_, a| PathReading::page(LinkKind::ShortLink, a)),
    pages("goo.gl", |_, a| PathReading::page(LinkKind::ShortLink, a)),
    pages("t.co", |_, a| PathReading::page(LinkKind::ShortLink, a)),
    pages("git.io", |_, a| PathReading::page(LinkKind::ShortLink, a)),
    pages("j.mp", |_, a| PathReading::page(LinkKind::ShortLink, a)),
    pages("aka.ms", |_, a| PathReading::page(LinkKind::ShortLink, a)),
    pages("is.gd", |_, a| PathReading::page(LinkKind::ShortLink, a)),
    pages("ow.ly", |_, a| PathReading::page(LinkKind::ShortLink, a)),
    pages("rb.gy", |_, a| PathReading::page(LinkKind::ShortLink, a)),
    // Papers: citations, not links.
    pages("doi.org", path::doi),
    pages("dx.doi.org", path::doi),
    pages("arxiv.org", |_, _| None),
    row(Is::Below("arxiv.org"), 0, &[], |_, _| None),
    pages("alphaxiv.org", |_, _| None),
    row(Is::Label(&["gitlab-pages", "pages"]), 0, &[], |_, a| PathReading::page(LinkKind::ProjectPage, a)),
    // A self-hosted forge, recognised by its name. Rows above take precedence.
    row(Is::Label(&["gitlab", "git", "gitea", "forgejo", "gogs", "gite", "forgemia"]), 2, GITLAB_RESERVED, path::forge_of_ones_own),
];

/// GitLab's own pages (<https://docs.gitlab.com/user/reserved_names/>, those that occur in links).
const GITLAB_RESERVED: &[&str] = &["-", "admin", "api", "dashboard", "explore", "groups", "help", "projects", "public", "search", "snippets", "users"];

/// Returns the row of a host, without regard to a prefix `www.` and to case.
pub(super) fn find(host: &str) -> Option<&'static Host> {
    let has_port = host.ends_with(|c: char| c.is_ascii_digit());
    let host = if has_port { host.split(':').next().unwrap_or(host) } else { host };
    let host = if starts_with_ignoring_case(host.as_bytes(), b"www.") { &host[4..] } else { host };
    HOSTS.iter().find(|row| row.is.host(host))
}

/// Returns a host of each row.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = String> {
    let label = |label: &&str| [format!("{label}.example.org"), format!("{label}-ext.example.org")];
    HOSTS.iter().flat_map(move |row| match row.is {
        Is::Host(name) => vec![name.to_owned()],
        Is::Below(domain) | Is::Page(domain) => vec![format!("x.{domain}")],
        Is::Label(labels) => labels.iter().flat_map(label).collect(),
    })
}

/// Returns the name of the code host at the end of `text`.
pub(super) fn code_host_at_end(text: &str) -> Option<&'static str> {
    let ends = |name: &str| text.len() >= name.len() && text.as_bytes()[text.len() - name.len()..].eq_ignore_ascii_case(name.as_bytes());
    if !text.bytes().any(|b| b == b'.') {
        return None;
    }
    HOSTS.iter().find_map(|row| match row.is {
        Is::Host(name) if row.segments > 0 && ends(name) => Some(name),
        _ => None,
    })
}

/// True if links to sites under this top-level domain often lack a scheme.
pub(super) fn is_common_domain(top: &str) -> bool {
    COMMON_DOMAINS.contains(&top)
}

/// Returns strings of which every bare host contains one: `www.`, and the ends of the domains of pages.
pub(super) fn bare_needles() -> Vec<String> {
    let tops = HOSTS.iter().filter_map(|row| match row.is {
        Is::Page(domain) => domain.rsplit('.').next().map(|top| format!(".{top}")),
        _ => None,
    });
    let mut needles: Vec<String> = std::iter::once("www.".to_owned()).chain(tops).collect();
    needles.sort();
    needles.dedup();
    needles
}

/// True if a host is a link without scheme and path: `www.example.org`, `user.github.io`.
pub(super) fn is_bare_link(host: &str) -> bool {
    starts_with_ignoring_case(host.as_bytes(), b"www.") || find(host).is_some_and(|row| matches!(row.is, Is::Page(_)))
}

fn starts_with_ignoring_case(text: &[u8], start: &[u8]) -> bool {
    text.len() >= start.len() && text[..start.len()].eq_ignore_ascii_case(start)
}

impl Is {
    fn host(&self, host: &str) -> bool {
        match self {
            Self::Host(name) => host == *name || host.eq_ignore_ascii_case(name),
            Self::Below(domain) | Self::Page(domain) => {
                let Some(sub) = host.len().checked_sub(domain.len() + 1).filter(|sub| *sub > 0) else { return false };
                host.as_bytes()[sub] == b'.' && host.as_bytes()[sub + 1..].eq_ignore_ascii_case(domain.as_bytes())
            }
            Self::Label(labels) => {
                let mut parts = host.as_bytes().rsplit(|b| *b == b'.').skip(2);
                parts.any(|part| {
                    let head = part.split(|b| *b == b'-').next().unwrap_or(part);
                    labels.iter().any(|label| part.eq_ignore_ascii_case(label.as_bytes()) || head.eq_ignore_ascii_case(label.as_bytes()))
                })
            }
        }
    }
}

/// Top-level domains of sites whose links often lack a scheme.
const COMMON_DOMAINS: &[&str] = &[
    "ai", "app", "au", "br", "ca", "ch", "cn", "com", "cz", "de", "dev", "edu", "es", "eu", "fi", "fr", "gov", "info", "io", "jp", "kr", "net", "nl", "org",
    "pl", "pt", "ru", "se", "sg", "tw", "uk",
];

/// Returns the target of an address; `None` for links to papers, and for words that only look like an address without a scheme.
/// `row` is the row of its host.
pub(super) fn read(address: &Address<'_>, row: Option<&Host>) -> Option<PathReading> {
    match row {
        Some(row) => (row.read)(row.reserved, address),
        None => path::self_hosted(address).or_else(|| is_website(address).then(|| PathReading::page(LinkKind::Website, address)).flatten()),
    }
}

impl Host {
    /// True if a link to this host can be a repository.
    pub(super) fn has_repositories(&self) -> bool {
        self.segments > 0
    }
}

/// True if an unknown host is a website: it has a scheme or `www.`, or a path and a domain whose links often lack a scheme.
fn is_website(address: &Address<'_>) -> bool {
    let top = address.host.rsplit('.').next().unwrap_or_default();
    address.has_scheme || address.host.starts_with("www.") || (!address.segments().is_empty() && is_common_domain(top))
}
