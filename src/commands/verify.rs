//! `starcite verify`: do finished weeks hold what they should?

use crate::cli::VerifyArgs;
use crate::outcome::Outcome;
use crate::{verify, weeks};
use anyhow::{Result, bail};
use std::io::Write;

pub(crate) fn verify(args: &VerifyArgs) -> Result<Outcome> {
    let weeks = weeks::folders(&args.folder)?;
    let problems = verify::verify(&weeks);
    if problems.count() > 0 {
        bail!("{problems}");
    }
    let names: Vec<String> = weeks.iter().filter_map(|w| Some(w.file_name()?.to_string_lossy().into_owned())).collect();
    writeln!(std::io::stdout(), "{}: every file is what its manifest and the schema say, every span is its text", names.join(", "))?;
    Ok(Outcome::Complete)
}
