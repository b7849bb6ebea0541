//! `starcite plan` prints the cost of a run beforehand, and costs nothing itself.

use crate::github::all_live;
use crate::server::Server;
use crate::starcite::{Starcite, papers};

#[test]
fn the_price_of_a_run_is_told_and_nothing_is_asked_or_written() {
    let server = Server::start(|_, request| all_live(request));
    let starcite = Starcite::asking(&server.url, &papers(250));
    let told = starcite.end(&["plan", "pipeline.toml"]).with_code(0).stdout;
    assert!(told.contains("250 repositories      3 queries      3 points") && told.contains("In all 3 points of GraphQL, about a second."), "{told}");
    assert!(server.log().is_empty() && !starcite.path("out").exists());

    starcite.run(&[]).with_code(0);
    assert_eq!(server.log().len(), 3, "what was told is what it costs");
    let told = starcite.end(&["plan", "pipeline.toml"]).with_code(0).stdout;
    assert!(told.contains("a run would ask github.com nothing, since there is no repository whose answers are not known") && !told.contains(" 0 "), "{told}");
}

#[test]
fn without_a_token_the_price_is_hours() {
    let starcite = Starcite::asking("http://127.0.0.1:9", &papers(250)).without_token();
    let told = starcite.end(&["plan", "pipeline.toml"]).with_code(0).stdout;
    assert!(told.contains("250 requests") && told.contains("about 4 h"), "{told}");
}
