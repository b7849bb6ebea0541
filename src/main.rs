//! The program: all of it is in the library beside this file, which the fuzzers use as well.

use std::process::ExitCode;

/// Papers are many small texts that one thread makes and another drops: the system's allocator takes a sixth of a run for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    starcite::main()
}
