//! `[[source]]`: a source of a run.

use anyhow::{Context, Result, bail};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use starcite_ground::url::is_url;
use starcite_sources::remote::Remote;
use starcite_sources::{Columns, Live, OptionSpec, Options, SourceKind};
use std::fmt;
use std::path::Path;

/// The section, as written.
#[derive(Debug)]
pub(super) struct SourceEntry {
    kind: SourceKind,
    path: Option<String>,
    url: Option<String>,
    columns: Option<Columns>,
    /// Options of live sources.
    options: Options,
}

/// One source of a run.
#[derive(Debug, Clone)]
pub(crate) struct SourcePlan {
    pub(crate) kind: SourceKind,
    pub(crate) place: Place,
    /// Columns of a table; empty if they have the fields' names.
    pub(crate) columns: Columns,
}

/// Location of a source's data.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// A file, glob, folder or `-`, relative to the pipeline's folder.
    Path(String),
    /// An object at a URL: fetched, and stored in the cache.
    Url(Remote),
    /// The service of the kind: the papers of the run's week, or those that the options choose.
    Live(&'static Live, Options),
}

impl SourcePlan {
    /// Checks a section.
    ///
    /// # Errors
    /// When it has no place or two, or an option of other sources; the error names the file.
    pub(super) fn of(entry: SourceEntry, file: &Path) -> Result<Self> {
        let (kind, in_file) = (entry.kind, || file.display().to_string());
        let name = kind.as_str();
        let live = kind.live.filter(|_| entry.path.is_none() && entry.url.is_none());
        let allowed = live.map(|live| live.keys).unwrap_or_default();
        if let Some(other) = entry.options.names().find(|given| !allowed.iter().any(|option| option.name == *given)) {
            let sources = SourceKind::names(|kind| kind.has_option(|live| live.keys, other));
            bail!("{}: {other} is for the source {sources} without a path or a url", in_file());
        }
        if let Some((one, other)) = entry.options.excluding(allowed) {
            bail!("{}: {one} and {other} are two queries: give one", in_file());
        }
        if !kind.takes.has_columns() && entry.columns.is_some() {
            bail!("{}: columns is for the source {}", in_file(), SourceKind::names(|kind| kind.takes.has_columns()));
        }
        let remote = |url: &str| Remote::parse(url).map(Place::Url).with_context(|| format!("{}: source {name}", in_file()));
        let place = match (entry.path, entry.url, live) {
            (Some(url), None, _) if is_url(&url) => remote(&url)?,
            (Some(path), None, _) => Place::Path(path),
            (None, Some(url), _) => remote(&url)?,
            (None, None, Some(live)) => Place::Live(live, entry.options),
            (None, None, None) => bail!("{}: the source {name} needs a path or a url", in_file()),
            (Some(_), Some(_), _) => bail!("{}: the source {name} has a path and a url: give one", in_file()),
        };
        Ok(Self { kind, place, columns: entry.columns.unwrap_or_default() })
    }
}

/// A key of the section.
enum Key {
    Kind,
    Path,
    Url,
    Columns,
    Option(&'static OptionSpec),
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let options = SourceKind::options(|live| live.keys);
        Ok(match name.as_str() {
            "kind" => Self::Kind,
            "path" => Self::Path,
            "url" => Self::Url,
            "columns" => Self::Columns,
            _ => Self::Option(options.iter().find(|option| option.name == name).ok_or_else(|| {
                let names: Vec<String> = options.iter().map(|option| format!("`{}`", option.name)).collect();
                D::Error::custom(format!("unknown field `{name}`, expected one of `kind`, `path`, `url`, `columns`, {}", names.join(", ")))
            })?),
        })
    }
}

impl<'de> Deserialize<'de> for SourceEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Section)
    }
}

/// Reads the section by its keys, because only the rows of the sources name the options.
struct Section;

impl<'de> Visitor<'de> for Section {
    type Value = SourceEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a source, with its kind")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<SourceEntry, M::Error> {
        let (mut kind, mut path, mut url, mut columns, mut options) = (None, None, None, None, Vec::new());
        while let Some(key) = map.next_key()? {
            match key {
                Key::Kind => kind = Some(map.next_value()?),
                Key::Path => path = Some(map.next_value()?),
                Key::Url => url = Some(map.next_value()?),
                Key::Columns => columns = Some(map.next_value()?),
                Key::Option(option) => options.push((option.name, map.next_value_seed(option)?)),
            }
        }
        Ok(SourceEntry { kind: kind.ok_or_else(|| Error::missing_field("kind"))?, path, url, columns, options: options.into_iter().collect() })
    }
}
