//! Random histories of two models against a small server: whatever happens, a row is the fold of what is known, the
//! side table holds exactly the server's records of what is pending, and in the end the device has what the server has.

use crate::support::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use syncline_core::predicate::Filter;
use syncline_core::record::{Answer, Answers, Entry, EntryState, MutationOp, Outcome, ReadAs, Settles, fold};
use syncline_core::{Meta, Model, Record, Schema, Value, Versioned};
use syncline_store::{Answered, ClaimLimits, Group, RemotePage, Save, Snapshots, Store, StoreError, Stored};

/// SplitMix64: numbers from a seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }
}

const IDS: [&str; 6] = ["p1", "p2", "p3", "c1", "c2", "c3"];

/// The server: the newest row of each record, every row there has been, and what it applied.
#[derive(Clone, Default)]
struct Server {
    now: BTreeMap<String, Versioned>,
    past: Vec<(String, Versioned)>,
    applied: HashMap<String, String>,
    clock: i64,
}

impl Server {
    fn write(&mut self, id: &str, record: Record, deleted: bool) -> Versioned {
        self.clock += 10;
        let version = self.now.get(id).map_or(0, |row| row.meta.version) + 1;
        let row = Versioned { record, meta: Meta { version, last_changed_at: self.clock, deleted } };
        self.now.insert(id.to_owned(), row.clone());
        self.past.push((id.to_owned(), row.clone()));
        row
    }

    /// Applies a mutation once, if it was made on what the server has.
    fn mutate(&mut self, model: &Model, entry: &Entry, fresh_id: String) -> Outcome {
        let id = entry.key.to_string();
        let current = self.now.get(&id).cloned();
        if self.applied.contains_key(&entry.id) {
            return Outcome::Applied(current.unwrap());
        }
        let live = current.as_ref().filter(|row| !row.meta.deleted);
        let fits = entry.base_version == current.as_ref().map(|row| row.meta.version)
            && live.is_some() == (entry.op != MutationOp::Create);
        if !fits {
            return Outcome::Conflict { current: current.unwrap(), fresh_id };
        }
        let mut record = match live {
            Some(row) => row.record.clone(),
            None => {
                let mut record = Record::empty(model.fields.len());
                record[model.key[0]] = entry.key.0[0].clone();
                record
            }
        };
        entry.patch.write_to(&mut record);
        self.applied.insert(entry.id.clone(), id.clone());
        Outcome::Applied(self.write(&id, record, entry.op == MutationOp::Delete))
    }
}

struct World {
    /// Where the file is; some histories run in memory, which is faster, and never reopen.
    dir: Option<Dir>,
    schema: Arc<Schema>,
    store: Option<Store>,
    /// Whether groups go as one, and whether what depends on each other shares a document.
    together: (bool, bool),
    /// Looks into the file past the store.
    inside: Option<rusqlite::Connection>,
    server: Server,
    random: Random,
    held: HashMap<&'static str, Stored>,
    ids: u64,
    log: Vec<String>,
    /// Who settles conflicts.
    settles: Settles,
}

/// A store whose conflicts `settles` settles.
fn open(dir: Option<&Dir>, schema: &Arc<Schema>, settles: Settles) -> Store {
    let mut store = dir.map_or_else(|| memory(Arc::clone(schema)), |dir| dir.open(Arc::clone(schema)));
    schema.models().iter().for_each(|model| store.settle_conflicts(model.id, settles));
    store.release_held().unwrap();
    store
}

impl World {
    fn fresh(&mut self) -> String {
        self.ids += 1;
        format!("m{}", self.ids)
    }

    fn store(&mut self) -> &mut Store {
        self.store.as_mut().unwrap()
    }

    /// Values for some fields.
    fn edit(&mut self, model: &Model, record: &mut Record) {
        for _ in 0..=self.random.below(2) {
            let number = self.random.below(4);
            let (name, value) = match (model.name.as_str(), self.random.below(4)) {
                ("Post", 0) => {
                    ("content", if number == 0 { Value::Null } else { Value::from(format!("c{number}")) })
                }
                ("Post", 1) => ("rating", Value::Int(number as i64)),
                ("Post", 2) => {
                    let items = (0..number).map(|item| Value::from(format!("t{}", item + number % 2)));
                    ("tags", Value::List(items.collect()))
                }
                ("Post", _) => ("title", Value::from(format!("t{number}"))),
                (_, 0) => ("likes", Value::Int(number as i64)),
                (_, 1) => ("postCommentsId", Value::from(*self.random.pick(&["p1", "p2", "p3"]))),
                _ => ("content", Value::from(format!("c{number}"))),
            };
            record[model.field(name).unwrap()] = value;
        }
    }

    fn step(&mut self) {
        let id = *self.random.pick(&IDS);
        let schema = Arc::clone(&self.schema);
        let model = model_of(&schema, id);
        let choice = self.random.below(100);
        self.log.push(format!("{choice} {id}"));
        if self.settles == Settles::Handler && self.random.below(4) == 0 {
            self.answer();
        }
        match choice {
            0..19 => self.save(model, id),
            19..25 => self.transaction(),
            25..30 => {
                let (mutation, model) = (self.fresh(), model.id);
                self.store().write(|tx| tx.delete(model, &key(id), None, mutation)).unwrap();
            }
            30..35 => {
                if let Some(stored) = self.store().reads().get(model.id, &key(id)).unwrap() {
                    self.held.insert(id, stored);
                }
            }
            35..50 => {
                // Somebody else writes.
                let live = self.server.now.get(id).filter(|row| !row.meta.deleted).cloned();
                let deleted = live.is_some() && self.random.below(5) == 0;
                let mut record = live.map_or_else(|| record(&schema, id, &[]), |row| row.record);
                self.edit(model, &mut record);
                self.server.write(id, record, deleted);
            }
            50..65 => {
                // A frame, new or old, once more or out of order.
                if !self.server.past.is_empty() {
                    let (id, row) = self.random.pick(&self.server.past).clone();
                    let model = model_of(&schema, &id).id;
                    self.store().write(|tx| tx.apply_frame(model, row, &Filter::All)).unwrap();
                }
            }
            65..72 => {
                let base = self.random.below(3) == 0;
                self.sync(model, base);
            }
            72..94 => {
                let resend = self.random.below(3) == 0;
                self.send(resend, true);
            }
            94..97 => self.person(),
            _ => {
                if self.dir.is_some() {
                    (self.store, self.inside) = (None, None);
                    self.store = Some(open(self.dir.as_ref(), &self.schema, self.settles));
                }
            }
        }
    }

    fn save(&mut self, model: &Model, id: &'static str) {
        let stored = self.store().reads().get(model.id, &key(id)).unwrap();
        // A new value, an edit of what is there, or of what was read some time ago.
        let read_as = match self.random.below(4) {
            0 => None,
            1 => self.held.get(id).cloned().or(stored),
            _ => stored,
        };
        let mut value = match &read_as {
            Some(read) => read.record.clone(),
            None => record(&self.schema, id, &[]),
        };
        self.edit(model, &mut value);
        let mutation = self.fresh();
        let read_as = read_as.as_ref().map(|read| ReadAs { record: &read.record, version: read.version });
        let save = Save { model: model.id, value: &value, read_as, condition: None, mutation };
        match self.store().write(|tx| tx.save(save)) {
            Ok(_) | Err(StoreError::RecordDeleted { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }

    /// Reads, saves and deletes some records together. Sometimes somebody else's row arrives before its end.
    fn transaction(&mut self) {
        let schema = Arc::clone(&self.schema);
        let (mut group, snapshot) = (Group::default(), Snapshots::of(self.store()).take().unwrap());
        let mut touched = Vec::new();
        for _ in 0..=self.random.below(4) {
            let id = *self.random.pick(&IDS);
            let (model, mutation) = (model_of(&schema, id), self.fresh());
            touched.push(id);
            if self.random.below(4) == 0 {
                group.delete(&snapshot, model.id, &key(id), None, mutation).unwrap();
                continue;
            }
            let read = group.get(&snapshot, model.id, &key(id)).unwrap();
            let mut value =
                read.as_ref().map_or_else(|| record(&schema, id, &[]), |read| read.record.clone());
            self.edit(model, &mut value);
            let read_as = read.as_ref().map(|read| ReadAs { record: &read.record, version: read.version });
            let save = Save { model: model.id, value: &value, read_as, condition: None, mutation };
            group.save(&snapshot, save).unwrap();
        }
        if self.random.below(3) == 0 && !self.server.past.is_empty() {
            let (id, row) = self.random.pick(&self.server.past).clone();
            let model = model_of(&schema, &id).id;
            self.store().write(|tx| tx.apply_frame(model, row, &Filter::All)).unwrap();
        }
        let seen: Vec<Option<Stored>> = touched
            .iter()
            .map(|id| group.get(&snapshot, model_of(&schema, id).id, &key(id)).unwrap())
            .collect();
        match self.store().write(|tx| tx.apply_group(&group)) {
            Ok(_) => {
                for (id, seen) in touched.into_iter().zip(seen) {
                    let model = model_of(&schema, id).id;
                    let now = self.store().reads().get(model, &key(id)).unwrap();
                    assert_eq!(now.map(|now| now.record), seen.map(|seen| seen.record), "{id}");
                }
            }
            Err(StoreError::TransactionConflict { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }

    fn sync(&mut self, model: &Model, base: bool) {
        let rows = self.server.now.iter().filter(|(id, _)| model_of(&self.schema, id).id == model.id);
        // A base sync of AppSync returns tombstones as long as it has them.
        let rows: Vec<Versioned> = rows.map(|(_, row)| row.clone()).collect();
        let started_at = self.server.clock + 1;
        let half = rows.len() / 2;
        for (place, rows) in [rows[..half].to_vec(), rows[half..].to_vec()].into_iter().enumerate() {
            let page = RemotePage {
                base,
                started_at,
                token: (place == 1).then_some("2"),
                next: (place == 0).then(|| "2".to_owned()),
                ..base_page(rows)
            };
            self.store().write(|tx| tx.apply_page(model.id, page)).unwrap();
        }
    }

    /// Sends a batch; with `faults` some answers are lost and some are refusals. Whether there was one.
    fn send(&mut self, resend: bool, faults: bool) -> bool {
        let (atomic_groups, same_document_dependencies) = self.together;
        let limits =
            ClaimLimits { resend, atomic_groups, same_document_dependencies, ..ClaimLimits::of(&[1, 2, 3]) };
        let Some(batch) = self.store().write(|tx| tx.claim(limits)).unwrap().0 else { return false };
        for entry in &batch.entries {
            assert_eq!(entry.state, EntryState::Sent);
            assert!(entry.op == MutationOp::Create || entry.base_version.is_some(), "{entry:?} has no base");
        }
        if batch.atomic {
            self.send_whole(&batch.entries, resend, faults);
            return true;
        }
        let schema = Arc::clone(&self.schema);
        let mut failed: Vec<String> = Vec::new();
        for entry in batch.entries {
            let key = entry.key.to_string();
            let names = |failed: &String| entry.patch.0.iter().any(|change| word(&change.value) == *failed);
            if failed.iter().any(|failed| *failed == key || names(failed)) {
                let fresh_id = self.fresh();
                self.settle(&entry, Outcome::NotApplied { fresh_id });
                failed.push(key);
                continue;
            }
            let fate = if faults { self.random.below(10) } else { 9 };
            if fate == 0 && !resend {
                self.settle(&entry, Outcome::Refused("no".into()));
                failed.push(key);
                continue;
            }
            let fresh = self.fresh();
            let outcome = self.server.mutate(schema.model(entry.model), &entry, fresh);
            if !matches!(outcome, Outcome::Applied(_)) {
                failed.push(key);
            }
            // What is said of one whose predecessor's answer is lost would be lost as well.
            if fate > 2 || !failed.is_empty() {
                self.settle(&entry, outcome);
            }
        }
        true
    }

    /// Sends a group that is applied as a whole or not at all.
    fn send_whole(&mut self, entries: &[Entry], resend: bool, faults: bool) {
        let fate = if faults { self.random.below(10) } else { 9 };
        let schema = Arc::clone(&self.schema);
        let before = self.server.clone();
        let mut outcomes = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let fresh = self.fresh();
            outcomes.push(match fate {
                0 if !resend && place + 1 == entries.len() => Outcome::Refused("no".into()),
                _ => self.server.mutate(schema.model(entry.model), entry, fresh),
            });
            if !matches!(outcomes[place], Outcome::Applied(_)) {
                break;
            }
        }
        let failed = (!matches!(outcomes.last(), Some(Outcome::Applied(_)))).then(|| outcomes.len() - 1);
        if failed.is_some() {
            self.server = before;
        }
        if fate == 1 || fate == 2 {
            return;
        }
        let last = outcomes.pop().unwrap();
        for (place, entry) in entries.iter().enumerate() {
            match failed {
                Some(failed) if failed != place => {
                    let fresh_id = self.fresh();
                    self.settle(entry, Outcome::NotApplied { fresh_id });
                }
                None if place + 1 < entries.len() => self.settle(entry, outcomes[place].clone()),
                _ => {}
            }
        }
        self.settle(&entries[failed.unwrap_or(entries.len() - 1)], last);
    }

    fn settle(&mut self, entry: &Entry, outcome: Outcome) {
        let fresh = self.fresh();
        // What was not tried may have given way with what it went behind.
        let tried = !matches!(outcome, Outcome::NotApplied { .. });
        let settle =
            |tx: &mut syncline_store::Tx<'_>| tx.settle_asking(entry, outcome, &mut || fresh.clone());
        let done = self.store().write(settle).unwrap().0;
        assert!(done.is_some() || !tried, "{} was not in flight", entry.id);
    }

    /// The handler says something about one of the records that wait for it. Whether there was one.
    fn answer(&mut self) -> bool {
        let held = self.store().reads().held().unwrap();
        if held.is_empty() {
            return false;
        }
        let (model, key) = self.random.pick(&held).clone();
        let ir = Arc::clone(self.schema.model(model));
        let (mut answers, mut seen) = (Answers::default(), None);
        loop {
            let ask = |tx: &mut syncline_store::Tx<'_>| tx.answer(model, &key, seen.as_ref(), &answers);
            let (local, question) = match self.store().write(ask).unwrap().0 {
                Answered::Ask { local, question, changed } => {
                    assert!(!changed);
                    (local, question)
                }
                Answered::Settled(_) => return true,
            };
            let answer = match (self.random.below(3), question.merged.or(question.local)) {
                (0, _) => Answer::Remote,
                (1, Some(mut merged)) => {
                    self.edit(&ir, &mut merged);
                    Answer::Merged(merged)
                }
                _ => Answer::Local,
            };
            answers.add(question.mutation, answer);
            seen = Some(*local);
        }
    }

    fn person(&mut self) {
        let entries = self.store().reads().outbox().unwrap();
        let parked = entries.into_iter().find(|entry| matches!(entry.state, EntryState::Parked(_)));
        if let Some(entry) = parked {
            let (retry, fresh) = (self.random.below(2) == 0, self.fresh());
            let act = move |tx: &mut syncline_store::Tx<'_>| {
                if retry { tx.retry(&entry.id, &fresh) } else { tx.discard(&entry.id) }
            };
            match self.store().write(act) {
                Ok(_) | Err(syncline_store::StoreError::StillInFlight { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn check(&mut self) {
        let store = self.store.as_ref().unwrap();
        for id in IDS {
            let model = model_of(&self.schema, id);
            let local = store.reads().local(model.id, &key(id)).unwrap();
            let stored = store.reads().get(model.id, &key(id)).unwrap();
            let shown = fold(model, &local.server, &local.entries);
            assert_eq!(stored.as_ref().map(|stored| &stored.record), shown.as_ref(), "{id} is not its fold");
            if let Some(row) = local.server.live() {
                let known = self.server.past.iter().any(|(past, known)| past == id && known == row);
                assert!(known, "{id}: the server never had {row:?}");
            }
        }
        let Some(dir) = &self.dir else { return };
        let inside = self.inside.get_or_insert_with(|| rusqlite::Connection::open(dir.file()).unwrap());
        for (what, sql) in [
            (
                "side records without entries",
                "SELECT count(*) FROM _server AS s WHERE NOT EXISTS \
                 (SELECT 1 FROM _outbox AS o WHERE o.model = s.model AND o.key = s.key)",
            ),
            ("records both held and absent", "SELECT count(*) FROM _server JOIN _absence USING (model, key)"),
            (
                "posts that are held and absent",
                "SELECT count(*) FROM Post, _absence AS a WHERE a.model = 'Post' AND a.key = json_array(id) \
                 AND NOT EXISTS (SELECT 1 FROM _outbox AS o WHERE o.model = a.model AND o.key = a.key)",
            ),
            (
                "records with two heads, or a head beside one in flight",
                "SELECT count(*) FROM (SELECT 1 FROM _outbox GROUP BY model, key \
                 HAVING sum(head) > 1 OR sum(head) > 0 AND sum(state = 1) > 0)",
            ),
            (
                "members of a group that do not go in order",
                "SELECT count(*) FROM _outbox AS o WHERE (ready = 1 OR state = 1) AND grp IS NOT NULL \
                 AND seq > (SELECT min(seq) FROM _outbox AS m WHERE m.grp = o.grp) \
                 AND EXISTS (SELECT 1 FROM _outbox AS m WHERE m.grp = o.grp AND m.state <> 1)",
            ),
            ("entries that are ready and no head", "SELECT count(*) FROM _outbox WHERE ready > head"),
            (
                "links of entries that are gone",
                "SELECT count(*) FROM _parent WHERE seq NOT IN (SELECT seq FROM _outbox)",
            ),
            (
                "children that could overtake their parent",
                "SELECT count(*) FROM _outbox AS c JOIN _parent AS l ON l.seq = c.seq \
                 JOIN _outbox AS p ON p.model = l.model AND p.key = l.key \
                 WHERE c.ready = 1 AND c.op <> 2 AND p.op = 0 \
                 AND NOT EXISTS (SELECT 1 FROM _outbox WHERE grp IS NOT NULL)",
            ),
            (
                "children that wait for nothing",
                "SELECT count(*) FROM _outbox AS c WHERE c.head = 1 AND c.ready = 0 \
                 AND c.grp IS NULL AND NOT EXISTS \
                 (SELECT 1 FROM _parent AS l JOIN _outbox AS p ON p.model = l.model AND p.key = l.key \
                  WHERE l.seq = c.seq AND c.op <> 2 AND p.op = 0) AND NOT EXISTS \
                 (SELECT 1 FROM _parent AS l JOIN _outbox AS d ON d.seq = l.seq \
                  WHERE l.model = c.model AND l.key = c.key AND c.op = 2 AND d.op = 2 AND d.state <> 2)",
            ),
            (
                "groups that wait for nothing",
                "SELECT count(*) FROM (SELECT grp FROM _outbox WHERE grp IS NOT NULL \
                 GROUP BY grp HAVING max(ready) = 0 AND max(state) = 0) AS g WHERE NOT EXISTS \
                 (SELECT 1 FROM _outbox AS m JOIN _outbox AS e ON e.model = m.model AND e.key = m.key \
                  WHERE m.grp = g.grp AND e.seq < m.seq AND e.grp IS NOT m.grp) AND NOT EXISTS \
                 (SELECT 1 FROM _outbox AS m JOIN _parent AS l ON l.seq = m.seq JOIN _outbox AS p \
                  ON p.model = l.model AND p.key = l.key WHERE m.grp = g.grp AND m.op <> 2 AND p.op = 0 \
                  AND p.grp IS NOT m.grp) AND NOT EXISTS \
                 (SELECT 1 FROM _outbox AS m JOIN _parent AS l ON l.model = m.model AND l.key = m.key JOIN _outbox AS d \
                  ON d.seq = l.seq WHERE m.grp = g.grp AND m.op = 2 AND d.op = 2 AND d.state <> 2 \
                  AND d.grp IS NOT m.grp) AND NOT EXISTS \
                 (SELECT 1 FROM _outbox AS m JOIN _held AS h ON h.model = m.model AND h.key = m.key \
                  WHERE m.grp = g.grp AND h.asks = 1)",
            ),
            (
                "records that wait for their handler and could go",
                "SELECT count(*) FROM _outbox JOIN _held USING (model, key) WHERE asks = 1 AND (head = 1 OR ready = 1)",
            ),
            (
                "records whose first entry could go and is no head",
                "SELECT count(*) FROM _outbox AS o WHERE state = 0 AND head = 0 AND NOT EXISTS \
                 (SELECT 1 FROM _outbox AS e WHERE e.model = o.model AND e.key = o.key AND (e.seq < o.seq OR e.state = 1)) \
                 AND NOT EXISTS (SELECT 1 FROM _held AS h WHERE h.model = o.model AND h.key = o.key AND asks = 1)",
            ),
            (
                "records that are held for nothing",
                "SELECT count(*) FROM _held AS h WHERE NOT EXISTS \
                 (SELECT 1 FROM _outbox AS o WHERE o.model = h.model AND o.key = h.key) \
                 OR asks = 0 AND NOT EXISTS \
                 (SELECT 1 FROM _outbox AS o WHERE o.model = h.model AND o.key = h.key AND o.state = 1)",
            ),
            (
                "groups that are ready, but not as a whole",
                "SELECT count(*) FROM _outbox AS f JOIN _outbox AS m ON m.grp = f.grp WHERE f.ready = 1 AND (m.state <> 0 \
                 OR m.head = 0 AND NOT EXISTS (SELECT 1 FROM _outbox AS e WHERE e.model = m.model AND e.key = m.key \
                 AND e.grp = m.grp AND e.seq < m.seq))",
            ),
        ] {
            let count: i64 = inside.prepare_cached(sql).unwrap().query_row([], |row| row.get(0)).unwrap();
            assert_eq!(count, 0, "{what}");
        }
    }

    /// Everybody is online and nobody writes: the device comes to hold what the server holds.
    fn rest(&mut self) {
        for _ in 0..200 {
            self.person();
            while self.answer() {}
            let sent = self.send(true, false);
            let (post, comment) = (self.schema.models()[0].clone(), self.schema.models()[1].clone());
            self.sync(&post, false);
            self.sync(&comment, false);
            self.check();
            if !sent && self.store().reads().outbox_len().unwrap() == 0 {
                break;
            }
        }
        assert_eq!(self.store().reads().outbox().unwrap(), [], "the outbox does not drain");
        for id in IDS {
            let model = model_of(&self.schema, id).id;
            let here = self.store().reads().get(model, &key(id)).unwrap();
            let there = self.server.now.get(id).filter(|row| !row.meta.deleted);
            assert_eq!(here.as_ref().map(|here| &here.record), there.map(|row| &row.record), "{id} differs");
        }
    }
}

#[test]
fn random_histories_end_well() {
    const ON_FILES: u64 = 8;
    for seed in 0..80 {
        let (dir, schema) = ((seed < ON_FILES).then(Dir::new), blog());
        // In some of them a handler settles conflicts, and in some the server.
        let settles = [Settles::Handler, Settles::Device, Settles::Device, Settles::Handler, Settles::Server]
            [seed as usize % 5];
        let store = Some(open(dir.as_ref(), &schema, settles));
        let mut world = World {
            dir,
            schema,
            store,
            together: (seed % 3 > 0, seed % 3 == 2),
            inside: None,
            server: Server::default(),
            random: Random(seed),
            held: HashMap::new(),
            ids: 0,
            log: Vec::new(),
            settles,
        };
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..150 {
                world.step();
                world.check();
            }
            world.rest();
        }));
        if let Err(panic) = run {
            println!("seed {seed}, after {} steps; the last: {:?}", world.log.len(), world.log.last());
            std::panic::resume_unwind(panic);
        }
    }
}
