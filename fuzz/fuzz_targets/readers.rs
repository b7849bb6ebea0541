//! Passes any bytes to the reader in `STARCITE_READER`: no panic, and bounded memory and time. `just fuzz` runs it for each reader.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static READER: LazyLock<String> = LazyLock::new(|| std::env::var("STARCITE_READER").expect("STARCITE_READER is the name of a reader of src/fuzz.rs"));

fuzz_target!(|bytes: &[u8]| starcite::fuzz::read(&READER, bytes));
