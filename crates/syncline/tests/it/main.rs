//! The client against a real server in this process, over a line that can be cut, held and made to lie.

syncline::schema!("../schema/tests/fixtures/blog.graphql");

#[cfg(test)]
mod ahead;
#[cfg(test)]
mod api;
#[cfg(test)]
mod appsync;
#[cfg(test)]
mod cancel;
#[cfg(test)]
mod conditions;
#[cfg(test)]
mod counting;
#[cfg(test)]
mod deleting;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod events;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod files;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod handler;
#[cfg(test)]
mod http;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod line;
#[cfg(test)]
mod local;
#[cfg(test)]
mod migrate;
#[cfg(test)]
mod observing;
#[cfg(test)]
mod pending;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod rapid;
#[cfg(test)]
mod receiving;
#[cfg(test)]
mod rejected;
#[cfg(test)]
mod repair;
#[cfg(test)]
mod selective;
#[cfg(test)]
mod sockets;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod support;
#[cfg(test)]
mod sync;
#[cfg(test)]
mod transactions;
#[cfg(test)]
mod unreadable;
#[cfg(test)]
mod verdicts;
