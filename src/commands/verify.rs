//! `starcite verify`: checks the contents of finished weeks.

use crate::cli::VerifyArgs;
use crate::cli::outcome::Outcome;
use crate::weeks;
use crate::weeks::verify;
use anyhow::Result;
use starcite_ground::terminal;

pub(crate) fn verify(args: &VerifyArgs) -> Result<Outcome> {
    let weeks = weeks::folders(&args.folder)?;
    let problems = verify::verify(&weeks);
    if problems.count() > 0 {
        return Err(problems.into());
    }
    let names: Vec<String> = weeks.iter().filter_map(|w| Some(w.file_name()?.to_string_lossy().into_owned())).collect();
    terminal::print_line(&format!("{}: every file is what its manifest and the schema say, every span is its text", names.join(", ")))?;
    Ok(Outcome::Complete)
}
