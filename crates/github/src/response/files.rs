//! The texts of files in a repository's root folder.

use super::{NullMeans, ShapeError, same_id};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use starcite_core::RepoFacts;
use starcite_core::answer::{Detail, FileText, Target};

#[derive(Deserialize)]
struct Blob {
    text: Option<String>,
}

/// Returns the texts of [`Target::files`], which are `f0`, `f1`, … in the answer.
///
/// # Errors
/// If the answer is about another repository, or if a file is null because the host may have omitted it.
pub fn detail(answer: &Value, wanted: &Target, nulls: NullMeans, at: DateTime<Utc>) -> Result<Detail, ShapeError> {
    same_id(answer.get("id").and_then(Value::as_str).unwrap_or_default(), wanted.id())?;
    let file = |(place, name): (usize, &String)| {
        let blob = answer.get(format!("f{place}")).map(Option::<Blob>::deserialize).transpose()?.flatten();
        let text = nulls.check(blob, "a file")?.and_then(|blob| blob.text);
        Ok(FileText { name: name.clone(), text })
    };
    let files = wanted.files.iter().enumerate().map(file).collect::<Result<_, ShapeError>>()?;
    Ok(Detail { observed_at: at, facts: RepoFacts::default(), entries: Vec::new(), files })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use starcite_core::RepoName;

    #[test]
    fn texts_come_back_in_the_order_asked_and_a_binary_file_has_none() {
        let name = RepoName::parse("a/b").unwrap();
        let wanted = Target { node_id: Some("R_1".into()), files: vec!["README.md".into(), "logo".into()], ..Target::by_name(name) };
        let answer = json!({"id": "R_1", "f1": {"text": null, "isTruncated": false}, "f0": {"text": "hello"}});
        let seen = detail(&answer, &wanted, NullMeans::Absent, DateTime::UNIX_EPOCH).unwrap();
        let texts: Vec<Option<&str>> = seen.files.iter().map(|file| file.text.as_deref()).collect();
        assert_eq!(texts, [Some("hello"), None]);
        let cut = json!({"id": "R_1", "f0": {"text": "hello"}, "f1": null});
        assert!(detail(&cut, &wanted, NullMeans::MayBeLost, DateTime::UNIX_EPOCH).is_err());
        assert!(detail(&cut, &wanted, NullMeans::Absent, DateTime::UNIX_EPOCH).is_ok(), "it is gone since the tree was read");
    }
}
