//! `starcite init`: writes a commented pipeline to start from.

use crate::cli::InitArgs;
use crate::cli::outcome::Outcome;
use crate::cli::preset::PRESETS;
use anyhow::{Context, Result, anyhow};
use starcite_ground::terminal;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;
use tracing::info;

pub(crate) fn init(args: &InitArgs) -> Result<Outcome> {
    let (file, preset) = (&args.file, args.preset);
    if file.as_os_str() == "-" {
        terminal::print(preset.text)?;
        return Ok(Outcome::Complete);
    }
    write_new(file, preset.text)?;
    let shown = file.display();
    let others: Vec<&str> = PRESETS.iter().map(|other| other.name).filter(|name| *name != preset.name).collect();
    info!("wrote {shown}, the preset {}; others are {}", preset.name, others.join(", "));
    info!("next: {}, then: starcite run {shown}", preset.before);
    Ok(Outcome::Complete)
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => anyhow!("{} is there and stays as it is: name another file, or print the pipeline with - as the file", path.display()),
        _ => anyhow!(error).context(format!("cannot write {}: check the folder", path.display())),
    })?;
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write {}: is the disk full?", path.display()))
}
