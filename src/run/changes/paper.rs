//! Changes of a paper's links.

use super::{Before, Change, PaperChange};
use anyhow::Result;
use starcite_core::{ChangeKind, LinkKind, RepoState, Role};
use starcite_state::{Namings, PaperVersions, RepoRow, WeekLink, WeekPaper};

impl Before {
    /// Returns the changes of a paper; `links` are those of its newest version, with their repositories.
    pub(crate) fn of_paper(
        &self,
        versions: &PaperVersions,
        paper: &WeekPaper,
        links: &[(&WeekLink, Option<&RepoRow>)],
        namings: &Namings,
    ) -> Result<Vec<PaperChange>> {
        let mut changes: Vec<PaperChange> = self.code_appeared(versions, paper, links)?.into_iter().collect();
        for (link, repo) in links {
            let Some(repo) = repo else { continue };
            let flip = if link.link.kind == LinkKind::Archive { None } else { self.flip(repo) }; // an archive outlives its repository
            let told = [flip, self.named(repo, &paper.paper_id, namings)];
            changes.extend(told.into_iter().flatten().map(|(kind, before, after)| PaperChange {
                change: Change {
                    kind,
                    paper_id: Some(paper.paper_id.clone()),
                    repo: Some(repo.name.to_string()),
                    repo_id: repo.repo_id,
                    before: before.to_owned(),
                    after: after.to_owned(),
                },
                unless_new: false,
            }));
        }
        Ok(changes)
    }

    /// Returns a change if a paper that was known without code of its own now has some.
    fn code_appeared(&self, versions: &PaperVersions, paper: &WeekPaper, links: &[(&WeekLink, Option<&RepoRow>)]) -> Result<Option<PaperChange>> {
        let code = links.iter().filter(|(link, _)| is_code(link)).find_map(|(link, repo)| Some((link, repo, link.link.target.clone()?)));
        let Some((link, repo, target)) = code else { return Ok(None) };
        if !versions.changed_after(self.week) {
            return Ok(None);
        }
        let was = versions.as_of(self.week)?;
        let had = was.iter().flat_map(|paper| &paper.links).filter(|link| link.last_week.is_none());
        let (mut had_code, mut was_promised) = (false, false);
        had.for_each(|link| {
            had_code |= is_code(link);
            was_promised |= link.link.kind == LinkKind::Promise;
        });
        let change = Change {
            kind: ChangeKind::CodeAppeared,
            paper_id: Some(paper.paper_id.clone()),
            repo: repo.map(|repo| &repo.name).or(link.link.repo.as_ref()).map(ToString::to_string),
            repo_id: repo.and_then(|repo| repo.repo_id),
            before: if was_promised { "promised" } else { "none" }.to_owned(),
            after: target,
        };
        Ok((!had_code).then_some(PaperChange { change, unless_new: was.is_none() }))
    }

    fn flip(&self, repo: &RepoRow) -> Option<(ChangeKind, &str, &str)> {
        let (before, after) = self.flipped.get(&repo.id)?;
        let kind = if *after == RepoState::Live { ChangeKind::LinkMended } else { ChangeKind::LinkBroken };
        Some((kind, before.as_str(), after.as_str()))
    }

    /// Returns a change if the repository names the paper and did not name it when it was read before.
    fn named<'a>(&self, repo: &RepoRow, paper_id: &str, namings: &'a Namings) -> Option<(ChangeKind, &'a str, &'a str)> {
        let named = namings.get(repo.id, paper_id)?.as_ref()?;
        let was_not = self.namings.get(repo.id, paper_id) == Some(&None);
        was_not.then_some((ChangeKind::PaperNamed, "not named", named.file.as_str()))
    }
}

/// True if a link is to code that the paper does not describe as somebody else's.
fn is_code(link: &WeekLink) -> bool {
    link.link.kind.holds_code() && !link.link.field.is_list() && !matches!(link.link.role, Some(Role::Other | Role::List))
}
