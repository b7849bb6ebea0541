//! Prints every kind of query that this crate sends, as a JSON list of texts: `scripts/check_queries.sh` holds them against
//! GitHub's public schema.

use starcite_core::RepoName;
use starcite_github::Wanted;
use starcite_github::query::{Fields, Query};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let by_name = Wanted::by_name(RepoName::parse("rust-lang/cargo")?);
    let by_id = Wanted { node_id: Some("R_1".to_owned()), ..by_name.clone() };
    let batches = [vec![by_name.clone()], vec![by_id.clone()], vec![by_name, by_id]];
    let texts: Vec<String> = batches.iter().flat_map(|batch| [Fields::Scalars, Fields::Lean].map(|fields| Query::new(batch, fields).text)).collect();
    serde_json::to_writer(std::io::stdout(), &texts)?;
    Ok(())
}
