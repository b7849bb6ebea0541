//! Says why a paper has no code, or why that is not known.

use super::{Flag, Tier};

/// Returns the reason in words; `None` if the paper has code that its host serves. `evidence` gives the evidence of a flag.
///
/// It is the evidence of the first of `has_link`, `answers` and `has_code` that is not true.
pub fn why<'e>(tier: Option<Tier>, has_link: Option<bool>, evidence: impl Fn(Flag) -> Option<&'e str>) -> Option<String> {
    let first = match tier {
        Some(Tier::Available | Tier::Licensed | Tier::Verified | Tier::Citable) => return None,
        Some(Tier::Empty) => Flag::HasCode,
        _ if has_link != Some(true) => Flag::HasLink,
        _ => Flag::Answers,
    };
    let words = evidence(first).unwrap_or("not known");
    Some(match tier {
        Some(tier @ (Tier::Broken | Tier::Empty)) => format!("{}: {words}", tier.as_str()),
        _ => words.to_owned(),
    })
}
