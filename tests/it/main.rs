//! The program as its users meet it: the built binary, its exit codes, its tables, and the tests' own servers.
//!
//! `starcite` runs the program in its own folder, `server` is an HTTP server that records its requests, `github`
//! answers as GitHub does, `tables` reads written tables, `damage` damages them. Every other module is a behaviour.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]
#![expect(clippy::disallowed_methods, reason = "the program itself is started here")]

mod ambiguous;
mod atom_live;
mod backfill;
mod bad_records;
mod bad_usage;
mod bad_values;
mod bombs;
mod bombs_made;
mod certificates;
mod changes;
mod citations;
mod closed;
mod compact;
mod counts;
mod crafted_weeks;
mod damage;
mod dataset;
mod determinism;
mod digest;
mod doctor;
mod enrich;
mod explain;
mod export_bibtex;
mod export_duckdb;
mod export_excel;
mod export_pwc;
mod export_rows;
mod extract;
mod folders;
mod foreign_states;
mod foreign_text;
mod full_disk;
mod github;
mod github_answers;
mod github_limits;
mod github_truth;
mod habit;
mod hf_dates;
mod hf_live;
mod incomplete;
mod init;
mod inputs;
mod json_forms;
mod leftovers;
#[cfg(unix)]
mod links_and_modes;
#[cfg(unix)]
mod live_cache;
mod locks;
mod log;
mod mutants;
mod oai_files;
mod oai_live;
#[cfg(target_os = "linux")]
mod odd_systems;
mod offline;
mod openalex_live;
mod overview;
mod plan;
mod proxies;
mod prune;
mod publish;
mod rank;
mod rebuild;
mod redirects;
mod remote;
mod remote_faults;
mod report;
#[cfg(target_os = "linux")]
mod report_ended;
mod resume;
mod roles;
mod sample;
mod secrets;
mod server;
mod several;
mod shared_data;
#[cfg(unix)]
mod signals;
mod source_archives;
mod source_atom;
mod source_bibtex;
mod source_links;
mod source_pwc;
mod source_table;
mod sources;
mod starcite;
mod streams;
mod suppress;
mod tables;
mod unreachable;
mod upgrade;
mod verify;
mod verify_rows;
mod walkthrough;
mod weeks;
mod wrong_clocks;
