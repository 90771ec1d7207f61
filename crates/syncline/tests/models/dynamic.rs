//! Models by their names.

use super::kinds::{Kind, Lists, Mood, Person, Shop, schema};
use super::stored::{least, lists, most};
use serde_json::json;
use syncline::model::Model;
use syncline::predicate::AnyField;
use syncline::{DataStore, DynamicModel, Error, Item, ItemError, Key, Predicate, Value};

async fn store() -> DataStore {
    DataStore::builder(schema()).open().await.unwrap()
}

async fn model(name: &str) -> (DataStore, DynamicModel) {
    let store = store().await;
    let model = store.model(name).unwrap();
    (store, model)
}

#[tokio::test]
async fn each_api_sees_what_the_other_writes() {
    let (store, kinds) = model("Kind").await;
    let (mut typed, mut dynamic) = (store.observe::<Kind>().unwrap(), kinds.observe());

    let saved = store.save(most()).await.unwrap().into_inner();
    let item = kinds.get(&saved.id).await.unwrap().unwrap();
    assert_eq!(item.to_model::<Kind>().unwrap(), saved);
    assert_eq!(kinds.item(&saved).unwrap(), item);
    assert_eq!(item.to_json(), serde_json::to_value(&saved).unwrap());

    let mut edited = item.clone();
    edited.set("count", 7).unwrap().set("hint", Value::Null).unwrap();
    let edited = kinds.save(edited).await.unwrap().into_inner();
    let read = store.get::<Kind>(&saved.id).await.unwrap().unwrap();
    assert_eq!((read.count, read.hint.as_ref(), &read.home), (7, None, &saved.home));
    assert_eq!(kinds.item(&read).unwrap(), edited);

    let deleted = kinds.delete(edited.clone()).await.unwrap().unwrap().into_inner();
    assert_eq!(deleted, edited);
    assert_eq!(store.get::<Kind>(&saved.id).await.unwrap(), None);

    for expected in ["Created", "Updated", "Deleted"] {
        let (one, other) = (typed.next().await.unwrap(), dynamic.next().await.unwrap());
        assert_eq!(one.item().map(|one| kinds.item(one).unwrap()).as_ref(), other.item());
        let shown = format!("{other:?}");
        assert!(shown.starts_with(expected), "{shown} is not {expected}");
    }
}

#[tokio::test]
async fn a_save_sends_what_differs_from_what_was_read() {
    let (store, kinds) = model("Kind").await;
    let saved = store.save(most()).await.unwrap().into_inner();
    let mut mine = kinds.get(&saved.id).await.unwrap().unwrap();
    let mut theirs = saved.clone();
    theirs.title = "theirs".to_owned();
    store.save(theirs).await.unwrap();
    mine.set("count", 3).unwrap();
    let both = kinds.save(mine).await.unwrap().into_inner().to_model::<Kind>().unwrap();
    assert_eq!((both.title.as_str(), both.count), ("theirs", 3), "the other field's change stays");

    // What is read in one API is an edit in the other.
    let mut typed = kinds.get(&saved.id).await.unwrap().unwrap().to_model::<Kind>().unwrap();
    assert!(typed.origin().record().is_some());
    typed.count = 4;
    let item = kinds.item(&typed).unwrap();
    assert_eq!(kinds.save(item).await.unwrap().get("count"), Some(&Value::Int(4)));
}

#[tokio::test]
async fn a_new_item_has_an_id_and_the_defaults() {
    let (_, defaults) = model("Defaults").await;
    let (one, other) = (defaults.new_item(), defaults.new_item());
    assert_ne!(one.key(), other.key());
    for (field, value) in [
        ("name", Value::Null),
        ("text", "none".into()),
        ("count", Value::Int(-1_234_567)),
        ("share", Value::Float(2.0)),
        ("open", true.into()),
        ("mood", "GOOD".into()),
        ("at", Value::Int(0)),
    ] {
        assert_eq!(one.get(field), Some(&value), "{field}");
    }
    let refused = defaults.save(one).await.unwrap_err().to_string();
    assert!(refused.contains("Defaults.name"), "{refused}");
    let (_, shops) = model("Shop").await;
    assert_eq!(shops.new_item().key(), Key(vec![Value::Null, Value::Null]), "an own key is not made up");
    assert!(shops.save(shops.new_item()).await.unwrap_err().to_string().contains("Shop.country"));
}

#[tokio::test]
async fn fields_make_predicates_and_sorts() {
    let (_, people) = model("Person").await;
    for name in ["Ada", "Bob", "Bea"] {
        let mut person = people.new_item();
        person.set("name", name).unwrap();
        people.save(person).await.unwrap();
    }
    let name = people.field("name").unwrap();
    let names = |found: Vec<Item>| {
        let names: Vec<String> =
            found.iter().map(|item| item.get("name").unwrap().as_text().unwrap().into()).collect();
        names.join(" ")
    };
    for (query, expected) in [
        (people.query().filter(name.begins_with("B")).sort(name.asc()), "Bea Bob"),
        (people.query().filter(name.eq("Ada").or(name.size().gt(3))), "Ada"),
        (people.query().filter(name.is_in(["Ada", "Bob"])).sort(name.desc()), "Bob Ada"),
        (people.query().sort(name.desc()).page(1, 1), "Bea"),
        (people.query().filter(people.field("personReportsId").unwrap().is_not_null()), ""),
    ] {
        assert_eq!(names(query.await.unwrap()), expected);
    }
    assert_eq!(people.query().filter(name.ne("Ada")).count().await.unwrap(), 2);
    let saved = people.query().filter(name.eq("Ada")).await.unwrap().remove(0);
    let refused = people.save(saved.clone()).when(name.eq("Bob")).await.unwrap_err();
    assert!(matches!(refused, Error::ConditionFailed { .. }), "{refused}");
    assert!(people.delete_by_id(saved.key()).when(name.eq("Ada")).await.unwrap().is_some());
    assert!(people.delete_by_id("nobody").await.unwrap().is_none());
}

#[tokio::test]
async fn a_misuse_says_what_would_be_right() {
    let (store, kinds) = model("Kind").await;
    let field = |name: &str| kinds.field(name).unwrap();
    for (error, parts) in [
        (store.model("Kin").unwrap_err(), vec!["no model Kin"]),
        (kinds.field("cuont").unwrap_err(), vec!["Kind has no field `cuont`", "count"]),
        (
            kinds.query().filter(field("count").begins_with("1")).await.unwrap_err(),
            vec!["Kind", "count.beginsWith"],
        ),
        (
            kinds.query().filter(field("count").gt("five")).await.unwrap_err(),
            vec!["count.gt", "\"five\"", "a number"],
        ),
        (kinds.query().filter(field("mood").eq("FINE")).await.unwrap_err(), vec!["mood.eq", "GOOD, BAD"]),
        (kinds.query().filter(field("home").eq("x")).await.unwrap_err(), vec!["home.eq", "Address!"]),
        (kinds.query().filter(field("open").size().gt(1)).await.unwrap_err(), vec!["open.size"]),
        (kinds.query().sort(field("home").asc()).await.unwrap_err(), vec!["home", "sort"]),
    ] {
        let text = error.to_string();
        assert!(parts.iter().all(|part| text.contains(part)), "{text} should contain {parts:?}");
    }
}

#[tokio::test]
async fn a_field_takes_only_its_own_values() {
    let (store, kinds) = model("Kind").await;
    let mut item = kinds.item(&most()).unwrap();
    let before = item.clone();
    let from = |json| syncline::value::any_from_json(&json);
    for (field, value, message) in [
        ("cuont", Value::Null, "Kind has no field `cuont`; it has title, "),
        ("count", Value::Null, "Kind.count: null is not allowed in Int!"),
        ("count", "1".into(), "Kind.count: \"1\" is not a valid Int: "),
        ("mood", "FINE".into(), "Kind.mood: \"FINE\" is not a value of the enum Mood; it has GOOD, BAD"),
        ("home", from(json!({ "street": "x" })), "Kind.home.moods: null is not allowed in [Mood]!"),
        (
            "home",
            from(json!({ "street": "x", "moods": [], "town": 1 })),
            "Kind.home: Address has no field town; ",
        ),
        ("createdAt", "2024-01-01T00:00Z".into(), "Kind.createdAt is written by the server; "),
    ] {
        let error = item.set(field, value).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
        assert_eq!(item, before);
    }
    item.set("home", from(json!({ "moods": ["BAD"], "street": "x" }))).unwrap();
    item.set("share", 2).unwrap().set("mood", Mood::Good).unwrap();
    let typed = kinds.save(item).await.unwrap().into_inner().to_model::<Kind>().unwrap();
    assert_eq!((typed.share, typed.home.moods), (2.0, vec![Some(Mood::Bad)]));
    assert_eq!(before.get("nothing"), None);

    let people = store.model("Person").unwrap();
    let person = people.item(&Person::new("Ada")).unwrap();
    let other = "this is a record of Person, and Kind was expected";
    for error in [
        kinds.save(person.clone()).await.unwrap_err(),
        kinds.delete(person.clone()).await.unwrap_err(),
        kinds.item(&Person::new("Ada")).unwrap_err(),
        kinds.related("x", &person).unwrap_err(),
        person.to_model::<Kind>().unwrap_err(),
    ] {
        assert_eq!(error.to_string(), other);
        assert!(matches!(error, Error::Item(ItemError::OtherModel { .. })) && !error.is_retryable());
    }
}

#[tokio::test]
async fn relations_are_followed_by_their_names() {
    let (store, shops) = model("Shop").await;
    let orders = store.model("Order").unwrap();
    let mut shop = shops.new_item();
    shop.set("country", "de").unwrap().set("number", 1).unwrap();
    let shop = shops.save(shop).await.unwrap().into_inner();
    let mut order = orders.new_item();
    order.set("shopOrdersCountry", "de").unwrap();
    assert_eq!(orders.related_one("shop", &order).await.unwrap(), None, "half a key leads nowhere");
    assert_eq!(orders.related("shop", &order).unwrap().await.unwrap(), []);
    order.set("shopOrdersNumber", 1).unwrap();
    let order = orders.save(order).await.unwrap().into_inner();
    assert_eq!(orders.related_one("shop", &order).await.unwrap().as_ref(), Some(&shop));
    assert_eq!(orders.related("shop", &order).unwrap().await.unwrap(), std::slice::from_ref(&shop));
    assert_eq!(shops.related("orders", &shop).unwrap().await.unwrap(), [order]);
    assert_eq!(shops.related_one("manager", &shop).await.unwrap(), None);
    assert_eq!(shop.to_model::<Shop>().unwrap().orders(&store).count().await.unwrap(), 1);
    for (error, part) in [
        (
            shops.related("order", &shop).unwrap_err(),
            "Shop has no relation `order`; it has orders, manager, tags",
        ),
        (shops.related_one("orders", &shop).await.unwrap_err(), "Shop.orders leads to any number of records"),
    ] {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[tokio::test]
async fn a_transaction_has_models_by_their_names() {
    let (store, shops) = model("Shop").await;
    let orders = store.model("Order").unwrap();
    let mut shop = shops.new_item();
    shop.set_json(&json!({ "country": "de", "number": 1 })).unwrap();
    let mut order = orders.new_item();
    order.set_json(&json!({ "sum": 2, "shopOrdersCountry": "de", "shopOrdersNumber": 1 })).unwrap();
    let done = store.transaction(|tx| async move {
        let (shops, orders) = (tx.model("Shop")?, tx.model("Order")?);
        let shop = shops.save(shop).await?;
        let order = orders.save(order).await?;
        assert!(shops.save(order.clone()).await.is_err(), "an item of another model");
        assert_eq!(orders.related_one("shop", &order).await?.as_ref(), Some(&shop));
        assert_eq!(shops.related("orders", &shop)?.await?, std::slice::from_ref(&order));
        assert_eq!(orders.query().count().await?, 1);
        assert!(matches!(tx.model("Shops"), Err(Error::UnknownModel(_))));
        assert!(orders.delete_by_id("nothing").await?.is_none());
        // Typed and dynamic, it is one state.
        let typed = tx.get::<Shop>(shop.key()).await?;
        let one = typed.map(|shop| shop.orders(&tx));
        assert_eq!(one.map(|query| query.count()).unwrap().await?, 1);
        Ok::<_, Error>(order)
    });
    let order = done.await.unwrap().value;
    assert_eq!(orders.get(order.key()).await.unwrap(), Some(order.clone()));
    let gone = store.transaction(|tx| async move {
        let deleted = tx.model("Order")?.delete(order).await?;
        assert!(tx.model("Order")?.query().first().await?.is_none());
        Ok::<_, Error>(deleted.is_some())
    });
    assert!(gone.await.unwrap().value);
    assert_eq!(orders.query().count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_sync_expression_may_name_its_model() {
    let open = |model: &'static str, predicate: fn() -> Predicate| {
        DataStore::builder(schema()).sync_expression_by_name(model, predicate).open()
    };
    assert!(open("Person", || AnyField::new("name").eq("Ada")).await.is_ok());
    for (refused, part) in [
        (open("Persons", || Predicate::All).await, "no model Persons"),
        (open("Person", || AnyField::new("nam").eq("Ada")).await, "Person has no field `nam`"),
    ] {
        let error = refused.unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn json_is_that_of_the_generated_types() {
    let (store, kinds) = model("Kind").await;
    for kind in [least(), most(), Kind { mood: Mood::Unknown("FINE".to_owned()), ..most() }] {
        let json = serde_json::to_value(&kind).unwrap();
        let item = Item::from_json(&kinds, &json).unwrap();
        assert_eq!((item.to_json(), serde_json::to_value(&item).unwrap()), (json.clone(), json));
        assert_eq!(item.to_model::<Kind>().unwrap(), kind);
    }
    let lists_model = store.model("Lists").unwrap();
    for lists in lists() {
        let json = serde_json::to_value(&lists).unwrap();
        assert_eq!(Item::from_json(&lists_model, &json).unwrap().to_model::<Lists>().unwrap(), lists);
    }
    let people = store.model("Person").unwrap();
    let read = Item::from_json(&people, &json!({ "id": "1", "name": "Ada", "more": [1] })).unwrap();
    assert_eq!(read.to_json()["personReportsId"], json!(null));
    for (json, part) in [
        (json!([]), "a record of Person is a JSON object"),
        (json!({ "id": "1" }), "Person.name: null is not allowed in String!"),
        (json!({ "id": "1", "name": 5 }), "Person.name: 5 is not a valid String"),
        (json!({ "id": "1", "name": "x", "createdAt": "now" }), "Person.createdAt: \"now\" is not a valid"),
    ] {
        let error = Item::from_json(&people, &json).unwrap_err().to_string();
        assert!(error.starts_with(part), "{error}");
    }
    let mut item = people.new_item();
    let id = item.key();
    assert!(item.set_json(&json!({ "name": "x", "personReportsId": 1 })).is_err());
    assert_eq!(item.get("name"), Some(&Value::Null), "all or nothing");
    item.set_json(&json!({ "name": "Ada", "createdAt": "ignored" })).unwrap();
    assert_eq!(
        (item.key(), item.get("name"), item.get("createdAt")),
        (id, Some(&"Ada".into()), Some(&Value::Null))
    );
}

#[tokio::test]
async fn where_it_was_read_is_no_part_of_an_item() {
    let (_, people) = model("Person").await;
    let mut item = people.new_item();
    item.set("name", "Ada").unwrap();
    let saved = people.save(item.clone()).await.unwrap().into_inner();
    assert_eq!(saved, item);
    assert_eq!(format!("{saved:?}"), format!("{item:?}"));
    assert!(format!("{item:?}").starts_with("Person { name: Text(\"Ada\"), id: "), "{item:?}");
    assert_eq!(
        (item.model(), people.name(), item.fields().count()),
        ("Person", "Person", people.ir().fields.len())
    );
}
