//! The plan of a run: the pipeline file and the command line, validated. Later code reads no raw flags or TOML.

mod citations;
mod digest;
mod hash;
mod hosts;
mod mail;
mod min_coverage;
mod pipeline_toml;
mod rejects;
mod source;
mod suppress;

pub(crate) use citations::{CountSource, CountsOf, CountsPlan};
pub(crate) use digest::{DigestPlan, Filter, RECIPIENT};
pub(crate) use hosts::{AppPlan, Column, GITHUB, HostOptions, HostPlan, api_url, is_githubs_own};
pub(crate) use mail::{Contact, MailPlan, PASSWORD, Person, Security, check_line};
pub(crate) use min_coverage::{MinCoverage, share_of};
pub(crate) use rejects::MaxRejects;
pub(crate) use source::{Place, SourcePlan};
pub(crate) use suppress::Suppress;

use crate::rank::RankPlan;
use crate::weeks::overview;
use anyhow::{Context, Result, anyhow, bail};
use citations::CitationsSection;
use digest::DigestEntry;
use hosts::GithubSection;
use mail::MailSection;
use serde::Deserialize;
use source::SourceEntry;
use starcite_core::score::ScoreConfig;
use starcite_core::{LinkKind, Week};
use starcite_ground::clock;
use starcite_ground::interrupt::waiting;
use starcite_ground::url::{self, is_url};
use starcite_rows as schema;
use starcite_sources::input::Limits;
use starcite_sources::nearest;
use starcite_sources::remote::Remote;
use starcite_sources::{Addresses, Takes};
use starcite_tables::about::About;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use suppress::SuppressSection;
use tracing::warn;

/// The score file for pipelines that name none.
const DEFAULT_SCORE: &str = include_str!("../../pipelines/score.toml");

/// The folder of all weeks, if neither the command line nor the pipeline names one.
pub(crate) const OUT: &str = "output";

/// Number of days for which a paper is recent, unless the pipeline or the command line sets it.
pub(crate) const WINDOW_DAYS: u64 = 90;

/// A pipeline file, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PipelineFile {
    name: String,
    week: Option<Week>,
    out: Option<PathBuf>,
    offline: Option<bool>,
    min_coverage: Option<MinCoverage>,
    tables: Option<Vec<TableName>>,
    source: Vec<SourceEntry>,
    #[serde(default)]
    input: InputSection,
    #[serde(default)]
    extract: ExtractSection,
    #[serde(default)]
    github: GithubSection,
    citations: Option<CitationsSection>,
    #[serde(default)]
    suppress: SuppressSection,
    #[serde(default)]
    rank: RankSection,
    #[serde(default)]
    dataset: About,
    contact: Option<ContactSection>,
    mail: Option<MailSection>,
    #[serde(default)]
    digest: Vec<DigestEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct InputSection {
    max_record_mib: Option<u16>,
    max_expansion: Option<u64>,
    max_rejects: Option<MaxRejects>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactSection {
    email: Contact,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExtractSection {
    kinds: Option<Vec<LinkKind>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RankSection {
    score: Option<String>,
    window: Option<Age>,
}

/// The name of a table of the schema.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct TableName(String);

impl TryFrom<String> for TableName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let all = || schema::TABLES.iter().map(|table| table.name);
        let unknown = || format!("unknown table {name:?}{}, expected one of {}", nearest(&name, all()), all().collect::<Vec<_>>().join(", "));
        schema::table(&name).map(|table| Self(table.name.to_owned())).ok_or_else(unknown)
    }
}

/// Maximum age: ten years.
const MAX_AGE_SECONDS: u64 = 3_650 * 86_400;

/// A duration such as `6d`, `12h`, `30m`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Age(pub(crate) Duration);

impl Age {
    pub(crate) fn days(self) -> u64 {
        self.0.as_secs() / 86_400
    }
}

impl std::str::FromStr for Age {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Age {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bad = || format!("{text:?} is no age such as 6d, 12h or 30m, at most 3650d");
        let unit = text.chars().next_back().ok_or_else(bad)?;
        let seconds = match unit {
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            _ => return Err(bad()),
        };
        let count: u64 = text[..text.len() - 1].parse().map_err(|_| bad())?;
        let seconds = count.checked_mul(seconds).filter(|age| *age <= MAX_AGE_SECONDS).ok_or_else(bad)?;
        Ok(Self(Duration::from_secs(seconds)))
    }
}

/// The settings of a `starcite run`.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) name: String,
    /// SHA-256 of the contents of pipeline and score file, without secrets.
    pub(crate) pipeline_hash: String,
    /// The folder of the pipeline file: its paths are relative to it.
    pub(crate) base: PathBuf,
    pub(crate) file: PathBuf,
    pub(crate) week: Week,
    /// False if the week is the default, the last one that has ended.
    pub(crate) is_week_named: bool,
    pub(crate) out: PathBuf,
    pub(crate) state: PathBuf,
    pub(crate) offline: bool,
    /// True if the run takes over the folder of a pipeline with another name.
    pub(crate) adopt: bool,
    /// True if the run asks hosts also about a closed week.
    pub(crate) ask_now: bool,
    pub(crate) tables: BTreeSet<&'static str>,
    pub(crate) sources: Vec<SourcePlan>,
    pub(crate) limits: Limits,
    /// Number of records that may be rejected; `None` for none.
    pub(crate) max_rejects: Option<MaxRejects>,
    /// The share of repositories that the week must know; `None` for none.
    pub(crate) min_coverage: Option<MinCoverage>,
    pub(crate) kinds: Option<BTreeSet<LinkKind>>,
    /// The hosts that the run asks about repositories, in this order.
    pub(crate) hosts: Vec<HostPlan>,
    pub(crate) rank: RankPlan,
    /// The service of citation counts, if configured.
    pub(crate) counts: Option<CountsPlan>,
    /// Papers and people that the tables leave out.
    pub(crate) suppress: Suppress,
    pub(crate) dataset: About,
    /// The person whom hosts may write to about the requests.
    pub(crate) contact: Option<Contact>,
    /// The server that takes the digests.
    pub(crate) mail: Option<MailPlan>,
    pub(crate) digests: Vec<DigestPlan>,
    /// The addresses of live sources.
    pub(crate) addresses: Addresses,
    /// Pause between two requests to arXiv.
    pub(crate) source_pause: Duration,
}

/// Values of the command line that override or complete a pipeline file.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) week: Option<Week>,
    pub(crate) ask_now: bool,
    pub(crate) out: Option<PathBuf>,
    pub(crate) state: Option<PathBuf>,
    pub(crate) offline: bool,
    pub(crate) host: HostOptions,
    pub(crate) addresses: Addresses,
    pub(crate) source_pause: Duration,
}

impl Plan {
    /// Reads and checks a pipeline file.
    ///
    /// # Errors
    /// A file that can't be read, an unknown key or value (the error names file, line and allowed values), a source without a
    /// place, a score file that can't be used.
    pub(crate) fn read(path: &Path, overrides: Overrides) -> Result<Self> {
        if let Some(url) = path.to_str().filter(|path| is_url(path)) {
            bail!("{} is not a file: a pipeline is read from the disk; URLs are for its sources", url::name(url));
        }
        let text = pipeline_toml::text(path)?;
        let file: PipelineFile = pipeline_toml::parse(path, &text)?;
        if file.name.trim().is_empty() || file.name.chars().any(char::is_control) {
            bail!("{}: name is empty or has a line break: the folder of its weeks belongs to it", path.display());
        }
        let base = path.parent().unwrap_or(Path::new("")).to_owned();
        let (score_text, score) = read_score(&base, file.rank.score.as_deref())?;
        let mut sources = file.source.into_iter().map(|entry| SourcePlan::of(entry, path)).collect::<Result<Vec<_>>>()?;
        Remote::tell_apart(sources.iter_mut().filter_map(|source| if let Place::Url(remote) = &mut source.place { Some(remote) } else { None }));
        if sources.is_empty() {
            bail!("{}: at least one [[source]] is needed", path.display());
        }
        let mut of_papers = sources.iter().filter(|source| source.kind.has_papers);
        if let (Some(_), Some(_), true) = (of_papers.next(), of_papers.next(), sources.iter().any(|source| source.kind.takes == Takes::Links)) {
            bail!(
                "{}: the source links is the only source of papers in its pipeline, because records without their texts cannot be merged: name all its files in \
                 one path, and give other papers a pipeline of their own",
                path.display()
            );
        }
        let all_tables = || schema::TABLES.iter().map(|t| t.name).collect();
        let tables: BTreeSet<_> = file.tables.map_or_else(all_tables, |names| names.iter().filter_map(|n| schema::table(&n.0)).map(|t| t.name).collect());
        let lacking: Vec<&str> = overview::MADE_OF.iter().map(|table| table.name).filter(|name| !tables.contains(name)).collect();
        if tables.contains(schema::OVERVIEW.name) && !lacking.is_empty() {
            bail!("{}: overview is made of other tables: add {} to tables as well", path.display(), lacking.join(", "));
        }
        let named_week = overrides.week.or(file.week);
        let out = overrides.out.clone().or(file.out).unwrap_or_else(|| PathBuf::from(OUT));
        Ok(Self {
            name: file.name,
            counts: file.citations.filter(|section| tables.contains(section.of.table().name)).map(|section| CountsPlan::of(section, &base, &overrides)),
            pipeline_hash: hash::of(&text, &score_text)?,
            base: base.clone(),
            file: path.to_owned(),
            week: named_week.unwrap_or_else(|| Week::last_ended(clock::now())),
            is_week_named: named_week.is_some(),
            state: overrides.state.unwrap_or_else(|| out.join(starcite_state::FILE)),
            out,
            adopt: false,
            ask_now: overrides.ask_now,
            offline: overrides.offline || file.offline.unwrap_or(false),
            tables,
            sources,
            limits: Limits::of(file.input.max_record_mib, file.input.max_expansion),
            max_rejects: file.input.max_rejects,
            min_coverage: file.min_coverage,
            kinds: file.extract.kinds.map(|kinds| kinds.into_iter().collect()),
            hosts: vec![HostPlan::of_section(file.github, overrides.host)],
            rank: RankPlan { score, window_days: file.rank.window.map_or(WINDOW_DAYS, Age::days) },
            suppress: file.suppress.into(),
            dataset: file.dataset,
            contact: file.contact.map(|contact| contact.email),
            mail: file.mail.map(|mail| mail.plan(&base)).transpose().map_err(|why| anyhow!("{}: {why}", path.display()))?,
            digests: digests(file.digest, &base).map_err(|why| anyhow!("{}: {why}", path.display()))?,
            addresses: overrides.addresses,
            source_pause: overrides.source_pause,
        })
    }
}

impl Plan {
    /// Returns the folder of fetched objects and pages.
    pub(crate) fn cache(&self) -> PathBuf {
        self.out.join("cache")
    }

    /// True if the week's observations have closed: its tables do not get later data.
    pub(crate) fn is_closed(&self) -> bool {
        clock::now() >= self.week.observations_close()
    }

    /// Returns the names of the hosts that the run asks.
    pub(crate) fn asked_hosts(&self) -> Vec<&str> {
        self.hosts.iter().map(|host| host.host.as_str()).collect()
    }

    /// True if the run asks hosts about the week's repositories.
    pub(crate) fn asks(&self) -> bool {
        !self.offline && (self.ask_now || !self.is_closed())
    }
}

/// Returns the plans of digests.
///
/// # Errors
/// When two have one name, since their messages would be one.
fn digests(entries: Vec<DigestEntry>, base: &Path) -> Result<Vec<DigestPlan>, String> {
    let digests: Vec<DigestPlan> = entries.into_iter().map(|entry| entry.plan(base)).collect();
    let mut names = BTreeSet::new();
    match digests.iter().find(|digest| !names.insert(&digest.name)) {
        Some(twice) => Err(format!("two digests have the name {:?}: give each a name of its own", twice.name)),
        None => Ok(digests),
    }
}

/// Reads the score file at a path relative to `base`, or the one built into the program.
pub(crate) fn read_score(base: &Path, name: Option<&str>) -> Result<(String, ScoreConfig)> {
    let (path, text) = match name {
        None => (PathBuf::from("score.toml"), DEFAULT_SCORE.to_owned()),
        Some(name) => {
            let path = base.join(name);
            let text = waiting(|| std::fs::read_to_string(&path)).with_context(|| format!("cannot read the score file {}", path.display()))?;
            (path, text)
        }
    };
    let score: ScoreConfig = pipeline_toml::parse(&path, &text)?;
    score.validate().map_err(|error| anyhow!("{}: {error}", path.display()))?;
    if !score.tells_empty_apart() {
        warn!("{}: \"reachable\" has no point at 2, so that a repository without code counts as one with code", path.display());
    }
    Ok((text, score))
}
