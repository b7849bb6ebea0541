//! Secrets in a URL appear in no output and no file of a run, however the URL is written.

use crate::server::{Server, give, nobody, say};
use crate::starcite::{Ended, Starcite, files, papers};
use crate::tables::{TABLES, manifest, rows};
use std::path::Path;

/// The secret in every form, in upper or lower case.
const SECRET: &str = "Sw0rdf1sh";
const WEEK: &str = "2026-W47";

/// Returns three papers and a line that is not a record.
fn body() -> Vec<u8> {
    let lines: String = papers(3).iter().map(|paper| format!("{paper}\n")).collect();
    format!("{lines}no paper\n").into_bytes()
}

fn server() -> Server {
    Server::start(|_, _| give(200, &body()))
}

/// Creates a pipeline with one source, whose place is a line of TOML.
fn reading(place: &str) -> Starcite {
    let mut starcite = Starcite::new();
    starcite.at("2026-12-07T12:00:00Z");
    starcite.write_pipeline("jsonl", place);
    starcite
}

fn toml(text: &str) -> String {
    serde_json::to_string(text).unwrap() // JSON's escapes are valid in TOML
}

/// Asserts that neither the output nor the written files reveal the secret, except the state, which is trusted.
#[track_caller]
fn keeps_it(form: &str, starcite: &Starcite, ended: &Ended) {
    let has_it = |text: &[u8]| String::from_utf8_lossy(text).to_lowercase().contains(&SECRET.to_lowercase());
    assert!(!has_it(ended.stdout.as_bytes()) && !has_it(ended.stderr.as_bytes()), "{form}: {ended:?}");
    let out = starcite.path("out");
    if !out.exists() {
        return;
    }
    for (path, bytes) in files(&out) {
        let name = path.to_string_lossy().into_owned();
        assert!(!has_it(name.as_bytes()), "{form}: {name}");
        assert!(name.starts_with("state.db") || !has_it(&bytes), "{form}: it stands in {name}");
    }
    let week = starcite.week(WEEK);
    for table in TABLES.iter().filter(|_| week.exists()) {
        assert!(!has_it(format!("{:?}", rows(&week, table)).as_bytes()), "{form}: it stands in {table}");
    }
}

/// Returns URLs of an object at `host`, each with the secret in another part.
fn fetched(host: &str) -> Vec<String> {
    let forms = [
        "http://SECRET@HOST/a.jsonl",
        "http://me:SECRET@HOST/a.jsonl",
        "http://:SECRET@HOST/a.jsonl",
        "HTTP://me:SECRET@HOST/a.jsonl",
        "Http:me:SECRET@HOST/a.jsonl",
        "http:/me:SECRET@HOST/a.jsonl",
        "http:\\\\me:SECRET@HOST\\a.jsonl",
        "http:////me:SECRET@HOST/a.jsonl",
        "  http://me:SECRET@HOST/a.jsonl",
        "ht\ttp://me:SECRET@HOST/a.jsonl",
        "http://me:\nSECRET@HOST/a.jsonl",
        "http://me:p@SECRET@HOST/a.jsonl",
        "http://me:%53w0rdf1sh@HOST/a.jsonl?token=SECRET",
        "http://HOST/p/SECRET@x/a.jsonl",
        "http://HOST/a.jsonl?token=SECRET",
        "http://HOST/a.jsonl?TOKEN=SECRET",
        "http://HOST/a.jsonl?page=1&access_token=SECRET",
        "http://HOST/a.jsonl?%74oken=SECRET",
        "http://HOST/a.jsonl?a=1;token=SECRET",
        "http://HOST/a.jsonl?page=1&amp;token=SECRET",
        "http://HOST/a.jsonl?code=SECRET",
        "http://HOST/a.jsonl?sv=1&sig=SECRET",
        "http://HOST/a.jsonl?GoogleAccessId=SECRET&Expires=1",
        "http://HOST/a.jsonl?AWSAccessKeyId=SECRET",
        "http://HOST/a.jsonl?SECRET",
        "http://HOST/a.jsonl?SECRET=",
        "http://HOST/a.jsonl?page=2&SECRET",
        "http://HOST/a.jsonl?token%3DSECRET",
        "http://HOST/a.jsonl?page=1?token=SECRET",
        "http://HOST/a.jsonl?url=https://me:SECRET@other.org/",
        "http://HOST/a.jsonl?jwt=SECRET#page",
        "http://HOST/a.jsonl#SECRET",
        "http://HOST/a.jsonl#access_token=SECRET",
        "http://HOST/a.jsonl?version=2#a?b=SECRET",
        "http://HOST/a.jsonl;token=SECRET",
        "http://HOST/a;jsessionid=SECRET/b.jsonl",
        "http://HOST/a%3Btoken%3DSECRET/b.jsonl",
        "http://HOST/token/SECRET/a.jsonl",
        "http://HOST/key=SECRET/a.jsonl",
        "http://HOST/services/T0/B0/SECRETaX3bY9cZ2dW7eV",
        "http://HOST/a.SECRET?token=SECRET",
    ];
    forms.map(|form| form.replace("HOST", host).replace("a.SECRET?", "a.jsonl?").replace("SECRET", SECRET)).to_vec()
}

/// Returns URLs that can't be fetched.
fn refused() -> Vec<String> {
    let forms = [
        "http://me:pa/SECRET@h.invalid/a.jsonl",
        "http://me:SECRET@h.invalid:port/a.jsonl",
        "http://me:SECRET@/a.jsonl",
        "http://me:SECRET@[::1/a.jsonl",
        "http://me%3ASECRET%40h.invalid/a.jsonl",
        "http:///",
        "ftp://me:SECRET@h.invalid/a.jsonl",
        "ftp:me:SECRET@h.invalid/a.jsonl",
        "FTP://SECRET@h.invalid/a.jsonl",
        "hf://me:SECRET@datasets/a",
        "gs://bucket/a?token=SECRET",
        "file://me:SECRET@h/a.jsonl",
        "s3://me:SECRET@bucket/a.jsonl",
        "s3://SECRET@bucket/a.jsonl",
        "s3://me:pa/SECRET@bucket/a.jsonl",
        "s3://me%3ASECRET%40bucket/a.jsonl",
        "s3://me:SECRET@bucket",
        "s3://me:SECRET@",
        "s3:me:SECRET@bucket/a.jsonl",
        "s3:\\\\me:SECRET@bucket\\a.jsonl",
        "S3://me:SECRET@bucket/a.jsonl",
        "S3://bucket/a.jsonl?token=SECRET",
        "s3://bucket/a//b?token=SECRET",
        "s3://bucket?token=SECRET",
    ];
    forms.map(|form| form.replace("SECRET", SECRET)).to_vec()
}

#[test]
fn a_secret_in_the_url_of_an_object_is_kept() {
    let server = server();
    let host = server.url.strip_prefix("http://").unwrap();
    for (at, url) in fetched(host).iter().enumerate() {
        let starcite = reading(&format!("{} = {}", if at % 2 == 0 { "url" } else { "path" }, toml(url)));
        let ended = starcite.run(&["--week", WEEK, "--source-pause-ms", "0"]).with_code(3);
        keeps_it(url, &starcite, &ended);
        assert_eq!(rows(&starcite.week(WEEK), "rejects").len(), 1, "{url}");
        assert!(manifest(&starcite.week(WEEK))["inputs"][0]["name"].as_str().unwrap().starts_with(&format!("http://{host}/")), "{url}");
    }
    for url in fetched(host).iter().step_by(6) {
        let starcite = reading(&format!("url = {}", toml(url)));
        keeps_it(url, &starcite, &starcite.end(&["plan", "pipeline.toml", "--week", WEEK]));
        keeps_it(url, &starcite, &starcite.end(&["extract", url]).with_code(3));
        keeps_it(url, &starcite, &starcite.run(&["--week", WEEK, "--offline"]));
        keeps_it(url, &starcite, &starcite.end(&["status"]));
    }
}

#[test]
fn a_secret_in_a_url_that_fails_is_kept() {
    let bad = Server::start(|_, request| say(if request.path.contains("b.jsonl") { 403 } else { 404 }, format!("no {}", request.path)));
    let hosts = [bad.url.strip_prefix("http://").unwrap().to_owned(), nobody().strip_prefix("http://").unwrap().to_owned()];
    for host in hosts {
        for url in fetched(&host).iter().step_by(3) {
            let starcite = reading(&format!("url = {}", toml(url)));
            let ended = starcite.run(&["--week", WEEK, "--source-pause-ms", "0"]);
            assert!(matches!(ended.code, Some(1 | 75)), "{url}: {ended:?}");
            keeps_it(url, &starcite, &ended);
        }
    }
}

#[test]
fn a_secret_in_a_url_that_is_refused_is_kept() {
    for url in refused() {
        for key in ["url", "path"] {
            let starcite = reading(&format!("{key} = {}", toml(&url)));
            let ended = starcite.run(&["--week", WEEK]).with_code(1);
            keeps_it(&url, &starcite, &ended);
            assert!(ended.line().contains("pipeline.toml: source jsonl"), "{url}: {ended:?}");
        }
        let starcite = Starcite::new();
        let ended = starcite.end(&["extract", &url]).with_code(1);
        keeps_it(&url, &starcite, &ended);
        let ended = starcite.end(&["run", &url]).with_code(1);
        keeps_it(&url, &starcite, &ended);
    }
}

#[test]
fn keys_in_the_url_of_a_bucket_are_refused_with_the_variables_that_hold_them() {
    let starcite = reading(&format!("url = \"s3://me:{SECRET}@bucket/a.jsonl\""));
    let ended = starcite.run(&["--week", WEEK]).with_code(1);
    assert!(ended.line().contains("AWS_ACCESS_KEY_ID"), "{ended:?}");
    std::fs::create_dir_all(starcite.path("out")).unwrap();
    starcite.write_papers(&papers(1));
    starcite.run(&["--week", WEEK]).with_code(0);
    for place in ["s3://me:SECRET@bucket/p", "s3://me:pa/SECRET@bucket/p", "https://me:SECRET@h.invalid/p", "ftp:me:SECRET@h.invalid"] {
        let ended = starcite.end(&["publish", &place.replace("SECRET", SECRET)]);
        keeps_it(place, &starcite, &ended);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(!starcite.path(&place.replace("SECRET", SECRET)).exists(), "{place}");
    }
}

#[test]
fn a_wrong_value_in_a_pipeline_is_told_without_its_secret() {
    let url = format!("https://me:{SECRET} x@h.invalid/a?b={SECRET}");
    let source = "[[source]]\nkind = \"jsonl\"\npath = \"papers.jsonl\"\n";
    let pipelines = [
        format!("name = \"x\"\n[[source]]\nkind = \"{url}\"\n"),
        format!("name = \"x\"\noffline = \"{url}\"\n{source}"),
        format!("name = \"x\"\nweek = \"{url}\"\n{source}"),
        format!("name = \"x\"\n[[source]]\nkind = \"jsonl\"\nurl = [\"{url}\"]\n"),
        format!("name = \"x\"\n[[source]]\nkind = \"jsonl\"\nurl = \"{url}\n"),
        format!("name = \"x\"\n\"{url}\" = 1\n{source}"),
        format!("name = \"x\"\n{source}[github]\nhost = \"me:{SECRET}@h.invalid\"\n"),
        format!("name = \"x\"\n{source}[github]\nhost = \"{url}\"\n"),
        format!("name = \"x\"\n{source}[dataset]\nurl = \"https://me:{SECRET}@h.invalid/\"\n"),
        format!("name = \"x\"\n{source}[dataset]\nurl = \"https:me:{SECRET}@h.invalid/a\"\n"),
        format!("name = \"x\"\n{source}[dataset]\nurl = \"me:{SECRET}@h.invalid\"\n"),
    ];
    for pipeline in pipelines {
        let starcite = Starcite::new();
        starcite.write_papers(&papers(1));
        starcite.write("pipeline.toml", &pipeline);
        let ended = starcite.run(&["--week", WEEK]).with_code(1);
        keeps_it(&pipeline, &starcite, &ended);
    }
}

#[test]
fn a_url_typed_at_a_wrong_place_is_told_without_its_secret() {
    let starcite = Starcite::new();
    for url in fetched("h.invalid").iter().chain(&refused()).step_by(4) {
        let (flag, log) = (format!("--no-such-flag={url}"), format!("--log={url}"));
        for args in [&[&url[..]][..], &["status", url], &["plan", "a.toml", url], &["--log", url, "status"], &["status", &log], &["status", &flag]] {
            keeps_it(url, &starcite, &starcite.end(args).with_code(2));
        }
    }
    let ended = starcite.end(&["status", "https://me:word@h.invalid/a"]).with_code(2);
    assert!(ended.stderr.contains("'https://h.invalid/a'"), "{ended:?}");
}

#[test]
fn what_a_former_version_kept_of_urls_in_the_state_is_told_without_their_secrets() {
    let url = |query: &str| format!("https://h.invalid/a{query}={SECRET}");
    for kept in [url("?code"), url("?jwt"), url(" b?code"), format!("https:me:{SECRET}@h.invalid/a"), format!("see {}", url("?code"))] {
        let starcite = Starcite::new();
        starcite.write_papers(&papers(1));
        starcite.run(&["--week", WEEK, "--offline"]).with_code(0);
        let owner = serde_json::json!({"names": ["test"], "sources": [format!("jsonl {kept}")]}).to_string();
        let state = rusqlite::Connection::open(starcite.path("out/state.db")).unwrap();
        assert_eq!(state.execute("UPDATE meta SET value = ?1 WHERE key = 'owner'", [owner]).unwrap(), 1);
        drop(state);
        let ended = starcite.run(&["--week", WEEK, "--offline"]).with_code(0);
        assert!(ended.stderr.contains(" before: if this is another pipeline"), "{kept}: {ended:?}");
        keeps_it(&kept, &starcite, &ended);
    }
}

#[test]
fn the_address_of_a_service_holds_no_secret() {
    let url = format!("http://me:{SECRET}@{}", nobody().strip_prefix("http://").unwrap());
    let starcite = Starcite::asking(&nobody(), &papers(1));
    for flag in ["--github-url", "--hf-url", "--arxiv-oai-url", "--arxiv-api-url", "--openalex-url", "--semantic-scholar-url"] {
        for url in [url.clone(), format!("{}/?key={SECRET}", nobody()), format!("{}#{SECRET}", nobody()), format!("me:{SECRET}@h"), format!("ftp://h/{SECRET}")]
        {
            let ended = starcite.run(&[flag, &url]).with_code(2);
            keeps_it(flag, &starcite, &ended);
            assert!(ended.stderr.contains(flag), "{ended:?}");
        }
    }
    let ended = starcite.end(&["enrich", "--host", &format!("me:{SECRET}@h.invalid")]).with_code(2);
    keeps_it("--host", &starcite, &ended);
}

#[test]
fn the_endpoint_and_the_proxy_in_the_environment_are_not_told() {
    let starcite = reading("url = \"s3://bucket/a.jsonl\"");
    let host = nobody().strip_prefix("http://").unwrap().to_owned();
    for endpoint in [format!("http://me:{SECRET}@{host}"), format!("me:{SECRET}@h.invalid"), format!("http://me:{SECRET}@h:port")] {
        let mut command = starcite.command(&["run", "pipeline.toml", "--week", WEEK, "--source-pause-ms", "0"]);
        command.env("AWS_ENDPOINT_URL", &endpoint).env("AWS_ALLOW_HTTP", "true").env("AWS_SKIP_SIGNATURE", "true");
        let ended = crate::starcite::ended(command.spawn().unwrap());
        assert_ne!(ended.code, Some(0), "{ended:?}");
        keeps_it(&endpoint, &starcite, &ended);
    }
    let starcite = reading("url = \"http://h.invalid/a.jsonl\"");
    for proxy in [format!("http://me:{SECRET}@{host}"), format!("http://me:{SECRET}@h:port"), format!("socks9://me:{SECRET}@h")] {
        let mut command = starcite.command(&["run", "pipeline.toml", "--week", WEEK, "--source-pause-ms", "0"]);
        command.env("http_proxy", &proxy).env("HTTP_PROXY", &proxy);
        let ended = crate::starcite::ended(command.spawn().unwrap());
        keeps_it(&proxy, &starcite, &ended);
    }
}

#[test]
fn objects_whose_names_are_alike_are_told_apart() {
    let server = Server::start(|_, request| {
        let number = request.path.split_once("code=").unwrap().1.to_owned();
        say(200, format!("{}\nno paper\n", crate::starcite::paper(&format!("t:{number}"), &["o/n"])))
    });
    let url = |code: &str| format!("{}/a.jsonl?code={code}", server.url);
    let starcite = reading(&format!("url = {}\n[[source]]\nkind = \"jsonl\"\nurl = {}", toml(&url("1")), toml(&url("2"))));
    starcite.run(&["--week", WEEK]).with_code(3);
    let week = starcite.week(WEEK);
    assert_eq!(crate::tables::column(&week, "papers", "paper_id"), ["t:1", "t:2"]);
    let names = [format!("{}/a.jsonl?code=…", server.url), format!("{}/a.jsonl?code=… (2)", server.url)];
    assert_eq!(crate::tables::column(&week, "rejects", "file"), names);
    starcite.end(&["verify", "out"]).with_code(0);
}

/// Returns the names of the week's stored objects.
fn cached(out: &Path) -> Vec<String> {
    let kept = std::fs::read_dir(out.join("cache").join(WEEK)).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    kept.collect()
}

#[test]
fn the_hash_of_a_pipeline_and_the_names_in_the_cache_let_no_secret_be_guessed() {
    let server = server();
    let run = |secret: &str, comment: &str| {
        let url = format!("{}/a.jsonl?version=2&code={secret}", server.url.replace("http://", &format!("http://me:{secret}@")));
        let starcite = reading(&format!("url = {} # {comment}", toml(&url)));
        starcite.run(&["--week", WEEK]).with_code(3);
        let hash = manifest(&starcite.week(WEEK))["pipeline_hash"].clone();
        (starcite, url, hash)
    };
    let (one, url, hash) = run("one", "a comment");
    let (other, _, other_hash) = run("two", "");
    assert_eq!(hash, other_hash);
    let names = [cached(&one.path("out")), cached(&other.path("out"))];
    assert!(names[0].len() == 1 && names[1].len() == 1 && names[0] != names[1], "{names:?}");
    let (again, _, _) = run("one", "");
    assert_ne!(cached(&again.path("out")), names[0], "the key of the names is each state's own");
    let hashes = [blake3::hash(url.as_bytes()).to_string(), sha256(&url)];
    assert!(hashes.iter().all(|hash| !names[0][0].contains(&hash[..16])), "{names:?}");
    one.run(&["--week", WEEK]).with_code(3);
    assert_eq!(cached(&one.path("out")), names[0], "run again, it has the same name");
    assert_eq!(server.log().len(), 3);
}

fn sha256(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn an_object_that_an_older_version_kept_is_found_under_its_new_name() {
    let server = server();
    let url = format!("{}/a.jsonl?code=1", server.url);
    let starcite = reading(&format!("url = {}", toml(&url)));
    starcite.write(&format!("out/cache/{WEEK}/{}.jsonl", &sha256(&url)[..16]), body());
    starcite.run(&["--week", WEEK]).with_code(3);
    assert_eq!((server.log().len(), cached(&starcite.path("out")).len()), (0, 1));
    assert!(!cached(&starcite.path("out"))[0].starts_with(&sha256(&url)[..16]));
}
