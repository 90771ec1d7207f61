//! Decisions about one record; and predicates: Rust, SQLite and filter JSON agree (I8).

#[cfg(test)]
mod agree;
#[cfg(test)]
mod bind;
#[cfg(test)]
mod builder;
#[cfg(test)]
mod coalesce;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod database;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod generate;
#[cfg(test)]
mod handler;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod json;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod models;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod random;
#[cfg(test)]
mod record;
#[cfg(test)]
mod shrink;
#[cfg(test)]
mod sql;
#[cfg(test)]
mod values;
