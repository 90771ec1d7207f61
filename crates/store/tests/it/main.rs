//! The store over real files.

#[cfg(test)]
mod support;

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod cascade;
#[cfg(test)]
mod claims;
#[cfg(test)]
#[cfg(feature = "faults")]
mod faults;
#[cfg(test)]
mod filling;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod migrations;
#[cfg(test)]
mod migrations_random;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod random;
#[cfg(test)]
mod receiving;
#[cfg(test)]
mod stopped;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod transactions;
