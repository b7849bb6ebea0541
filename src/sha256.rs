//! SHA-256 as hexadecimal digits: of tables, by which buckets and datasets verify them, and of what becomes the name of a file.

use crate::files;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;

/// Of some bytes.
pub(crate) fn of(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

/// Of a file that is regular, behind the number of its bytes.
pub(crate) fn of_file(path: &Path) -> Result<(u64, String)> {
    let context = || format!("cannot read {}", path.display());
    let mut file = files::open(path).with_context(context)?;
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer).with_context(context)?;
        if read == 0 {
            return Ok((bytes, hex(hash)));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}

/// Of what was given to a hash.
pub(crate) fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
