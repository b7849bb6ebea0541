//! Two tables of replies and their verdicts.

use super::*;
use crate::query::Query;
use starcite_core::Part;
use starcite_core::RepoName;
use starcite_core::answer::Target;

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(NOW + seconds, 0).unwrap()
}

fn reply(status: u16, headers: &str, body: &str) -> Reply {
    let lines = headers.lines().filter_map(|line| line.split_once(": "));
    let headers = lines.map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap())).collect();
    let body = body.replace("\"nameWithOwner\"", &format!("{SCALARS},\"nameWithOwner\""));
    Reply { status, headers, body: body.into_bytes() }
}

/// The fields of every repository except its name.
const SCALARS: &str = r#""databaseId":1,"id":"R_1","isArchived":false,"isDisabled":false,"isEmpty":false,"isFork":false,"isTemplate":false,"isMirror":false,"stargazerCount":0,"forkCount":0,"createdAt":"2020-01-01T00:00:00Z""#;

/// Formats a verdict in one line: each outcome, the next action, and the time until which the gate is closed.
fn told(verdict: &Verdict) -> String {
    let mut words: Vec<String> = Vec::new();
    for (at, outcome) in &verdict.outcomes {
        words.push(match outcome {
            Outcome::Found(seen) => format!("{at}={}", seen.repo.path()),
            Outcome::NotFound => format!("{at}=not_found"),
            Outcome::NotPublic => format!("{at}=not_public"),
            Outcome::Blocked { reason } => format!("{at}=blocked:{}", reason.as_str()),
            Outcome::Failed { .. } => format!("{at}=failed"),
            Outcome::Detailed(_) => format!("{at}=detailed"),
            Outcome::Stars(page) => format!("{at}=stars:{}", page.weeks.len()),
            Outcome::Unchanged => format!("{at}=unchanged"),
        });
    }
    let next = format!("{:?}", verdict.next);
    words.push(next.split('(').next().unwrap().to_owned());
    words.extend(verdict.closed.map(|closed| match closed {
        Closed::Until(until) => format!("closed {}", (until - at(0)).num_seconds()),
        Closed::Unsaid => "closed".to_owned(),
    }));
    words.join(" ")
}

const LEFT: &str = "x-ratelimit-remaining: 4000\nx-ratelimit-reset: 1800000900";
const NONE_LEFT: &str = "x-ratelimit-remaining: 0\nx-ratelimit-reset: 1800000900";
const BOTH: &str = r#"{"data":{"r0":{"nameWithOwner":"a/b"},"nodes":[{"nameWithOwner":"c/d"}]}}"#;

#[test]
fn what_graphql_replies_mean() {
    let name = |name: &str| RepoName::parse(name).unwrap();
    let batch = [Target::by_name(name("a/b")), Target { node_id: Some("R_1".into()), ..Target::by_name(name("c/d")) }];
    let query = Query::new(&batch, Part::Scalars, false, at(0));
    let limited = r#"{"data":{"r0":{"nameWithOwner":"a/b"}},"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}"#;
    let only_first = |errors: &str| format!(r#"{{"data":{{"r0":{{"nameWithOwner":"a/b"}},"nodes":[null]}},"errors":{errors}}}"#);
    let own = |kind: &str, message: &str| only_first(&format!(r#"[{{"type":"{kind}","path":["nodes",0],"message":"{message}"}}]"#));
    let field = |kind: &str, path: &str| {
        format!(
            r#"{{"data":{{"r0":{{"nameWithOwner":"a/b"}},"nodes":[{{"nameWithOwner":"c/d"}}]}},"errors":[{{"type":"{kind}","path":["nodes",0,"{path}"],"message":"x"}}]}}"#
        )
    };
    let secondary = r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes","documentation_url":"x"}"#;
    #[rustfmt::skip]
    let table: &[(&str, u16, &str, &str, &str)] = &[
        ("both there", 200, LEFT, BOTH, "0=a/b 1=c/d Done"),
        ("the last of the hour", 200, NONE_LEFT, BOTH, "0=a/b 1=c/d Done"),
        ("told in the body only", 200, "", r#"{"data":{"r0":{"nameWithOwner":"a/b"},"nodes":[{"nameWithOwner":"c/d"}],"rateLimit":{"cost":1,"remaining":0,"resetAt":"2027-01-15T08:10:00Z"}}}"#, "0=a/b 1=c/d Done"),
        ("not found", 200, LEFT, &own("NOT_FOUND", "Could not resolve"), "0=a/b 1=not_found Done"),
        ("blocked", 200, LEFT, &own("FORBIDDEN", "Repository access blocked"), "0=a/b 1=blocked:unspecified Done"),
        ("blocked for dmca", 200, LEFT, &own("FORBIDDEN", "Repository access blocked: DMCA takedown"), "0=a/b 1=blocked:dmca Done"),
        ("not for this token", 200, LEFT, &own("FORBIDDEN", "Resource protected by organization SAML enforcement"), "0=a/b 1=failed Done"),
        ("an organisation that is called so", 200, LEFT, &own("FORBIDDEN", "Although you appear to have the correct authorization credentials, the `blockhouse` organization has an IP allow list enabled"), "0=a/b 1=failed Done"),
        ("a repository that is called so", 200, LEFT, &own("FORBIDDEN", "No access to dmca/access-blocked: Repository access blocked"), "0=a/b 1=failed Done"),
        ("one not found that is called so", 200, LEFT, &own("NOT_FOUND", "Could not resolve to a Repository with the name 'timeout/timed-out'."), "0=a/b 1=not_found Done"),
        ("a licence that the token may not read", 200, LEFT, &field("FORBIDDEN", "licenseInfo"), "0=a/b 1=failed Done"),
        ("a piece of a field that the token may not read", 200, LEFT, &field("FORBIDDEN", r#"defaultBranchRef","target"#), "0=a/b 1=failed Done"),
        ("a field that is not found", 200, LEFT, &field("NOT_FOUND", "primaryLanguage"), "0=a/b 1=failed Done"),
        ("a parent that the token may not see", 200, LEFT, &field("FORBIDDEN", "parent"), "0=a/b 1=c/d Done"),
        ("null for a field that the token may not read", 200, LEFT, &only_first(r#"[{"type":"FORBIDDEN","path":["nodes",0,"issues"],"message":"x"}]"#), "0=a/b 1=failed Done"),
        ("null without an error", 200, LEFT, &only_first("[]"), "0=a/b AskAgain"),
        ("null with another's error", 200, LEFT, &only_first(r#"[{"type":"NOT_FOUND","path":["r0","parent"],"message":"x"}]"#), "0=a/b AskAgain"),
        ("null with a field's error", 200, LEFT, &only_first(r#"[{"type":"NOT_FOUND","path":["nodes",0,"parent"],"message":"x"}]"#), "0=a/b AskAgain"),
        ("null with an unknown error", 200, LEFT, &own("NEW_KIND", "what is this"), "0=a/b AskAgain"),
        ("alias missing", 200, LEFT, r#"{"data":{"r0":{"nameWithOwner":"a/b"}}}"#, "0=a/b AskAgain"),
        ("an unreadable one", 200, LEFT, r#"{"data":{"r0":{"nameWithOwner":7},"nodes":[{"nameWithOwner":"c/d"}]}}"#, "1=c/d AskAgain"),
        ("a field lost", 200, LEFT, r#"{"data":{"r0":{"nameWithOwner":"a/b"},"nodes":[{"nameWithOwner":"c/d","forkCount":null}]}}"#, "0=a/b AskAgain"),
        ("a field's own error", 200, LEFT, r#"{"data":{"r0":{"nameWithOwner":"a/b"},"nodes":[{"nameWithOwner":"c/d"}]},"errors":[{"type":"INTERNAL","path":["nodes",0,"parent"],"message":"x"}]}"#, "0=a/b AskAgain"),
        ("a parent that is gone", 200, LEFT, r#"{"data":{"r0":{"nameWithOwner":"a/b"},"nodes":[{"nameWithOwner":"c/d"}]},"errors":[{"type":"NOT_FOUND","path":["nodes",0,"parent"],"message":"x"}]}"#, "0=a/b 1=c/d Done"),
        ("nulls after resources ran out", 200, LEFT, r#"{"data":{"r0":{"nameWithOwner":"a/b"},"nodes":[{"nameWithOwner":"c/d"}]},"errors":[{"type":"RESOURCE_LIMITS_EXCEEDED","path":["nodes",0,"parent"],"message":"x"}]}"#, "Halve"),
        ("resources", 200, LEFT, &own("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded"), "Halve"),
        ("its own time-out", 200, LEFT, r#"{"data":null,"errors":[{"message":"Something went wrong while executing your query."}]}"#, "Halve"),
        ("502", 502, "", "<html>", "Halve"),
        ("504", 504, "", "", "Halve"),
        ("primary limit, data kept", 200, NONE_LEFT, limited, "0=a/b Limited closed 900"),
        ("primary limit, reset only", 200, "x-ratelimit-reset: 1800000300", limited, "0=a/b Limited closed 300"),
        ("primary limit, nothing said", 200, "", limited, "0=a/b Limited closed"),
        ("primary limit's new name", 200, "", r#"{"errors":[{"type":"RATE_LIMIT","code":"graphql_rate_limit","message":"x"}]}"#, "Limited closed"),
        ("secondary with 200", 200, LEFT, secondary, "Limited closed"),
        ("secondary among errors", 200, LEFT, r#"{"errors":[{"message":"You have exceeded a secondary rate limit"}]}"#, "Limited closed"),
        ("secondary with 403", 403, "retry-after: 30", secondary, "Limited closed 30"),
        ("secondary with 429", 429, LEFT, "", "Limited closed"),
        ("bad token", 401, "", r#"{"message":"Bad credentials"}"#, "BadToken"),
        ("bad token, another status", 403, "", r#"{"message":"Bad credentials"}"#, "BadToken"),
        ("forbidden as a whole", 403, LEFT, r#"{"message":"Resource not accessible by integration"}"#, "0=failed 1=failed Done"),
        ("no GraphQL there", 404, "", r#"{"message":"Not Found"}"#, "Retry"),
        ("a proxy's page", 200, "", "<html>welcome</html>", "Retry"),
        ("cut off", 200, "", &BOTH[..40], "Retry"),
        ("no data", 200, "", r#"{"data":null}"#, "Retry"),
        ("an empty object", 200, "", "{}", "Retry"),
        ("a query it rejects", 200, "", r#"{"errors":[{"message":"Field 'isMirror' doesn't exist","path":["fragment Fields","isMirror"]}]}"#, "Retry"),
        ("server error", 500, "", "", "Retry"),
        ("out of service", 503, "retry-after: 20", "", "Limited closed 20"),
        ("garbage in headers", 200, "x-ratelimit-remaining: many\nx-ratelimit-reset: soon\ndate: never", BOTH, "0=a/b 1=c/d Done"),
        ("words in a description", 200, LEFT, r#"{"data":{"r0":{"nameWithOwner":"a/b","description":"Bad credentials, secondary rate limit"},"nodes":[null]}}"#, "0=a/b AskAgain"),
    ];
    for (case, status, headers, body, expected) in table {
        let verdict = graphql(&reply(*status, headers, body), &query, &batch, at(0));
        assert_eq!(told(&verdict), *expected, "{case}");
    }
}

#[test]
fn what_rest_replies_mean() {
    let wanted = Target::by_name(RepoName::parse("a/b").unwrap());
    let found = r#"{"id":1,"full_name":"Fresh/name","description":"abuse detection, Bad credentials"}"#;
    #[rustfmt::skip]
    let table: &[(&str, u16, &str, &str, &str)] = &[
        ("there", 200, LEFT, found, "0=Fresh/name Done"),
        ("the last of the hour", 200, NONE_LEFT, found, "0=Fresh/name Done"),
        ("gone or private", 404, LEFT, r#"{"message":"Not Found"}"#, "0=not_found Done"),
        ("a proxy's 404", 404, "", "<html>", "Retry"),
        ("dmca", 451, LEFT, r#"{"message":"Repository access blocked","block":{"reason":"dmca"}}"#, "0=blocked:dmca Done"),
        ("451 without a reason", 451, LEFT, r#"{"message":"Repository access blocked"}"#, "0=blocked:dmca Done"),
        ("451 of somebody on the way", 451, "", "<html>", "0=failed Done"),
        ("404 of a gateway", 404, "", r#"{"message":"no Route matched with those values"}"#, "Retry"),
        ("an organisation that is called so", 403, LEFT, r#"{"message":"the `rate limit` organization has an IP allow list enabled"}"#, "0=failed Done"),
        ("tos", 403, LEFT, r#"{"message":"Repository access blocked","block":{"reason":"tos"}}"#, "0=blocked:tos Done"),
        ("a block for another reason", 403, LEFT, r#"{"message":"blocked","block":{"reason":"sensitive"}}"#, "0=blocked:other Done"),
        ("a block without a reason", 403, LEFT, r#"{"message":"blocked","block":{}}"#, "0=blocked:unspecified Done"),
        ("a block with the last request", 403, NONE_LEFT, r#"{"message":"blocked","block":{"reason":"tos"}}"#, "0=blocked:tos Done"),
        ("primary limit", 403, NONE_LEFT, r#"{"message":"API rate limit exceeded for 1.2.3.4"}"#, "Limited closed 900"),
        ("primary limit without headers", 403, "", r#"{"message":"API Rate Limit Exceeded for 1.2.3.4"}"#, "Limited closed"),
        ("abuse", 403, LEFT, r#"{"message":"You have triggered an abuse detection mechanism."}"#, "Limited closed"),
        ("retry-after first", 403, &format!("retry-after: 5\n{NONE_LEFT}"), r#"{"message":"x"}"#, "Limited closed 5"),
        ("429", 429, "retry-after: 7", "<html>", "Limited closed 7"),
        ("another 403", 403, LEFT, r#"{"message":"Must have admin rights to Repository."}"#, "0=failed Done"),
        ("bad token", 401, LEFT, r#"{"message":"Bad credentials"}"#, "BadToken"),
        ("moved", 301, LEFT, r#"{"message":"Moved Permanently"}"#, "Redirected"),
        ("not modified", 304, LEFT, "", "Retry"),
        ("not ready", 202, LEFT, "{}", "Retry"),
        ("garbage", 200, LEFT, "<html>", "Retry"),
        ("another object", 200, LEFT, "{}", "Retry"),
        ("server error", 500, LEFT, "", "Retry"),
        ("502", 502, LEFT, "", "Retry"),
        ("an odd refusal", 422, LEFT, r#"{"message":"Validation Failed"}"#, "0=failed Done"),
    ];
    for (case, status, headers, body, expected) in table {
        let verdict = rest(&reply(*status, headers, body), &wanted, Part::Scalars, at(0));
        assert_eq!(told(&verdict), *expected, "{case}");
    }
}

#[test]
fn silence_says_nothing_about_a_repository() {
    let timeout = Unreachable::Timeout(std::time::Duration::from_secs(30));
    for (error, is_graphql, expected) in [
        (Unreachable::NoConnection("refused".into()), true, "NoConnection"),
        (Unreachable::Broken("reset".into()), true, "Retry"),
        (timeout.clone(), true, "Halve"),
        (timeout, false, "Retry"),
        (Unreachable::TooLarge, true, "Halve"),
    ] {
        assert_eq!(told(&of_silence(&error, is_graphql)), expected, "{error}");
    }
}

#[test]
fn the_last_of_the_hour_is_noted() {
    let batch = [Target::by_name(RepoName::parse("a/b").unwrap())];
    let query = Query::new(&batch, Part::Scalars, false, at(0));
    let body = r#"{"data":{"r0":{"nameWithOwner":"a/b"},"rateLimit":{"cost":3,"remaining":0,"resetAt":"2027-01-15T08:10:00Z"}}}"#;
    let verdict = graphql(&reply(200, "x-ratelimit-remaining: many\nx-ratelimit-reset: 7", body), &query, &batch, at(0));
    assert_eq!((verdict.rate.remaining, verdict.rate.reset_at, verdict.points), (Some(0), Some(at(600)), 3));
}

#[test]
fn a_page_of_stars_that_has_not_changed_costs_nothing() {
    let wanted = Target { etag: Some("x".into()), ..Target::by_name(RepoName::parse("a/b").unwrap()) };
    let of = |status, body| rest(&reply(status, LEFT, body), &wanted, Part::Stars, at(0));
    let unchanged = of(304, "");
    assert_eq!((told(&unchanged).as_str(), unchanged.spent), ("0=unchanged Done", 0));
    assert_eq!(told(&of(200, r#"[{"week":1,"total":2,"days":[]}]"#)), "0=stars:1 Done");
    assert_eq!(told(&of(404, r#"{"message":"Not Found"}"#)), "0=failed Done", "a host without this history says nothing of the repository");
}
