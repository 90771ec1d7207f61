//! The line, which breaks now and then.

use super::super::api::Api;
use super::super::http::Request;
use super::super::line::Act;
use super::{Random, STEPS, Steps};

/// What the server refuses for good.
pub(super) const POISON: &str = "poison";

fn refusal() -> Act {
    let body = r#"{"errors":[{"errorType":"BadRequestException","message":"poison"}]}"#;
    Act::Answer(400, "content-type: application/json\r\n", body.to_owned())
}

fn is_poison(request: &Request) -> bool {
    request.is_mutation() && request.body().contains(POISON)
}

pub(super) fn begin(api: &Api, seed: u64) {
    let mut random = Random::of(seed, 102);
    api.line.handle(move |request| {
        if is_poison(request) {
            return refusal();
        }
        match random.below(100) {
            0..3 => Act::LoseAnswer,
            3..6 => Act::Cut,
            6 => Act::Answer(503, "", String::new()),
            7 => Act::Answer(200, "", "<html>a captive portal</html>".to_owned()),
            _ => Act::Forward,
        }
    });
}

/// From now on everything works, except that what is refused stays refused.
pub(super) fn end(api: &Api) {
    api.line.handle(|request| if is_poison(request) { refusal() } else { Act::Forward });
    api.line.mend(api.address());
}

/// Cuts the line and mends it, again and again, until all steps are taken.
pub(super) async fn changes(api: &Api, steps: &Steps, mut random: Random) {
    let mut next = 0;
    let mut whole = true;
    loop {
        let taken = steps.taken();
        if taken >= STEPS {
            return;
        }
        if taken >= next {
            whole = !whole;
            if whole {
                api.line.mend(api.address());
            } else {
                api.line.cut();
            }
            let length = if whole { 400 } else { 100 };
            next = taken + 1 + usize::try_from(random.below(length)).unwrap();
        }
        tokio::task::yield_now().await;
    }
}
