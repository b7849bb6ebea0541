//! The columns of `rankings`.

use super::{Column, Table, none_without, only_with};
use crate::Null::Unknown;
use crate::{Null, Text, Texts};
use chrono::NaiveDate;
use starcite_core::Week;
use starcite_core::availability::Tier;

table! {
    RANKINGS, Ranking<'a>: "rankings", key ["rank"], "papers with a link or a promise by code availability, complete as of the week";

    rank: i64, "1 is the best", within(1.0, f64::INFINITY);
    paper_id: Text<'a>, "the paper";
    title: Option<Text<'a>>, null Unknown, "its title";
    published: Option<NaiveDate>, null Unknown, "day of its first version";
    repo: Option<Text<'a>>, null Null::None("it links none of its own"), "the repository that counts, the best of the paper's own";
    tier: Option<Tier>, null Unknown,
        "the flags in a word, each from available on with all that those before it have; known where it is known whether there is code, and whether it answers";
    score: f64, "code availability: what is known to be there", unit("points"), within(0.0, 100.0);
    score_low: f64, "the least it can be", unit("points"), within(0.0, 100.0);
    score_high: f64, "the most it can be, if all that is unknown were good", unit("points"), within(0.0, 100.0);
    has_link: Option<bool>, null Unknown, "the paper links code that it does not call somebody else's; a page may lead to code";
    answers: Option<bool>, null Unknown, "the host serves the repository";
    has_code: Option<bool>, null Unknown, "it holds more than a README and the like";
    has_licence: Option<bool>, null Unknown, "it has a licence";
    licence_is_osi_approved: Option<bool>, null Unknown, "the Open Source Initiative approved it";
    names_paper: Option<bool>, null Unknown, "its README, CITATION.cff, codemeta.json or .zenodo.json names the paper as its own";
    is_maintained: Option<bool>, null Unknown, "a commit or release in the year before the end of the week, and not archived";
    is_citable: Option<bool>, null Unknown, "a CITATION.cff, a release, an archived copy with a DOI or a Software Heritage id";
    has_dependencies: Option<bool>, null Unknown, "a file says what the code needs";
    has_container: Option<bool>, null Unknown, "a recipe for a container";
    has_notebook: Option<bool>, null Unknown, "a notebook";
    has_tests: Option<bool>, null Unknown, "tests";
    has_ci: Option<bool>, null Unknown, "continuous integration";
    score_link: Option<f64>, null Unknown, "for: whose code it is", unit("points"), within(0.0, 100.0);
    score_reachable: Option<f64>, null Unknown, "for: the host serves it", unit("points"), within(0.0, 100.0);
    score_code: Option<f64>, null Unknown, "for: it holds code", unit("points"), within(0.0, 100.0);
    score_licence: Option<f64>, null Unknown, "for: its licence", unit("points"), within(0.0, 100.0);
    score_named: Option<f64>, null Unknown, "for: it names the paper", unit("points"), within(0.0, 100.0);
    score_maintained: Option<f64>, null Unknown, "for: days since a commit or release", unit("points"), within(0.0, 100.0);
    score_citable: Option<f64>, null Unknown, "for: it can be cited", unit("points"), within(0.0, 100.0);
    score_dependencies: Option<f64>, null Unknown, "for: a dependency file", unit("points"), within(0.0, 100.0);
    score_container: Option<f64>, null Unknown, "for: a container", unit("points"), within(0.0, 100.0);
    score_notebook: Option<f64>, null Unknown, "for: a notebook", unit("points"), within(0.0, 100.0);
    score_tests: Option<f64>, null Unknown, "for: tests", unit("points"), within(0.0, 100.0);
    score_ci: Option<f64>, null Unknown, "for: continuous integration", unit("points"), within(0.0, 100.0);
    stars: Option<i64>, null none_without("repo"), "of the repository", unit("stars"), counted();
    stars_1w: Option<i64>, null none_without("repo"), "gained in the week", unit("stars");
    stars_4w: Option<i64>, null none_without("repo"), "gained in four weeks", unit("stars");
    trend: Option<f64>, null none_without("repo"), "growth over one week and four, damped against small numbers (docs/RANKING.md)";
    trend_rank: Option<i64>, null only_with("trend"), "rank by trend among all papers", within(1.0, f64::INFINITY);
    trend_rank_recent: Option<i64>, null Null::None("its trend is unknown, or it is not known to be of the window"),
        "rank by trend among the papers published in the pipeline's window (default 90 days before the end of the week)", within(1.0, f64::INFINITY);
    reasons: Texts<'a>, "what tells each flag, in words";
    iso_week: Week, "the ISO week of this table";
}
