//! Custom types, lists of them, has-one, a composite key, defaults and many-to-many: from one device to another and
//! back, through a server.

syncline::schema!("tests/it/kinds.graphql");

use super::api::Api;
use super::support::{flush, ready, within};
use std::path::Path;
use syncline::model::Model;
use syncline::{DataStore, Durability, Value};
use syncline_core::Key;
use tempfile::{TempDir, tempdir};

async fn online(directory: &Path, name: &str, api: &Api) -> DataStore {
    let builder = DataStore::builder(schema()).path(directory.join(name)).durability(Durability::Relaxed);
    let store = builder.api(api.line.api()).open().await.unwrap();
    ready(&store).await;
    store
}

struct World {
    api: Api,
    a: DataStore,
    b: DataStore,
    _files: TempDir,
}

impl World {
    async fn new() -> World {
        World::with(true).await
    }

    /// With `extension` off, through what plain AppSync is.
    async fn with(extension: bool) -> World {
        let (api, files) = (Api::serving(schema(), extension).await, tempdir().unwrap());
        let a = online(files.path(), "a", &api).await;
        let b = online(files.path(), "b", &api).await;
        World { api, a, b, _files: files }
    }
}

/// Waits until the device holds what `wanted` accepts, and returns it.
async fn held<M: Model>(store: &DataStore, key: &Key, what: &str, wanted: impl Fn(&M) -> bool) -> M {
    // Observed before it is looked at, so that no change falls between.
    let mut changes = store.observe::<M>().unwrap();
    within(what, async {
        loop {
            if let Some(found) = store.get::<M>(key.clone()).await.unwrap().filter(|found| wanted(found)) {
                return found;
            }
            changes.next().await.unwrap();
        }
    })
    .await
}

async fn person(store: &DataStore, id: &str) -> Person {
    store.get::<Person>(id).await.unwrap().unwrap()
}

fn geo(lat: f64, mood: Option<Mood>) -> Geo {
    Geo { mood, ..Geo::new(lat, -2.0) }
}

/// A person with something in every field.
fn full() -> Person {
    let home = Address {
        zip: Some(-5),
        geo: Some(geo(0.1, Some(Mood::Bad))),
        stops: Some(vec![geo(1.0, None), geo(2.0, Some(Mood::Unknown("LATER".to_owned())))]),
        since: Some("2024-02-29".parse().unwrap()),
        ..Address::new("é \"1\"")
    };
    Person {
        homes: Some(vec![Address::new(""), home.clone()]),
        spots: Some(vec![None, Some(geo(3.0, None))]),
        ..Person::new("n", home)
    }
}

#[tokio::test]
async fn what_one_device_writes_another_holds_and_writes_back() {
    there_and_back(&World::new().await).await;
}

#[tokio::test]
async fn plain_appsync_carries_them_too() {
    there_and_back(&World::with(false).await).await;
}

async fn there_and_back(World { api, a, b, .. }: &World) {
    let desk = Desk { plan: Some(geo(1.0, None)), ..Desk::new(1, "x") };
    let desk_key = Key(vec![Value::Int(1), Value::from("x")]);
    a.save(desk.clone()).await.unwrap();
    let mut mine = full();
    mine.home.stops = None;
    mine.homes = None;
    (mine.person_desk_floor, mine.person_desk_room) = (Some(1), Some("x".to_owned()));
    let id = a.save(mine.clone()).await.unwrap().into_inner().id;
    flush(a).await;
    let theirs = held::<Person>(b, &Key::id(&*id), "B gets the person", |_| true).await;
    assert_eq!((&theirs.home, &theirs.homes, &theirs.spots), (&mine.home, &mine.homes, &mine.spots));
    assert_eq!((theirs.mood.clone(), theirs.level), (Some(Mood::Good), Some(3)), "the defaults");
    held::<Desk>(b, &desk_key, "B gets the desk", |_| true).await;
    let found = theirs.desk(b).await.unwrap().unwrap();
    assert_eq!((found.floor, found.room.as_str(), &found.plan), (1, "x", &desk.plan));

    // And back: one part of a value, an item of a list, no desk, no spots.
    let mut theirs = theirs;
    theirs.home.zip = None;
    theirs.homes = Some(vec![Address::new("from B")]);
    theirs.spots = None;
    (theirs.person_desk_floor, theirs.person_desk_room) = (None, None);
    theirs.level = None;
    b.save(theirs.clone()).await.unwrap();
    flush(b).await;
    let back = held::<Person>(a, &Key::id(&*id), "A gets B's", |person| person.home.zip.is_none()).await;
    assert_eq!((&back.home, &back.homes, &back.spots), (&theirs.home, &theirs.homes, &None));
    assert_eq!((back.level, back.desk(a).await.unwrap()), (None, None));
    assert_eq!(back, person(b, &id).await, "both hold the same");
    let query = format!(
        "{{ getPerson(id: \"{id}\") {{ home {{ street zip geo {{ mood }} }} homes {{ street }} }} }}"
    );
    let server = api.ask(&query).await["getPerson"].clone();
    assert_eq!(server["home"]["geo"]["mood"], "BAD");
    assert_eq!((&server["home"]["zip"], &server["homes"][0]["street"]), (&().into(), &"from B".into()));
    assert_eq!(a.conflicts(10).unwrap(), []);
}

mod newer {
    syncline::schema!("tests/it/newer_kinds.graphql");
}

#[tokio::test]
async fn what_an_older_schema_cannot_name_survives_a_save() {
    let (api, files) = (Api::serving(newer::schema(), true).await, tempdir().unwrap());
    api.ask(
        "mutation { createPerson(input: { id: \"p\", name: \"n\", home: { street: \"s\", zip: 1, door: \"left\", \
         geo: { lat: 1, lon: 2, level: 3 } } }) { id } }",
    )
    .await;
    let device = online(files.path(), "a", &api).await;
    let mut person = held::<Person>(&device, &Key::id("p"), "the server's person", |_| true).await;
    (person.home.street, person.home.zip) = ("t".to_owned(), None);
    device.save(person).await.unwrap();
    flush(&device).await;
    let server = api.ask("{ getPerson(id: \"p\") { home { street zip door geo { lat level } } } }").await;
    let home =
        serde_json::json!({ "street": "t", "zip": null, "door": "left", "geo": { "lat": 1.0, "level": 3 } });
    assert_eq!(server["getPerson"]["home"], home);
}

#[tokio::test]
async fn a_default_that_the_server_fills_in_reaches_every_device() {
    let World { api, a, b, .. } = &World::new().await;
    let create = "mutation { createPerson(input: { id: \"p\", name: \"n\", home: { street: \"s\" }, level: null }) { id } }";
    api.ask(create).await;
    for device in [a, b] {
        let found = held::<Person>(device, &Key::id("p"), "the server's person", |_| true).await;
        assert_eq!((found.mood, found.level), (Some(Mood::Good), Some(3)));
        assert_eq!((found.home, found.homes), (Address::new("s"), None));
    }
}

#[tokio::test]
async fn offline_edits_of_one_value_are_merged_part_by_part() {
    let World { api, a, b, .. } = &World::new().await;
    let id = a.save(full_known()).await.unwrap().into_inner().id;
    flush(a).await;
    let key = Key::id(&*id);
    held::<Person>(b, &key, "B gets the person", |_| true).await;
    api.line.cut();
    let mut mine = person(a, &id).await;
    mine.home.street = "A's".to_owned();
    mine.homes.as_mut().unwrap().push(Address::new("A's"));
    mine.mood = Some(Mood::Bad);
    a.save(mine).await.unwrap();
    let mut theirs = person(b, &id).await;
    theirs.home.geo.as_mut().unwrap().lat = 9.0;
    theirs.home.stops.as_mut().unwrap().pop();
    theirs.homes.as_mut().unwrap().remove(0);
    theirs.level = Some(9);
    b.save(theirs).await.unwrap();
    api.line.mend(api.address());
    let merged = |person: &Person| {
        let geo = person.home.geo.as_ref();
        person.home.street == "A's" && geo.is_some_and(|geo| geo.lat == 9.0)
    };
    held::<Person>(a, &key, "A merges", merged).await;
    held::<Person>(b, &key, "B merges", merged).await;
    flush(a).await;
    flush(b).await;
    let query = format!("{{ getPerson(id: \"{id}\") {{ _version }} }}");
    let version = api.ask(&query).await["getPerson"]["_version"].clone();
    assert_eq!(version, 3, "one edit each");
    for device in [a, b] {
        let person = held::<Person>(device, &key, "both parts", |person| person.home.street == "A's").await;
        let mut expected = full_known();
        expected.home.street = "A's".to_owned();
        expected.home.geo.as_mut().unwrap().lat = 9.0;
        expected.home.stops.as_mut().unwrap().pop();
        assert_eq!(person.home, expected.home);
        let streets: Vec<_> = person.homes.iter().flatten().map(|home| home.street.as_str()).collect();
        assert_eq!(streets, ["é \"1\"", "A's"]);
        assert_eq!((person.mood, person.level), (Some(Mood::Bad), Some(9)));
        assert_eq!(device.conflicts(10).unwrap(), []);
    }
}

/// The same without a value that the server's schema does not have.
fn full_known() -> Person {
    let mut person = full();
    let known = |address: &mut Address| {
        if let Some(stops) = &mut address.stops {
            stops.iter_mut().for_each(|stop| stop.mood = None);
        }
    };
    known(&mut person.home);
    person.homes.iter_mut().flatten().for_each(known);
    person
}

#[tokio::test]
async fn many_to_many_goes_both_ways() {
    let World { api, a, b, .. } = &World::new().await;
    let one = a.save(full_known()).await.unwrap().into_inner();
    let (red, blue) = (a.save(Tag::new("red")).await.unwrap(), a.save(Tag::new("blue")).await.unwrap());
    let link = a.save(PersonTag::new(&one.id, &red.id)).await.unwrap().into_inner();
    flush(a).await;
    held::<PersonTag>(b, &Key::id(&*link.id), "B gets the link", |_| true).await;
    let theirs = person(b, &one.id).await;
    assert_eq!(labels(b, &theirs).await, ["red"]);

    // Offline, each links or unlinks something.
    api.line.cut();
    a.delete_by_id::<PersonTag>(&link.id).await.unwrap();
    let other = b.save(PersonTag::new(&one.id, &blue.id)).await.unwrap().into_inner();
    api.line.mend(api.address());
    held::<PersonTag>(a, &Key::id(&*other.id), "A gets the other link", |_| true).await;
    let mut changes = b.observe::<PersonTag>().unwrap();
    within("B loses the first link", async {
        while b.get::<PersonTag>(&link.id).await.unwrap().is_some() {
            changes.next().await.unwrap();
        }
    })
    .await;
    for device in [a, b] {
        let person = person(device, &one.id).await;
        assert_eq!(labels(device, &person).await, ["blue"]);
        let tag = device.get::<Tag>(&blue.id).await.unwrap().unwrap();
        let people = tag.people(device).await.unwrap();
        let back = people[0].person(device).await.unwrap().unwrap();
        assert_eq!((people.len(), back.id), (1, one.id.clone()));
    }
}

/// The labels of a person's tags, through the model between them.
async fn labels(store: &DataStore, person: &Person) -> Vec<String> {
    let mut labels = Vec::new();
    for link in person.tags(store).await.unwrap() {
        labels.push(link.tag(store).await.unwrap().unwrap().label);
    }
    labels
}
