//! A DuckDB database: its script, and the programs that run it. `scripts/check_exports/check.py` checks the result in DuckDB.

use crate::export_rows::two_weeks;
use crate::starcite::{Ended, Starcite, ended, files};
use crate::tables::{TABLES, frame};
use std::path::Path;

/// Runs the program with only one folder in PATH.
fn export(starcite: &Starcite, args: &[&str]) -> Ended {
    let mut command = starcite.command(&[&["export", "duckdb"], args].concat());
    ended(command.env("PATH", starcite.path("bin")).spawn().unwrap())
}

/// Writes a program of that name into the folder.
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
        assert!(script.contains(&format!("CREATE VIEW {table} AS SELECT * FROM read_parquet('week=*/{table}.parquet'")), "{script}");
        for column in frame(&starcite.week("2026-W47"), table).get_column_names() {
            assert!(script.contains(&format!("\nCOMMENT ON COLUMN {table}.\"{column}\" IS '")), "{table}.{column}");
        }
    }
    assert!(script.contains("COMMENT ON COLUMN papers.\"paper_id\" IS 'arxiv:<id>, doi:<doi>, or the source''s own id; null: never';"), "{script}");
    assert!(
        script.contains("IS 'first UTF-8 byte of the mention in the field or file [bytes]; 0 or more; null: none: the mention is a whole field';"),
        "{script}"
    );
    assert!(!script.contains(starcite.path("").to_str().unwrap()), "a path that does not move with the folder: {script}");
    assert!(!starcite.path("out/starcite.duckdb").exists());
}

#[test]
fn a_copy_has_tables_with_keys() {
    let script = export(&two_weeks(), &["--sql", "--copy"]).with_code(0).stdout;
    assert!(script.contains("CREATE TABLE repos AS ") && script.contains("ALTER TABLE repos ADD PRIMARY KEY (\"repo\", \"iso_week\");"), "{script}");
    assert!(script.contains("CREATE UNIQUE INDEX links_key ON links (\"paper_id\", \"kind\", \"target\", \"iso_week\");"), "{script}");
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
    let hint = "Views read the weeks by relative paths, so open it in their folder:\n  cd out && duckdb starcite.duckdb\n";
    assert_eq!(ended.stdout, format!("out/starcite.duckdb: views of 2 weeks\n{hint}"));
    let made = std::fs::read_to_string(starcite.path("out/starcite.duckdb")).unwrap();
    let folder = starcite.path("out").canonicalize().unwrap();
    assert_eq!(made, format!("SET file_search_path = '{}';\n{}", folder.display(), export(&starcite, &["--sql"]).with_code(0).stdout));
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

/// Installs a program that records how it was started, and makes the database.
#[cfg(unix)]
fn install_witness(starcite: &Starcite, name: &str) {
    let witness = starcite.path("witness").display().to_string();
    install(
        starcite,
        name,
        &format!(
            "PATH=/usr/bin:/bin; {{ env; echo \"in=$(pwd -P)\"; echo \"there=$(ls -A | tr '\\n' ' ')\"; for a; do echo \"arg=$a\"; done; }} > {witness}; exec cat > \"$last\""
        ),
    );
}

/// Returns the recorded lines that start with a word, without it.
fn witnessed(starcite: &Starcite, word: &str) -> Vec<String> {
    let text = std::fs::read_to_string(starcite.path("witness")).unwrap();
    text.lines().filter_map(|line| line.strip_prefix(word)).map(str::to_owned).collect()
}

#[test]
#[cfg(unix)]
fn the_program_gets_no_secret_an_empty_folder_and_no_file_of_settings() {
    let starcite = two_weeks();
    let secrets = [
        "GITHUB_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "OPENALEX_API_KEY",
        "SEMANTIC_SCHOLAR_API_KEY",
        "STARCITE_KEY",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "LD_PRELOAD_X",
    ];
    for program in ["python3", "duckdb"] {
        install_witness(&starcite, program);
        let mut command = starcite.command(&["export", "duckdb", "--output", "my.duckdb"]);
        command.envs(secrets.map(|name| (name, "s3cr3t"))).env("PATH", starcite.path("bin")).env("HOME", starcite.path("home")).env("LANG", "C.UTF-8");
        ended(command.spawn().unwrap()).with_code(0);
        let text = std::fs::read_to_string(starcite.path("witness")).unwrap();
        assert!(!text.contains("s3cr3t") && secrets.iter().all(|name| !text.contains(name)), "{text}");
        assert_eq!(witnessed(&starcite, "HOME="), [starcite.path("home").display().to_string()]);
        assert_eq!((witnessed(&starcite, "LANG="), witnessed(&starcite, "there=")), (vec!["C.UTF-8".to_owned()], vec![String::new()]));
        let folder = witnessed(&starcite, "in=").concat();
        assert!(!Path::new(&folder).starts_with(starcite.path("").canonicalize().unwrap()) && !Path::new(&folder).exists(), "{folder}");
        let args = witnessed(&starcite, "arg=");
        assert!(Path::new(args.last().unwrap()).is_absolute(), "{args:?}");
    }
    let args = witnessed(&starcite, "arg=");
    let init = args.iter().position(|arg| arg == "-init").unwrap();
    assert_eq!(std::fs::read(&args[init + 1]).unwrap(), b"");
}

#[test]
#[cfg(unix)]
fn no_program_of_the_current_folder_is_run() {
    let starcite = two_weeks();
    for program in ["duckdb", "python3", "python"] {
        install(&starcite, program, "echo ran > ran; exec /bin/cat > \"$last\"");
        std::fs::rename(starcite.path("bin").join(program), starcite.path(program)).unwrap();
    }
    std::fs::create_dir(starcite.path("sub")).unwrap();
    std::fs::copy(starcite.path("duckdb"), starcite.path("sub/duckdb")).unwrap();
    for path in ["", ".", ":", ":/nowhere", "/nowhere:", "sub", "./sub:out/..", "/nowhere::."] {
        let mut command = starcite.command(&["export", "duckdb"]);
        let ended = ended(command.env("PATH", path).spawn().unwrap()).with_code(1);
        assert!(ended.line().contains("pip install duckdb") && !starcite.path("ran").exists(), "PATH={path}: {}", ended.stderr);
    }
}

#[test]
#[cfg(unix)]
fn python_takes_no_module_out_of_the_current_folder() {
    let starcite = two_weeks();
    let planted = format!("open({:?}, 'w').write('ran')\n", starcite.path("ran").display().to_string());
    for name in ["duckdb.py", "site.py", "out/duckdb.py", "home/duckdb.py", "sitecustomize.py", "usercustomize.py"] {
        starcite.write(name, &planted);
    }
    let mut command = starcite.command(&["export", "duckdb"]);
    // the machine's real python3, with or without its module
    let ended =
        ended(command.env("HOME", starcite.path("home")).env("PYTHONPATH", starcite.path("")).env("STARCITE_OUT", starcite.path("out")).spawn().unwrap());
    assert!(!starcite.path("ran").exists(), "{}", ended.stderr);
    assert!(ended.code == Some(0) || ended.stderr.contains("pip install duckdb"), "{}", ended.stderr);
}

#[test]
#[cfg(unix)]
fn the_next_program_of_that_name_is_tried_where_the_first_has_no_module() {
    let starcite = two_weeks();
    install(&starcite, "python3", "exec /bin/cat > \"$last\"");
    std::fs::rename(starcite.path("bin"), starcite.path("second")).unwrap();
    install(&starcite, "python3", "exit 77");
    let path = std::env::join_paths([starcite.path("bin"), starcite.path("second")]).unwrap();
    ended(starcite.command(&["export", "duckdb"]).env("PATH", path).spawn().unwrap()).with_code(0);
}

#[test]
#[cfg(unix)]
fn a_folder_in_whose_name_a_command_of_the_program_could_stand_is_refused() {
    let starcite = two_weeks();
    install_witness(&starcite, "duckdb");
    for name in ["a\n.shell touch ran\nb", "a\r.shell x", "a\u{1b}[2J"] {
        std::fs::rename(starcite.path("out"), starcite.path(name)).unwrap();
        for args in [&[][..], &["--sql", "--copy"]] {
            let ended = export(&starcite, &[args, &["--out", name]].concat()).with_code(1);
            assert!(ended.stderr.contains("move the folder") && ended.stdout.is_empty(), "{}", ended.stderr);
        }
        std::fs::rename(starcite.path(name), starcite.path("out")).unwrap();
    }
    assert!(!starcite.path("witness").exists());
    let name = "o'; .shell 'x";
    std::fs::rename(starcite.path("out"), starcite.path(name)).unwrap();
    let script = export(&starcite, &["--sql", "--copy", "--out", name]).with_code(0).stdout;
    assert!(script.contains("/o''; .shell ''x/week=2026-W47/papers.parquet'"), "{script}");
    std::fs::rename(starcite.path(name), starcite.path("a,b")).unwrap();
    let ended = export(&starcite, &["--out", "a,b"]).with_code(1);
    assert!(ended.line().contains("splits folders at commas") && !starcite.path("witness").exists(), "{}", ended.stderr);
    export(&starcite, &["--out", "a,b", "--copy"]).with_code(0);
}
