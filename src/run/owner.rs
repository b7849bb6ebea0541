//! Ownership of a folder by one pipeline: a run of another pipeline, or with a state that did not make the folder's weeks, is refused.

use crate::cli::plan::{Place, Plan, SourcePlan};
use crate::weeks;
use anyhow::{Result, bail, ensure};
use starcite_ground::url;
use starcite_state::{self, Owner, State};
use starcite_tables::manifest::Header;
use std::collections::BTreeSet;
use std::fs::canonicalize;
use std::path::{Path, absolute};

/// This pipeline's claim to the folder and the state, which is stored before anything is read.
pub(crate) struct Claim {
    owner: Owner,
    /// Notes for the user.
    pub(crate) notes: Vec<String>,
}

impl Claim {
    /// Stores the claim in the state.
    pub(super) fn keep(&self, state: &State) -> Result<()> {
        state.set_owner(&self.owner)
    }
}

/// True if the state is the folder's own, however the two paths are written.
fn is_in_folder(plan: &Plan) -> bool {
    let real = |path: &Path| canonicalize(path).or_else(|_| absolute(path));
    let folder = plan.state.parent().and_then(|folder| real(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }).ok());
    plan.state.file_name().is_some_and(|name| name == starcite_state::FILE) && folder.is_some() && folder == real(&plan.out).ok()
}

/// Opens the state for its pipeline; does not create an empty state in place of a lost one.
///
/// # Errors
/// As [`claim`], and when the state can't be opened.
pub(super) fn open(plan: &Plan) -> Result<(State, Claim)> {
    if !plan.state.exists() {
        let weeks = weeks::headers(&plan.out)?;
        refuse(plan, None, &weeks)?;
        ensure!(weeks.is_empty(), lost(plan, &weeks.iter().collect::<Vec<_>>()));
    }
    let state = State::open(&plan.state)?;
    let claim = claim(plan, &state)?;
    Ok((state, claim))
}

/// Compares the pipeline with the one that the state and the weeks in the folder belong to.
///
/// # Errors
/// When they belong to another pipeline and are not to be adopted, or when the folder has weeks that the state did not make.
pub(crate) fn claim(plan: &Plan, state: &State) -> Result<Claim> {
    let weeks = weeks::headers(&plan.out)?;
    let known = state.owner()?;
    refuse(plan, known.as_ref(), &weeks)?;
    let others = others(plan, known.as_ref(), &weeks);
    let unknown = unknown(state, &weeks)?;
    ensure!(unknown.is_empty(), lost(plan, &unknown));
    let mut owner = Owner { names: known.as_ref().map(|owner| owner.names.clone()).unwrap_or_default(), sources: sources(plan) };
    owner.names.extend(others.iter().map(|name| (*name).to_owned()));
    owner.names.retain(|name| *name != plan.name);
    owner.names.push(plan.name.clone());
    let mut notes = Vec::new();
    let (out, name) = (plan.out.display(), &plan.name);
    if !others.is_empty() {
        notes.push(format!("{out} belonged to {}, and belongs to {name:?} now", list(&others)));
    } else if known.is_none() && !weeks.is_empty() {
        notes.push(format!("{out} was made before folders belonged to a pipeline: it belongs to {name:?} now"));
    }
    notes.extend(known.and_then(|known| other_sources(plan, &known, &owner)));
    Ok(Claim { owner, notes })
}

/// Compares the pipeline with that of the weeks in the folder, and with that of the state if it can be read.
///
/// # Errors
/// When they belong to another pipeline and are not to be adopted.
pub(crate) fn check_owner(plan: &Plan) -> Result<()> {
    refuse(plan, None, &weeks::headers(&plan.out)?)?;
    if is_in_folder(plan) {
        return Ok(()); // whoever owns it, it is kept next to the new one
    }
    let known = State::open_read_only(&plan.state).ok().and_then(|db| starcite_state::owner(&db).ok().flatten());
    refuse(plan, known.as_ref(), &[])
}

/// Returns pipelines of other names to which the state or a week belongs.
fn others<'a>(plan: &Plan, known: Option<&'a Owner>, weeks: &'a [Header]) -> BTreeSet<&'a str> {
    let former: &[String] = known.map_or(&[], |owner| &owner.names);
    let of_state = former.last().map(String::as_str);
    let of_weeks = weeks.iter().map(|week| week.pipeline.as_str()).filter(|name| !name.is_empty() && !former.iter().any(|known| known == name));
    of_state.into_iter().chain(of_weeks).filter(|name| *name != plan.name).collect()
}

/// Returns weeks in the folder whose run the state does not know, oldest first.
fn unknown<'a>(state: &State, weeks: &'a [Header]) -> Result<Vec<&'a Header>> {
    let mut unknown = Vec::new();
    for week in weeks {
        if !state.made(week.week, &week.run_id)? {
            unknown.push(week);
        }
    }
    Ok(unknown)
}

/// Refuses a folder or a state that belongs to another pipeline.
///
/// # Errors
/// When the state or a week is of another pipeline and not to be adopted, or a week is of a newer program.
fn refuse(plan: &Plan, known: Option<&Owner>, weeks: &[Header]) -> Result<()> {
    let (out, state, name) = (plan.out.display(), plan.state.display(), &plan.name);
    if let Some(newer) = weeks.iter().find(|week| week.is_newer()) {
        bail!("{out} holds {} of a newer starcite: use that, or name another folder with --out", newer.week);
    }
    let others = others(plan, known, weeks);
    if others.is_empty() || plan.adopt {
        return Ok(());
    }
    let (others, adopt) = (list(&others), "if it is the same pipeline under a new name, add --adopt");
    match known.and_then(|owner| owner.names.last()) {
        Some(owner) if owner == name => {
            let strays: Vec<String> = weeks.iter().filter(|week| week.pipeline != *name).map(|week| week.week.to_string()).collect();
            bail!("{out} belongs to {name:?}, and {} in it to the pipeline {others}: move that out of the folder; {adopt}", strays.join(", "))
        }
        Some(_) if !is_in_folder(plan) => bail!("the state {state} belongs to the pipeline {others}, not to {name:?}: name another one with --state; {adopt}"),
        _ => bail!("{out} belongs to the pipeline {others}, not to {name:?}: name another folder with --out; {adopt}"),
    }
}

fn lost(plan: &Plan, weeks: &[&Header]) -> String {
    let (out, state) = (plan.out.display(), plan.state.display());
    let which = match weeks {
        [.., newest] if weeks.len() > 1 => format!("{} weeks, the newest {},", weeks.len(), newest.week),
        weeks => weeks.iter().map(|week| format!("the week {}", week.week)).collect(),
    };
    format!(
        "{out} holds {which} of which the state {state} does not know: it was lost, is an older copy, or another folder's. Put the right one back or name it \
        with --state, rebuild it from the finished weeks with --rebuild-state, or name another folder with --out"
    )
}

/// Returns a warning if the pipeline reads none of the sources that it read before.
fn other_sources(plan: &Plan, before: &Owner, now: &Owner) -> Option<String> {
    // Versions of the program show different parts of a query.
    let address = |source: &str| source.split('?').next().unwrap_or_default().to_owned();
    let in_common = now.sources.iter().any(|source| before.sources.iter().any(|known| address(known) == address(source)));
    let (name, out) = (&plan.name, plan.out.display());
    (!in_common && !before.sources.is_empty()).then(|| {
        format!(
            "{name:?} reads {} now, and read {} before: if this is another pipeline, give it a name and a folder (--out) of its own; {out} would mix both",
            told(&now.sources),
            told(&before.sources)
        )
    })
}

/// Returns sources in a form that can be shown, because a former version stored more of their URLs in the state.
fn told(sources: &[String]) -> String {
    let shown = |source: &String| match source.split_once(' ') {
        Some((kind, place)) if url::is_url(place) => format!("{kind} {}", url::name(place)),
        _ => url::told(source),
    };
    sources.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn list(names: &BTreeSet<&str>) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

/// Returns the sources, described by the parts that do not change from week to week.
fn sources(plan: &Plan) -> Vec<String> {
    plan.sources.iter().map(|source| format!("{}{}", source.kind.as_str(), place(source, plan))).collect()
}

fn place(source: &SourcePlan, plan: &Plan) -> String {
    match &source.place {
        Place::Path(path) if path == "-" => " -".to_owned(),
        Place::Path(path) => {
            let path = plan.base.join(path);
            format!(" {}", absolute(&path).unwrap_or(path).display())
        }
        Place::Url(remote) => format!(" {}", remote.name()),
        Place::Live(live, options) => {
            let chosen = live.keys.iter().filter(|option| option.chooses).filter_map(|option| options.all(option));
            chosen.map(|values| format!(" {}", values.join(","))).collect()
        }
    }
}
