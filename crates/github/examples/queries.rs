//! Prints every kind of query that this crate sends, as a JSON list of texts: `scripts/check_queries.sh` validates them against
//! GitHub's public schema.

use chrono::DateTime;
use starcite_core::Part;
use starcite_core::RepoName;
use starcite_core::answer::Target;
use starcite_github::query::Query;

#[expect(clippy::disallowed_methods, reason = "nothing of strangers is in it")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let by_name = Target::by_name(RepoName::parse("rust-lang/cargo")?);
    let by_id = Target { node_id: Some("R_1".to_owned()), files: vec!["README.md".to_owned(), "setup.py".to_owned()], ..by_name.clone() };
    let batches = [vec![by_name.clone()], vec![by_id.clone()], vec![by_name, by_id.clone()]];
    let text = |batch: &[Target], part, lean| Query::new(batch, part, lean, DateTime::UNIX_EPOCH).text;
    let mut texts: Vec<String> = batches.iter().flat_map(|batch| [false, true].map(|lean| text(batch, Part::Scalars, lean))).collect();
    texts.extend([Part::Tree, Part::Activity, Part::Files].map(|part| text(std::slice::from_ref(&by_id), part, false)));
    serde_json::to_writer(std::io::stdout(), &texts)?;
    Ok(())
}
