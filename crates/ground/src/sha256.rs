//! SHA-256 as hexadecimal digits: of tables, so that buckets and datasets can be verified, and of data that becomes a file's name.

use crate::files::reader::Reader;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};

/// Returns the hash of bytes.
pub fn of(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

/// Returns the size of an open file in bytes, and its hash.
pub fn of_file(file: &File) -> io::Result<(u64, String)> {
    let mut file = Reader::new(file);
    let mut hash = Sha256::new();
    let mut bytes = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((bytes, hex(hash)));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}

/// Returns the digits of a finished hash.
pub fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
