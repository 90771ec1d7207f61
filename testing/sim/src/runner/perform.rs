//! Effects that are carried out, and answers that come back.

use crate::world::{Address, Flight, Purpose, World};
use syncline_engine::{Action, Effect, Event, Failure, Notice};
use syncline_protocol::ErrorClass;

/// Nobody answered, or not well.
pub(super) const SOON: Failure = Failure::Transient { retry_after_ms: None };

/// What the engine makes of a class of errors.
pub(super) fn failure_of(class: ErrorClass) -> Failure {
    match class {
        ErrorClass::Transient { retry_after_s } => {
            Failure::Transient { retry_after_ms: retry_after_s.map(|seconds| seconds.saturating_mul(1_000)) }
        }
        ErrorClass::Timeout => Failure::Timeout,
        ErrorClass::TooLarge => Failure::TooLarge,
        ErrorClass::Auth => Failure::Auth,
        ErrorClass::Permanent | ErrorClass::Conflict | ErrorClass::Condition => Failure::Refused,
    }
}

/// Carries out one effect.
///
/// # Errors
/// If something fails that must not.
pub fn perform(world: &mut World, device: usize, effect: Effect) -> Result<(), String> {
    let to = Address { run: effect.run, ..world.address(device) };
    match effect.action {
        Action::OpenSocket => world.connect(to),
        Action::CloseSocket => world.hang_up(device),
        Action::Subscribe(model) => world.subscribe(to, model),
        Action::Fetch { page, limit } => super::fetch::fetch(world, to, page, limit)?,
        Action::Apply(page) => super::fetch::apply(world, to, page)?,
        Action::ResetCursor { model, scope_changed } => {
            let it = &mut world.devices[device];
            it.volatile.chains.remove(&model);
            if scope_changed {
                it.volatile.accept_equal.insert(model);
            }
            let reset = it
                .store()?
                .write(|tx| if scope_changed { tx.reset_cursor(model) } else { tx.reset_progress(model) });
            reset.map_err(|error| error.to_string())?;
        }
        Action::Send { batch, max, resend, skip } => {
            super::send::send(world, to, super::send::Wish { batch, max, resend, skip })?;
        }
        Action::SetTimer { timer, delay_ms } => world.set_timer(to, timer, delay_ms),
        Action::Publish(notice) => {
            if let Notice::ModelSynced { model, .. } = &notice {
                world.devices[device].volatile.accept_equal.remove(model);
            }
            world.tell(|| format!("device {device}: {notice:?}"));
        }
    }
    Ok(())
}

/// An answer, or its absence, has reached a device.
///
/// # Errors
/// If something fails that must not.
pub fn answered(
    world: &mut World,
    to: Address,
    purpose: Purpose,
    body: Option<(u16, Vec<u8>)>,
) -> Result<(), String> {
    let body = body.filter(|(status, _)| *status == 200).map(|(_, body)| body);
    match (purpose, body) {
        (Purpose::Page { page, sync }, Some(body)) => super::fetch::arrived(world, to, page, &sync, &body),
        (Purpose::Page { page, .. }, None) => {
            world.event(to, Event::PageFailed { page, failure: Failure::Timeout, answered: false })
        }
        (Purpose::Batch { flight, entries }, Some(body)) => {
            super::send::answered(world, to, flight, entries, &body)
        }
        (Purpose::Batch { flight, entries }, None) => unanswered(world, to, flight, entries.len()),
        (Purpose::Verify { flight, left, looked }, Some(body)) => {
            super::verify::seen(world, to, flight, (left, looked), &body)
        }
        (Purpose::Original { flight, work, entry, original }, Some(body)) => {
            super::original::answered(world, to, flight, work, (entry, &original), &body)
        }
        (Purpose::Shown { flight, work, shown }, Some(body)) => {
            super::original::looked_at(world, to, flight, work, shown, &body)
        }
        // What is known already is found out again.
        (
            Purpose::Verify { flight, .. } | Purpose::Original { flight, .. } | Purpose::Shown { flight, .. },
            None,
        ) => unanswered(world, to, flight, 1),
        (Purpose::Look { flight, known }, body) => {
            super::settle::looked_at(world, to, flight, known, body.as_deref())
        }
        (Purpose::Fill { flight, left }, body) => super::fill::seen(world, to, flight, left, body.as_deref()),
        (Purpose::ScopeCheck { page, fetched, held }, Some(body)) => {
            super::fetch::scope_checked(world, to, page, *fetched, held, &body)
        }
        (Purpose::ScopeCheck { page, .. }, None) => {
            world.event(to, Event::PageFailed { page, failure: Failure::Timeout, answered: false })
        }
    }
}

/// Nobody answered a batch of this size.
fn unanswered(world: &mut World, to: Address, flight: Flight, size: usize) -> Result<(), String> {
    let batch = flight.batch;
    landed(world, to, flight, Event::BatchFailed { batch, size, failure: Failure::Timeout, answered: false })
}

/// A batch is no longer under way: what frames said of its records and its answer did not counts now.
pub(super) fn landed(world: &mut World, to: Address, flight: Flight, event: Event) -> Result<(), String> {
    let released = world.devices[to.device].volatile.echoes.release(flight.records);
    for (model, row) in released {
        super::frames::store(world, to, model, row)?;
    }
    world.event(to, event)
}
