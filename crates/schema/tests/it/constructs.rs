//! What each construct means: a schema, and the lines that describe its IR.

use super::compile;
use std::collections::BTreeSet;
use syncline_core::model::{Field, FieldSource};
use syncline_core::value::to_json;
use syncline_core::{Model, Schema};

/// The IR as lines: fields that were not declared, defaults, indexes and relations, the types that models hold, and the
/// order of the models.
fn describe(schema: &Schema) -> Vec<String> {
    let mut lines = Vec::new();
    for model in schema.models() {
        let name = &model.name;
        for field in &model.fields {
            let source = match field.source {
                FieldSource::Declared => "",
                FieldSource::ImplicitId | FieldSource::Timestamp => continue,
                FieldSource::ForeignKey => " made",
                FieldSource::Owner => " owner",
            };
            let default = field.default.as_ref().map(|value| format!(" = {}", to_json(value)));
            lines.push(format!(
                "{name}.{}: {}{source}{}",
                field.name,
                field.type_name(),
                default.unwrap_or_default()
            ));
        }
        for index in &model.indexes {
            let query = index.query.as_deref().unwrap_or("no query");
            lines.push(format!("{name} index {}({}) {query}", index.name, names(model, &index.fields)));
        }
        for relation in &model.relations {
            let target = schema.model(relation.target);
            let bang = if relation.required { "!" } else { "" };
            lines.push(format!(
                "{name}.{} {:?} {}{bang}: {} = {}",
                relation.name,
                relation.kind,
                target.name,
                names(model, &relation.fields),
                names(target, &relation.target_fields)
            ));
        }
        if model.auth.len() != 1 {
            lines.push(format!("{name} has {} rules", model.auth.len()));
        }
    }
    for ty in schema.customs() {
        let field = |field: &Field| format!("{}: {}", field.name, field.type_name());
        let fields: Vec<String> = ty.fields.iter().map(field).collect();
        lines.push(format!("type {} {{ {} }}", ty.name, fields.join(", ")));
    }
    let order = schema.parents_first().iter().map(|&model| schema.model(model).name.as_str());
    lines.push(format!("order {}", order.collect::<Vec<_>>().join(" ")));
    lines
}

fn names(model: &Model, places: &[usize]) -> String {
    places.iter().map(|&place| model.fields[place].name.as_str()).collect::<Vec<_>>().join("+")
}

/// Compiles `source`, in which `@m` stands for a model that everybody may use, and compares its lines in any order.
fn check(source: &str, expected: &str) {
    let source = source.replace("@m ", "@model @auth(rules: [{ allow: public }]) ");
    let schema = compile(&source);
    let found = describe(&schema);
    let lines: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let (found_set, lines_set): (BTreeSet<&str>, BTreeSet<&str>) =
        (found.iter().map(String::as_str).collect(), lines.iter().copied().collect());
    assert_eq!(found_set, lines_set, "in\n{source}\nwhich is\n{}", found.join("\n"));
    let again = Schema::from_json(&schema.to_json()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(describe(&again), found, "after a round trip");
}

#[test]
fn relations() {
    for (source, expected) in [
        // Has-one: the key is on its own side.
        (
            "type Person @m { profile: Profile @hasOne } type Profile @m { a: Int }",
            "Person.personProfileId: ID made
             Person.profile HasOne Profile: personProfileId = id
             Profile.a: Int
             order Profile Person",
        ),
        (
            "type Person @m { profile: Profile! @hasOne } type Profile @m { a: Int }",
            "Person.personProfileId: ID! made
             Person.profile HasOne Profile!: personProfileId = id
             Profile.a: Int
             order Profile Person",
        ),
        (
            "type Person @m { pid: ID profile: Profile! @hasOne(fields: [\"pid\"]) } type Profile @m { a: Int }",
            "Person.pid: ID
             Person.profile HasOne Profile!: pid = id
             Profile.a: Int
             order Profile Person",
        ),
        (
            "type Person @m { personProfileId: ID! profile: Profile! @hasOne } type Profile @m { a: Int }",
            "Person.personProfileId: ID!
             Person.profile HasOne Profile!: personProfileId = id
             Profile.a: Int
             order Profile Person",
        ),
        // Both sides hold a key of their own; the side that belongs is the child.
        (
            "type Person @m { profile: Profile @hasOne } type Profile @m { person: Person @belongsTo }",
            "Person.personProfileId: ID made
             Person.profile HasOne Profile: personProfileId = id
             Profile.profilePersonId: ID made
             Profile.person BelongsTo Person: profilePersonId = id
             order Person Profile",
        ),
        (
            "type Profile @m { person: Person! @belongsTo } type Person @m { profile: Profile @hasOne }",
            "Person.personProfileId: ID made
             Person.profile HasOne Profile: personProfileId = id
             Profile.profilePersonId: ID! made
             Profile.person BelongsTo Person!: profilePersonId = id
             order Person Profile",
        ),
        (
            "type Person @m { profile: Profile! @hasOne } type Profile @m { person: Person @belongsTo }",
            "Person.personProfileId: ID! made
             Person.profile HasOne Profile!: personProfileId = id
             Profile.profilePersonId: ID made
             Profile.person BelongsTo Person: profilePersonId = id
             order Profile Person",
        ),
        (
            "type Person @m { pid: ID profile: Profile @hasOne(fields: [\"pid\"]) }
             type Profile @m { owner: ID! person: Person! @belongsTo(fields: [\"owner\"]) }",
            "Person.pid: ID
             Person.profile HasOne Profile: pid = id
             Profile.owner: ID!
             Profile.person BelongsTo Person!: owner = id
             order Person Profile",
        ),
        // One key for both: the has-one reaches the other by its own key.
        (
            "type Person @m { id: ID! profile: Profile @hasOne(fields: [\"id\"]) }
             type Profile @m { id: ID! person: Person! @belongsTo(fields: [\"id\"]) }",
            "Person.id: ID!
             Person.profile HasOne Profile: id = id
             Profile.id: ID!
             Profile.person BelongsTo Person!: id = id
             order Person Profile",
        ),
        // Composite keys.
        (
            "type Desk @m { room: String! @primaryKey(sortKeyFields: [\"place\"]) place: Int! }
             type User @m { desk: Desk @hasOne }",
            "Desk.room: String!
             Desk.place: Int!
             User.userDeskRoom: String made
             User.userDeskPlace: Int made
             User.desk HasOne Desk: userDeskRoom+userDeskPlace = room+place
             order Desk User",
        ),
        (
            "type Desk @m { room: String! @primaryKey(sortKeyFields: [\"place\"]) place: Int! user: User @hasOne items: [Item!]! @hasMany }
             type User @m { desk: Desk! @belongsTo } type Item @m { desk: Desk @belongsTo }",
            "Desk.room: String!
             Desk.place: Int!
             Desk.deskUserId: ID made
             Desk.user HasOne User: deskUserId = id
             Desk.items HasMany Item!: room+place = deskItemsRoom+deskItemsPlace
             User.userDeskRoom: String! made
             User.userDeskPlace: Int! made
             User.desk BelongsTo Desk!: userDeskRoom+userDeskPlace = room+place
             Item.deskItemsRoom: String! made
             Item.deskItemsPlace: Int! made
             Item index gsi-Desk.items(deskItemsRoom+deskItemsPlace) no query
             Item.desk BelongsTo Desk: deskItemsRoom+deskItemsPlace = room+place
             order Desk User Item",
        ),
        (
            "type Shop @m { code: ID! @primaryKey(sortKeyFields: [\"no\"]) no: Int! orders: [Order] @hasMany(indexName: \"byShop\", fields: [\"code\", \"no\"]) }
             type Order @m { shop: ID! @index(name: \"byShop\", sortKeyFields: [\"number\"], queryField: null) number: Int! of: Shop! @belongsTo(fields: [\"shop\", \"number\"]) }",
            "Shop.code: ID!
             Shop.no: Int!
             Shop.orders HasMany Order: code+no = shop+number
             Order.shop: ID!
             Order.number: Int!
             Order index byShop(shop+number) no query
             Order.of BelongsTo Shop!: shop+number = code+no
             order Shop Order",
        ),
        // Self relations.
        (
            "type Person @m { boss: Person @belongsTo reports: [Person] @hasMany }",
            "Person.personReportsId: ID made
             Person index gsi-Person.reports(personReportsId) no query
             Person.boss BelongsTo Person: personReportsId = id
             Person.reports HasMany Person: id = personReportsId
             order Person",
        ),
        (
            "type Page @m { next: Page @hasOne prev: Page @belongsTo }",
            "Page.pageNextId: ID made
             Page.pagePrevId: ID made
             Page.next HasOne Page: pageNextId = id
             Page.prev BelongsTo Page: pagePrevId = id
             order Page",
        ),
        // Two has-many to one child, told apart by the fields that they name.
        (
            "type User @m { written: [Post] @hasMany edited: [Post] @hasMany }
             type Post @m { userWrittenId: ID userEditedId: ID author: User @belongsTo(fields: [\"userWrittenId\"]) editor: User @belongsTo(fields: [\"userEditedId\"]) }",
            "User.written HasMany Post: id = userWrittenId
             User.edited HasMany Post: id = userEditedId
             Post.userWrittenId: ID
             Post.userEditedId: ID
             Post index gsi-User.written(userWrittenId) no query
             Post index gsi-User.edited(userEditedId) no query
             Post.author BelongsTo User: userWrittenId = id
             Post.editor BelongsTo User: userEditedId = id
             order User Post",
        ),
    ] {
        check(source, expected);
    }
}

#[test]
fn many_to_many() {
    for (source, expected) in [
        (
            "type Post @m { labels: [Label] @manyToMany(relationName: \"postLabels\") }
             type Label @m { posts: [Post!]! @manyToMany(relationName: \"postLabels\") }",
            "Post.labels HasMany PostLabels: id = postId
             Label.posts HasMany PostLabels!: id = labelId
             PostLabels.id: ID!
             PostLabels.postId: ID!
             PostLabels.labelId: ID!
             PostLabels index byPost(postId) postLabelsByPostId
             PostLabels index byLabel(labelId) postLabelsByLabelId
             PostLabels.post BelongsTo Post!: postId = id
             PostLabels.label BelongsTo Label!: labelId = id
             order Post Label PostLabels",
        ),
        // Composite keys, and the rules of both sides.
        (
            "type User @m { tags: [Tag] @manyToMany(relationName: \"UserTag\") }
             type Tag @model @auth(rules: [{ allow: public }, { allow: owner, ownerField: \"by\" }]) {
               word: String! @primaryKey(sortKeyFields: [\"no\"]) no: Int!
               users: [User] @manyToMany(relationName: \"UserTag\") }",
            "User.tags HasMany UserTag: id = userId
             Tag.word: String!
             Tag.no: Int!
             Tag.by: String owner
             Tag has 2 rules
             Tag.users HasMany UserTag: word+no = tagWord+tagno
             UserTag.id: ID!
             UserTag.userId: ID!
             UserTag.tagWord: String!
             UserTag.tagno: Int!
             UserTag.by: String owner
             UserTag index byUser(userId) userTagsByUserId
             UserTag index byTag(tagWord+tagno) userTagsByTagWordAndTagno
             UserTag.user BelongsTo User!: userId = id
             UserTag.tag BelongsTo Tag!: tagWord+tagno = word+no
             UserTag has 2 rules
             order User Tag UserTag",
        ),
    ] {
        check(source, expected);
    }
}

#[test]
fn custom_types() {
    for (source, expected) in [
        (
            "type A @m { b: B bs: [B!]! } type B { c: C! cs: [C] e: E } type C { x: AWSDate xs: [Int!] } enum E { X }
             type Unused { a: Int }",
            "A.b: B
             A.bs: [B!]!
             type C { x: AWSDate, xs: [Int!] }
             type B { c: C!, cs: [C], e: E }
             order A",
        ),
        (
            "type A @m { a: [String] b: [String!] c: [String]! d: [String!]! e: [E] f: [E!] g: [E]! h: [E!]! i: [C] j: [C!] k: [C]! l: [C!]! }
             enum E { X } type C { x: Int }",
            "A.a: [String]
             A.b: [String!]
             A.c: [String]!
             A.d: [String!]!
             A.e: [E]
             A.f: [E!]
             A.g: [E]!
             A.h: [E!]!
             A.i: [C]
             A.j: [C!]
             A.k: [C]!
             A.l: [C!]!
             type C { x: Int }
             order A",
        ),
    ] {
        check(source, expected);
    }
}

#[test]
fn defaults() {
    check(
        "type A @m { id: ID! a: String @default(value: \"x \\\"y\\\"\") b: Int! @default(value: \"-7\") c: Float @default(value: \"2\")
         d: Boolean @default(value: \"TRUE\") e: E! @default(value: \"Y\") f: AWSDate @default(value: \"2024-02-29\")
         g: AWSTimestamp @default(value: \"4000000000\") h: AWSJSON @default(value: \"{}\") i: ID @default(value: \"\") } enum E { X Y }",
        "A.id: ID!
         A.a: String = \"x \\\"y\\\"\"
         A.b: Int! = -7
         A.c: Float = 2.0
         A.d: Boolean = true
         A.e: E! = \"Y\"
         A.f: AWSDate = \"2024-02-29\"
         A.g: AWSTimestamp = 4000000000
         A.h: AWSJSON = \"{}\"
         A.i: ID = \"\"
         order A",
    );
}

#[test]
fn the_default_key_is_asked_for_as_an_id() {
    for (fields, expected) in [
        ("id: String! a: Int", "getA(id: ID!): A"),
        ("id: String! @primaryKey a: Int", "getA(id: String!): A"),
        ("a: Int", "getA(id: ID!): A"),
    ] {
        let schema = compile(&format!("type A @model @auth(rules: [{{ allow: public }}]) {{ {fields} }}"));
        assert!(syncline_schema::api_sdl(&schema).contains(expected), "{fields}");
    }
}

#[test]
fn a_has_many_reads_the_index_that_it_names() {
    let source = "type Shop @model @auth(rules: [{ allow: public }]) {
          id: ID!
          numbered: [Order] @hasMany(indexName: \"byNumber\", fields: [\"id\"])
          dated: [Order] @hasMany(indexName: \"byDate\", fields: [\"id\"])
          keyed: [Order] @hasMany(fields: [\"id\"])
          made: [Order] @hasMany
        }
        type Order @model @auth(rules: [{ allow: public }]) {
          shop: ID! @primaryKey(sortKeyFields: [\"place\"])
            @index(name: \"byNumber\", sortKeyFields: [\"number\"])
            @index(name: \"byDate\", sortKeyFields: [\"date\", \"number\"])
          place: String!
          number: Int!
          date: AWSDate!
        }";
    let schema = compile(source);
    let (shop, order) = (&schema.models()[0], &schema.models()[1]);
    let indexes: Vec<Option<&str>> = shop
        .relations
        .iter()
        .map(|relation| relation.index.map(|place| order.indexes[place].name.as_str()))
        .collect();
    assert_eq!(indexes, [Some("byNumber"), Some("byDate"), None, Some("gsi-Shop.made")]);
    let sdl = syncline_schema::api_sdl(&schema);
    for expected in [
        "  numbered(number: ModelIntKeyConditionInput, filter:",
        "  dated(dateNumber: ModelOrderByDateCompositeKeyConditionInput, filter:",
        "  keyed(place: ModelStringKeyConditionInput, filter:",
        // The transformer offers the primary key of the child, whatever index it makes.
        "  made(place: ModelStringKeyConditionInput, filter:",
    ] {
        assert!(sdl.contains(expected), "{expected} in\n{sdl}");
    }
}
