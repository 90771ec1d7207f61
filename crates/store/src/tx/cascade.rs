//! What goes with a record that is deleted, and in which order: each record after what belongs to it.
//!
//! The walk keeps its own stack, so that how deep records belong to each other is bounded by memory only. A record that is
//! reached twice, or that belongs to itself at the end of a circle, is met once.

use crate::StoreError;
use crate::codec::{Bind, read_key};
use crate::layout::{Owned, Table};
use crate::local::{self, Loaded};
use crate::read::Reads;
use std::collections::HashMap;
use syncline_core::{Key, ModelId, Record};

/// A record to delete.
pub(super) struct Node<'t> {
    pub(super) table: &'t Table,
    pub(super) key: Key,
    /// What is known of it, where that had to be loaded to find what belongs to it.
    pub(super) loaded: Option<Box<Loaded>>,
    /// The records it belongs to whose deletes do not wait for its delete by a foreign key: tables and keys as text.
    pub(super) owners: Vec<(&'t Table, String)>,
    /// Whether all that belongs to it has been met.
    left: bool,
}

/// A record whose belongings are being walked.
struct Step<'t> {
    node: usize,
    /// What belongs to it and has not been looked at, the next one last.
    left: Vec<(&'t Owned, Key)>,
}

/// Plans to delete the records `tops`, of `table`, and what belongs to them: each comes after what belongs to it, also where
/// that belongs to several of them. Of one top, it comes last.
pub(super) fn plan<'t>(
    reads: &'t Reads,
    table: &'t Table,
    tops: Vec<Loaded>,
) -> Result<Vec<Node<'t>>, StoreError> {
    let mut walk = Walk { reads, nodes: Vec::new(), met: HashMap::new(), order: Vec::new() };
    for top in tops {
        // One that belongs to another of them has been met.
        if !walk.met.contains_key(&(table.model.id, top.key.clone())) {
            walk.all(table, top)?;
        }
    }
    let mut nodes: Vec<Option<Node<'t>>> = walk.nodes.into_iter().map(Some).collect();
    Ok(walk.order.into_iter().filter_map(|place| nodes[place].take()).collect())
}

struct Walk<'t> {
    reads: &'t Reads,
    nodes: Vec<Node<'t>>,
    met: HashMap<(ModelId, Key), usize>,
    /// The places of the nodes, each after those of what belongs to it.
    order: Vec<usize>,
}

impl<'t> Walk<'t> {
    /// Meets a record and all that belongs to it.
    fn all(&mut self, table: &'t Table, top: Loaded) -> Result<(), StoreError> {
        let reads = self.reads;
        let mut steps = Vec::new();
        if let Some(step) = self.enter(table, top.key.clone(), Some(top))? {
            steps.push(step);
        }
        while let Some(step) = steps.last_mut() {
            let Some((owned, key)) = step.left.pop() else {
                self.leave(step.node);
                steps.pop();
                continue;
            };
            let owner = step.node;
            let child = reads.tables.get(owned.child)?;
            match self.met.get(&(owned.child, key.clone())) {
                Some(&place) => {
                    // In a circle, one has to go before what belongs to it.
                    if !owned.linked && self.nodes[place].left {
                        self.belongs(place, owner);
                    }
                }
                None => {
                    let place = self.nodes.len();
                    if let Some(step) = self.enter(child, key, None)? {
                        steps.push(step);
                    }
                    if !owned.linked {
                        self.belongs(place, owner);
                    }
                }
            }
        }
        Ok(())
    }

    /// Meets a record. `None`: nothing can belong to it.
    fn enter(
        &mut self,
        table: &'t Table,
        key: Key,
        loaded: Option<Loaded>,
    ) -> Result<Option<Step<'t>>, StoreError> {
        let node = self.nodes.len();
        let owner = !table.owns.is_empty();
        let loaded = match loaded {
            None if owner => Some(local::load(&self.reads.conn, table, &key)?),
            loaded => loaded,
        };
        let mut left = Vec::new();
        if let Some(record) = loaded.as_ref().and_then(|loaded| loaded.visible.as_ref()) {
            for owned in &table.owns {
                self.find(owned, record, &mut left)?;
            }
            left.reverse();
        }
        if owner || node > 0 {
            self.met.insert((table.model.id, key.clone()), node);
        }
        self.nodes.push(Node { table, key, loaded: loaded.map(Box::new), owners: Vec::new(), left: false });
        if left.is_empty() {
            self.leave(node);
            return Ok(None);
        }
        Ok(Some(Step { node, left }))
    }

    fn leave(&mut self, node: usize) {
        self.nodes[node].left = true;
        self.order.push(node);
    }

    /// Finds what belongs to `record`.
    fn find(
        &self,
        owned: &'t Owned,
        record: &Record,
        found: &mut Vec<(&'t Owned, Key)>,
    ) -> Result<(), StoreError> {
        let child = self.reads.tables.get(owned.child)?;
        let mut statement = self.reads.conn.prepare_cached(&owned.select)?;
        for (place, &field) in owned.fields.iter().enumerate() {
            // Null is equal to nothing.
            statement.raw_bind_parameter(place + 1, Bind(&record[field]))?;
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            found.push((owned, read_key(&child.model, row)?));
        }
        Ok(())
    }

    fn belongs(&mut self, child: usize, owner: usize) {
        let owner = &self.nodes[owner];
        let owner = (owner.table, owner.key.to_text());
        let owners = &mut self.nodes[child].owners;
        if owners.iter().all(|(table, key)| (table.model.id, key) != (owner.0.model.id, &owner.1)) {
            owners.push(owner);
        }
    }
}
