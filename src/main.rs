//! The program: its code is in the library of this package, which the fuzzers use as well.

use std::process::ExitCode;

/// Papers are many small texts that one thread allocates and another frees: with the system's allocator this takes a sixth of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    starcite::main()
}
