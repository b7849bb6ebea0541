//! A DuckDB database: its script, and who runs that. What DuckDB makes of it is checked by scripts/check_exports.sh.

use crate::export_rows::two_weeks;
use crate::starcite::{Ended, Starcite, ended, files};
use crate::tables::{TABLES, frame};

/// The program in surroundings where programs are found in one folder alone.
fn export(starcite: &Starcite, args: &[&str]) -> Ended {
    let mut command = starcite.command(&[&["export", "duckdb"], args].concat());
    ended(command.env("PATH", starcite.path("bin")).spawn().unwrap())
}

/// Puts a program of that name into the folder.
#[cfg(unix)]
fn install(starcite: &Starcite, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = starcite.write(&format!("bin/{name}"), format!("#!/bin/sh\nfor last; do :; done\n{script}\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_script_makes_a_view_a_table_with_a_comment_on_each_column() {
    let starcite = two_weeks();
    let script = export(&starcite, &["--sql"]).with_code(0).stdout;
    for table in TABLES {
        assert!(script.contains(&format!("CREATE VIEW {table} AS SELECT * FROM read_parquet('/")), "{script}");
        for column in frame(&starcite.week("2026-W47"), table).get_column_names() {
            assert!(script.contains(&format!("\nCOMMENT ON COLUMN {table}.\"{column}\" IS '")), "{table}.{column}");
        }
    }
    assert!(script.contains("COMMENT ON COLUMN papers.\"paper_id\" IS 'arxiv:<id>, doi:<doi>, or the source''s own id; null: never';"), "{script}");
    assert!(script.contains("IS 'first UTF-8 byte of it in the field or file [bytes]; 0 or more; null: none: it is a whole field';"), "{script}");
    assert!(!starcite.path("out/starcite.duckdb").exists());
}

#[test]
fn a_copy_has_tables_with_keys() {
    let script = export(&two_weeks(), &["--sql", "--copy"]).with_code(0).stdout;
    assert!(script.contains("CREATE TABLE repos AS ") && script.contains("ALTER TABLE repos ADD PRIMARY KEY (\"repo\", \"week\");"), "{script}");
    assert!(script.contains("CREATE UNIQUE INDEX links_key ON links (\"paper_id\", \"kind\", \"target\", \"week\");"), "{script}");
}

#[test]
fn without_a_program_that_can_the_next_step_is_told() {
    let starcite = two_weeks();
    let before = files(&starcite.path("out"));
    let ended = export(&starcite, &[]).with_code(1);
    assert!(ended.line().contains("pip install duckdb") && ended.line().contains("--sql"), "{}", ended.stderr);
    assert!(files(&starcite.path("out")) == before);
}

#[test]
#[cfg(unix)]
fn the_database_appears_only_when_the_program_has_made_it() {
    let starcite = two_weeks();
    install(&starcite, "duckdb", "echo started > \"$last\"; echo 'Catalog Error: no' >&2; exit 1");
    let before = files(&starcite.path("out"));
    let ended = export(&starcite, &[]).with_code(1);
    assert!(ended.line().contains("Catalog Error: no"), "{}", ended.stderr);
    assert!(files(&starcite.path("out")) == before);
    install(&starcite, "duckdb", "exec /bin/cat > \"$last\"");
    let ended = export(&starcite, &[]).with_code(0);
    assert_eq!(ended.stdout, "out/starcite.duckdb: views of 2 weeks\n");
    let made = std::fs::read_to_string(starcite.path("out/starcite.duckdb")).unwrap();
    assert_eq!(made, export(&starcite, &["--sql"]).with_code(0).stdout);
    assert_eq!(files(&starcite.path("out")).len(), before.len() + 1);
}

#[test]
#[cfg(unix)]
fn python_is_asked_where_there_is_no_duckdb_and_one_without_the_module_is_no_failure() {
    let starcite = two_weeks();
    install(&starcite, "python3", "exit 77");
    assert!(export(&starcite, &[]).with_code(1).line().contains("pip install duckdb"));
    install(&starcite, "python3", "exec /bin/cat > \"$last\"");
    export(&starcite, &["--output", "my.duckdb"]).with_code(0);
    assert!(starcite.path("my.duckdb").exists());
}
