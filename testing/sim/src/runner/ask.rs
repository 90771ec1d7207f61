//! Conflict handlers: some devices settle the conflicts of their posts themselves (SYNC 1.6). A handler takes its time, and
//! what it is asked about may change meanwhile.

use crate::history::id_of;
use crate::schemas::{POST, known_as};
use crate::world::{Address, Message, World};
use syncline_core::record::{Answer, Answers, Local, Question};
use syncline_core::{Key, ModelId};
use syncline_engine::Input;
use syncline_store::Answered;

/// A record whose handler thinks, and what it has said so far.
#[derive(Clone, Debug)]
pub struct Thought {
    /// The model.
    pub model: ModelId,
    /// The record.
    pub key: Key,
    /// The record as it was when the question was asked.
    seen: Option<Box<Local>>,
    answers: Answers,
}

/// Asks about every record that is held and not asked about yet.
///
/// # Errors
/// If something fails that must not.
pub fn ask_all(world: &mut World, device: usize) -> Result<(), String> {
    let to = world.address(device);
    let it = &mut world.devices[device];
    if !it.has_handler() || !it.engine.is_running() {
        return Ok(());
    }
    for (model, key) in it.store()?.reads().held().map_err(|error| error.to_string())? {
        if world.devices[device].volatile.asking.insert((model, key.clone())) {
            let thought = Thought { model, key, seen: None, answers: Answers::default() };
            world.ponder(Message::Handler { to, thought });
        }
    }
    Ok(())
}

/// A handler has thought: what it says is stored, and what it is asked next it thinks about.
///
/// # Errors
/// If something fails that must not.
pub fn thought(world: &mut World, to: Address, thought: Thought) -> Result<(), String> {
    let Thought { model, key, seen, mut answers } = thought;
    let it = &mut world.devices[to.device];
    let answered = it.store()?.write(|tx| tx.answer(model, &key, seen.as_deref(), &answers));
    match answered.map_err(|error| format!("an answer of a handler cannot be stored: {error}"))?.0 {
        Answered::Ask { local, question, changed } => {
            if changed {
                world.history.count("questions that changed");
                answers = Answers::default();
            }
            let answer = answer(world, to.device, model, &key, &question);
            world.tell(|| format!("the handler of device {} says of {key}: {answer:?}", to.device));
            answers.add(question.mutation.clone(), answer);
            let thought = Thought { model, key, seen: Some(local), answers };
            world.ponder(Message::Handler { to, thought });
            Ok(())
        }
        Answered::Settled(_) => {
            it.volatile.asking.remove(&(model, key));
            crate::check::versions(world, to.device)?;
            world.input(to.device, Input::OutboxGrew)
        }
    }
}

/// What the handler says: the server's side, its own, or something of both. It has seen what the server has now.
fn answer(world: &mut World, device: usize, model: ModelId, key: &Key, question: &Question) -> Answer {
    let it = &mut world.devices[device];
    let ir = it.model(model);
    let answer = match (it.random.below(3), &question.local) {
        (0, Some(_)) => Answer::Local,
        (1, Some(local)) => {
            let mut record = question.merged.as_ref().unwrap_or(local).clone();
            for field in &question.fields {
                if it.random.chance(50) {
                    record[*field] = local[*field].clone();
                }
            }
            Answer::Merged(record)
        }
        _ => Answer::Remote,
    };
    world.history.count(match &answer {
        Answer::Local => "conflicts a handler wins",
        Answer::Merged(_) => "conflicts a handler merges",
        Answer::Remote => "conflicts a handler gives up",
    });
    let id = id_of(&world.devices[device].schema, model, key);
    if let Some(remote) = &question.remote {
        for (place, field) in ir.fields.iter().enumerate() {
            world.history.saw((device, &id), known_as(&field.name), &remote[place]);
        }
    }
    world.history.handled.insert((device, id));
    answer
}

/// Whether the conflicts of this model are for the handler.
#[must_use]
pub fn is_handled(model: &str) -> bool {
    known_as(model) == POST
}
