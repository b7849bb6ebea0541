//! The columns of `rankings`.

use super::{Column, Table, none_without, only_with};
use crate::Null::Unknown;
use crate::{Is, Null, Text, Texts, When};
use chrono::NaiveDate;
use starcite_core::Week;
use starcite_core::availability::Tier;

/// The null of a paper with code that its host serves.
pub(super) const HAS_CODE: Null = Null::OnlyWhere(When::is("tier", Is::Text(&["available", "licensed", "verified", "citable"])));

table! {
    RANKINGS, Ranking<'a>: "rankings", key ["rank"], "papers with a link or a promise, ranked by code availability, complete as of the week";

    rank: i64, "rank by code availability; 1 is the best", within(1.0, f64::INFINITY);
    tied_with: i64, "other papers with the same score; among them names_paper, has_tests, has_dependencies, is_maintained and published decide, in this order",
        unit("papers"), counted();
    paper_id: Text<'a>, "id of the paper";
    title: Option<Text<'a>>, null Unknown, "title of the paper";
    published: Option<NaiveDate>, null Unknown, "day of the paper's first version";
    repo: Option<Text<'a>>, null Null::None("the paper links no repository of its own"), "repository that counts: the best of the paper's own";
    tier: Option<Tier>, null Unknown,
        "summary of the flags in one word; from available on, each tier includes the flags of those before it; known if has_link and answers are known";
    why: Option<Text<'a>>, null HAS_CODE, "reason why the paper has no code, or why that is unknown";
    score: f64, "code availability, from what is known to exist", unit("points"), within(0.0, 100.0);
    score_low: f64, "least possible score", unit("points"), within(0.0, 100.0);
    score_high: f64, "greatest possible score, if everything unknown were good", unit("points"), within(0.0, 100.0);
    has_link: Option<bool>, null Unknown, "true if the paper links code that it does not attribute to others; unknown if a page may lead to code";
    answers: Option<bool>, null Unknown, "true if the host serves the repository";
    has_code: Option<bool>, null Unknown, "true if the repository contains more than a README and the like";
    has_licence: Option<bool>, null Unknown, "true if the repository has a licence";
    licence_is_osi_approved: Option<bool>, null Unknown, "true if the Open Source Initiative approved the licence";
    names_paper: Option<bool>, null Unknown, "true if the repository's README, CITATION.cff, codemeta.json or .zenodo.json names the paper as its own";
    is_maintained: Option<bool>, null Unknown, "true if the repository has a commit or release in the year before the end of the week, and is not archived";
    is_citable: Option<bool>, null Unknown, "true if the repository has a CITATION.cff, a release, or an archived copy with a DOI or a Software Heritage id";
    has_dependencies: Option<bool>, null Unknown, "true if a file lists the code's dependencies";
    has_container: Option<bool>, null Unknown, "true if the repository has a recipe for a container";
    has_notebook: Option<bool>, null Unknown, "true if the repository has a notebook";
    has_tests: Option<bool>, null Unknown, "true if the repository has tests";
    has_ci: Option<bool>, null Unknown, "true if the repository has continuous integration";
    score_link: Option<f64>, null Unknown, "points for the role of the link: whose code it is", unit("points"), within(0.0, 100.0);
    score_reachable: Option<f64>, null Unknown, "points for a repository that the host serves", unit("points"), within(0.0, 100.0);
    score_code: Option<f64>, null Unknown, "points for code in the repository", unit("points"), within(0.0, 100.0);
    score_licence: Option<f64>, null Unknown, "points for the licence", unit("points"), within(0.0, 100.0);
    score_named: Option<f64>, null Unknown, "points for a repository that names the paper", unit("points"), within(0.0, 100.0);
    score_maintained: Option<f64>, null Unknown, "points for the days since a commit or release", unit("points"), within(0.0, 100.0);
    score_citable: Option<f64>, null Unknown, "points for a repository that can be cited", unit("points"), within(0.0, 100.0);
    score_dependencies: Option<f64>, null Unknown, "points for a dependency file", unit("points"), within(0.0, 100.0);
    score_container: Option<f64>, null Unknown, "points for a container", unit("points"), within(0.0, 100.0);
    score_notebook: Option<f64>, null Unknown, "points for a notebook", unit("points"), within(0.0, 100.0);
    score_tests: Option<f64>, null Unknown, "points for tests", unit("points"), within(0.0, 100.0);
    score_ci: Option<f64>, null Unknown, "points for continuous integration", unit("points"), within(0.0, 100.0);
    stars: Option<i64>, null none_without("repo"), "stars of the repository", unit("stars"), counted();
    stars_1w: Option<i64>, null none_without("repo"), "stars gained in the week", unit("stars");
    stars_4w: Option<i64>, null none_without("repo"), "stars gained in four weeks", unit("stars");
    trend: Option<f64>, null none_without("repo"), "growth of stars over one week and four, damped against small numbers (docs/RANKING.md)";
    trend_rank: Option<i64>, null only_with("trend"), "rank by trend among all papers", within(1.0, f64::INFINITY);
    trend_rank_recent: Option<i64>, null Null::None("the trend is unknown, or the paper is not known to be in the window"),
        "rank by trend among papers published in the pipeline's window (default: 90 days before the end of the week)", within(1.0, f64::INFINITY);
    reasons: Texts<'a>, "evidence for each flag, in words";
    iso_week: Week, "ISO week of this table";
}
