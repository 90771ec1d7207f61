//! Relations as methods.

use super::kinds::{Line, Order, Person, Shop, ShopTag, Tag, schema};
use syncline::DataStore;

async fn store() -> DataStore {
    DataStore::builder(schema()).open().await.unwrap()
}

fn order(shop: &Shop, sum: f64) -> Order {
    Order {
        sum: Some(sum),
        shop_orders_country: Some(shop.country.clone()),
        shop_orders_number: Some(shop.number),
        ..Order::new()
    }
}

#[tokio::test]
async fn a_composite_key_leads_both_ways() {
    let store = store().await;
    let (first, second) = (Shop::new("de", 1), Shop::new("de", 2));
    for shop in [&first, &second] {
        store.save(shop.clone()).await.unwrap();
        for sum in [3.0, 1.0, 2.0] {
            store.save(order(shop, sum * f64::from(shop.number))).await.unwrap();
        }
    }
    let query = second.orders(&store).filter(Order::SUM.gt(2.0)).sort(Order::SUM.desc());
    let found = query.page(0, 5).await.unwrap();
    assert_eq!(found.iter().map(|order| order.sum).collect::<Vec<_>>(), [Some(6.0), Some(4.0)]);
    assert_eq!(second.orders(&store).count().await.unwrap(), 3);
    assert_eq!(found[0].shop(&store).await.unwrap(), Some(second));
    assert_eq!(order(&Shop::new("fr", 1), 1.0).shop(&store).await.unwrap(), None, "it is not on this device");
}

#[tokio::test]
async fn what_leads_nowhere_is_none_and_does_not_read() {
    let store = store().await;
    let half = Order { shop_orders_country: Some("de".to_owned()), ..Order::new() };
    for nowhere in [Order::new(), half] {
        assert_eq!(nowhere.shop(&store).await.unwrap(), None);
    }
    let shop = Shop::new("de", 1);
    assert_eq!(shop.manager(&store).await.unwrap(), None);
    assert_eq!(shop.orders(&store).await.unwrap(), []);
}

#[tokio::test]
async fn every_kind_of_relation_is_followed() {
    let store = store().await;
    let boss = Person::new("Ada");
    let clerk = Person { person_reports_id: Some(boss.id.clone()), ..Person::new("Bob") };
    let shop = Shop { shop_manager_id: Some(boss.id.clone()), ..Shop::new("de", 1) };
    let tag = Tag::new("new");
    store.save(boss.clone()).await.unwrap();
    store.save(clerk.clone()).await.unwrap();
    store.save(shop.clone()).await.unwrap();
    store.save(tag.clone()).await.unwrap();
    assert_eq!(clerk.boss(&store).await.unwrap().as_ref(), Some(&boss));
    assert_eq!(boss.boss(&store).await.unwrap(), None);
    assert_eq!(boss.reports(&store).await.unwrap(), [clerk]);
    assert_eq!(shop.manager(&store).await.unwrap(), Some(boss));

    // A required relation makes its key a parameter.
    let order = store.save(order(&shop, 1.0)).await.unwrap().into_inner();
    let line = store.save(Line::new("text", &order.id)).await.unwrap().into_inner();
    assert_eq!(line.order(&store).await.unwrap().as_ref(), Some(&order));
    assert_eq!(order.lines(&store).await.unwrap(), [line]);

    // A many-to-many goes over the model that joins both sides.
    let join = ShopTag::new(shop.country.clone(), shop.number, &tag.id);
    let join = store.save(join).await.unwrap().into_inner();
    assert_eq!(shop.tags(&store).await.unwrap(), std::slice::from_ref(&join));
    assert_eq!(tag.shops(&store).count().await.unwrap(), 1);
    assert_eq!(join.shop(&store).await.unwrap(), Some(shop));
    assert_eq!(join.tag(&store).await.unwrap(), Some(tag));
}

#[tokio::test]
async fn a_relation_to_a_store_of_another_schema_is_an_error() {
    let other = DataStore::builder(super::schema()).open().await.unwrap();
    let shop = Shop { shop_manager_id: Some("1".to_owned()), ..Shop::new("de", 1) };
    for error in [shop.orders(&other).await.unwrap_err(), shop.manager(&other).await.unwrap_err()] {
        assert!(error.to_string().contains("the schema has no model"), "{error}");
    }
}
