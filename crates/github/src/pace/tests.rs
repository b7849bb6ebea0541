//! Tests waits with a paused clock.

use super::*;
use std::sync::mpsc;

const NOON: Clock = || DateTime::from_timestamp(1_800_000_000, 0).unwrap();
const QUERY: Sending = Sending { route: Route::Graphql, cost: 1, expected: Duration::ZERO, not_before: None };

fn pace(wait: bool) -> Pace {
    Pace::new(wait, NOON, Delays::default(), None)
}

async fn waited(pace: &mut Pace) -> Duration {
    let start = Instant::now();
    pace.ready(QUERY).await.unwrap();
    start.elapsed()
}

/// Sends a request that meets a limit.
fn limited(pace: &mut Pace, closed: Closed) -> Result<(), Stop> {
    let permit = pace.sent(QUERY);
    pace.came_back(&permit, Duration::ZERO);
    pace.limited(&permit, closed)
}

#[tokio::test(start_paused = true)]
async fn a_closed_gate_ends_the_run_at_once_or_is_waited_out() {
    let until = NOON() + TimeDelta::minutes(50);
    let mut hasty = pace(false);
    limited(&mut hasty, Closed::Until(until)).unwrap();
    assert_eq!(hasty.ready(QUERY).await, Err(Stop::Limited { until }));
    assert_eq!(hasty.ready(QUERY).await, Err(Stop::Limited { until }), "it stays closed");

    let (sender, told) = mpsc::channel();
    let mut patient = pace(true);
    patient.on_wait(Box::new(move |until| sender.send(until).unwrap()));
    limited(&mut patient, Closed::Until(until)).unwrap();
    assert_eq!(waited(&mut patient).await.as_secs(), 3000);
    assert_eq!(told.try_recv(), Ok(until));
    assert_eq!(waited(&mut patient).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_limit_known_from_before_holds() {
    let until = NOON() + TimeDelta::minutes(5);
    let mut pace = Pace::new(false, NOON, Delays::default(), Some(until));
    assert_eq!(pace.ready(QUERY).await, Err(Stop::Limited { until }));
    let mut pace = Pace::new(false, NOON, Delays::default(), Some(NOON()));
    assert_eq!(waited(&mut pace).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_limit_without_a_time_lasts_a_minute_then_two_and_then_it_is_enough() {
    let mut pace = pace(true);
    for minutes in [1, 2, 4, 8] {
        limited(&mut pace, Closed::Unsaid).unwrap();
        assert_eq!(waited(&mut pace).await.as_secs(), minutes * 60);
    }
    assert!(matches!(limited(&mut pace, Closed::Unsaid), Err(Stop::Limited { .. })));
}

#[tokio::test(start_paused = true)]
async fn four_requests_that_meet_one_limit_are_one_limit() {
    let mut pace = pace(true);
    for _ in 0..3 {
        let permits: Vec<Permit> = (0..4).map(|_| pace.sent(QUERY)).collect();
        for permit in permits {
            pace.came_back(&permit, Duration::ZERO);
            pace.limited(&permit, Closed::Unsaid).unwrap();
        }
    }
    assert_eq!(waited(&mut pace).await.as_secs(), 240, "the third wait, and no twelfth");
}

#[tokio::test(start_paused = true)]
async fn an_answer_between_two_limits_starts_the_count_again() {
    let mut pace = pace(true);
    for _ in 0..20 {
        limited(&mut pace, Closed::Unsaid).unwrap();
        assert_eq!(waited(&mut pace).await.as_secs(), 60);
        pace.answered();
    }
}

#[tokio::test(start_paused = true)]
async fn tries_are_held_back_ever_longer() {
    let pace = pace(false);
    let seconds: Vec<u64> = (1..5).map(|tries| pace.back_off(tries).as_secs()).collect();
    assert_eq!(seconds, [1, 2, 4, 8]);
}

#[tokio::test(start_paused = true)]
async fn chance_makes_a_wait_longer_and_never_shorter() {
    let mut pace = Pace::new(true, NOON, Delays { random: || 0.5, ..Delays::default() }, None);
    assert_eq!(pace.back_off(1).as_millis(), 1125);
    limited(&mut pace, Closed::Unsaid).unwrap();
    assert_eq!(waited(&mut pace).await.as_millis(), 67_500);
}

/// Sends a request that gets no connection.
fn refused(pace: &mut Pace) -> Result<(), Stop> {
    let permit = pace.sent(QUERY);
    pace.came_back(&permit, Duration::ZERO);
    pace.refused(&permit, "refused".into())
}

#[tokio::test(start_paused = true)]
async fn three_refused_connections_are_enough_where_nobody_ever_answered() {
    let mut pace = pace(false);
    for millis in [500, 1000] {
        refused(&mut pace).unwrap();
        assert_eq!(waited(&mut pace).await.as_millis(), millis);
    }
    let error = "refused".to_owned();
    assert_eq!(refused(&mut pace), Err(Stop::Unreachable { error }));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_answered_is_given_a_minute_to_come_back() {
    let mut pace = pace(false);
    pace.answered();
    let start = Instant::now();
    while refused(&mut pace).is_ok() {
        pace.ready(QUERY).await.unwrap();
    }
    assert!((45..90).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn no_more_than_four_requests_are_under_way() {
    let mut pace = pace(false);
    let permit = pace.sent(QUERY);
    pace.came_back(&permit, Duration::ZERO);
    pace.rate(&permit, &Rate::default());
    let permits: Vec<Permit> = (0..MAX_IN_FLIGHT).map(|_| pace.sent(QUERY)).collect();
    assert!(tokio::time::timeout(Duration::from_secs(5), pace.ready(QUERY)).await.is_err());
    pace.came_back(&permits[0], Duration::ZERO);
    pace.ready(QUERY).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn no_minute_sees_more_requests_than_github_allows() {
    let mut pace = pace(false);
    let start = Instant::now();
    let mut sent = 0;
    let request = Sending { route: Route::Rest, ..QUERY };
    while start.elapsed() < Duration::from_secs(60) {
        pace.ready(request).await.unwrap();
        let permit = pace.sent(request);
        pace.came_back(&permit, Duration::ZERO);
        sent += 1;
    }
    assert!((850..=900).contains(&sent), "{sent}");
}
