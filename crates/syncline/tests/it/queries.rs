//! Queries: what they answer beside their records, their edges, and what they refuse.

use super::support::post;
use super::{Comment, Post, PostStatus};
use syncline::predicate::{MAX_DEPTH, MAX_TERMS, Op, SortTerm};
use syncline::{DataStore, Direction, Error, Predicate, Query, Value};

const POSTS: [(&str, Option<i32>, Option<f64>); 6] = [
    ("delta", Some(3), Some(0.5)),
    ("alpha", Some(5), None),
    ("charlie", None, Some(-1.0)),
    ("bravo", Some(5), Some(0.5)),
    ("Zulu", Some(-1), Some(2.0)),
    ("écho", None, None),
];

async fn library() -> DataStore {
    let store = DataStore::builder(super::schema()).open().await.unwrap();
    for (title, rating, views) in POSTS {
        store.save(Post { rating, views, ..post(title) }).await.unwrap();
    }
    store
}

fn titles(posts: Vec<Post>) -> String {
    posts.into_iter().map(|post| post.title).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn first_count_and_exists() {
    type Case = (fn(Query<Post>) -> Query<Post>, Option<&'static str>, u64);
    let store = library().await;
    let cases: [Case; 8] = [
        (|all| all, Some("delta"), 6),
        (|all| all.filter(Post::RATING.ge(4)).sort(Post::TITLE.asc()), Some("alpha"), 2),
        (|all| all.filter(Post::RATING.ge(4)).sort(Post::TITLE.desc()), Some("bravo"), 2),
        (|all| all.filter(Post::RATING.ge(9)), None, 0),
        // A page moves the first record, and does not change how many there are.
        (|all| all.filter(Post::RATING.ge(3)).sort(Post::TITLE.asc()).page(1, 2), Some("delta"), 3),
        (|all| all.filter(Post::RATING.ge(3)).page(7, 2), None, 3),
        (|all| all.filter(Post::RATING.ge(3)).limit(0), None, 3),
        (|all| all.filter(Post::RATING.ge(3)).page(u64::MAX, u64::MAX), None, 3),
    ];
    for (narrow, first, count) in cases {
        let query = || narrow(store.query());
        let shown = format!("{:?}", query());
        assert_eq!(query().count().await.unwrap(), count, "{shown}");
        assert_eq!(query().exists().await.unwrap(), count > 0, "{shown}");
        assert_eq!(query().first().await.unwrap().map(|post| post.title).as_deref(), first, "{shown}");
        let all = query().await.unwrap();
        assert_eq!(all.first().map(|post| post.title.as_str()), first, "{shown}");
    }
}

#[tokio::test]
async fn sorts_and_pages_to_their_edges() {
    let store = library().await;
    let all = || store.query::<Post>();
    for (query, expected) in [
        // Null is before everything, and last in descending order; equal records come in the order of their ids.
        (all().sort(Post::VIEWS.asc()), "alpha écho charlie delta bravo Zulu"),
        (all().sort(Post::VIEWS.desc()), "Zulu delta bravo charlie alpha écho"),
        (all().sort(Post::RATING.desc()).sort(Post::VIEWS.desc()), "bravo alpha delta Zulu charlie écho"),
        (all().sort(Post::VIEWS.asc()).sort(Post::TITLE.desc()), "écho alpha charlie delta bravo Zulu"),
        (all().sort(Post::STATUS.asc()).sort(Post::ID.desc()), "écho Zulu bravo charlie alpha delta"),
        // Text by its bytes: capitals first, accents last.
        (all().sort(Post::TITLE.asc()), "Zulu alpha bravo charlie delta écho"),
        // The same field again says nothing new.
        (all().sort(Post::TITLE.asc()).sort(Post::TITLE.desc()).limit(2), "Zulu alpha"),
        (all().sort(Post::TITLE.asc()).page(2, 2), "delta écho"),
        (all().sort(Post::TITLE.asc()).page(3, 2), ""),
        (all().page(1, u64::MAX), ""),
        (all().page(u64::MAX, 1), ""),
        (all().limit(u64::MAX).sort(Post::TITLE.asc()), "Zulu alpha bravo charlie delta écho"),
        (all().page(5, 0), ""),
    ] {
        let shown = format!("{query:?}");
        assert_eq!(titles(query.await.unwrap()), expected, "{shown}");
    }
}

#[tokio::test]
async fn a_query_explains_itself() {
    let store = library().await;
    let by_rating = store.query::<Post>().filter(Post::RATING.eq(5).and(Post::TITLE.begins_with("a")));
    let explain = by_rating.explain().await.unwrap();
    assert_eq!(explain.indexes, ["Post by rating, title"]);
    assert!(!explain.scans && explain.steps[0].starts_with("SEARCH Post USING INDEX"), "{explain}");
    let by_content = store.query::<Post>().filter(Post::CONTENT.contains("x")).sort(Post::VIEWS.asc());
    let explain = by_content.explain().await.unwrap();
    assert!(explain.scans && explain.sorts && explain.indexes.is_empty(), "{explain}");
    assert!(
        explain.to_string().ends_with("uses no index: it walks every record; sorts what it found"),
        "{explain}"
    );
    let of_post = store.query::<Comment>().filter(Comment::POST_COMMENTS_ID.eq("p"));
    assert_eq!(of_post.explain().await.unwrap().indexes, ["Comment by postCommentsId"]);
}

/// What a message says besides the model: the place, what is wrong, and what would be right.
#[tokio::test]
async fn what_does_not_fit_is_refused_by_name() {
    let store = library().await;
    let compare = |field: &str, op: Op| Predicate::compare(field, op);
    let deep = (0..=MAX_DEPTH).fold(Post::RATING.eq(1), |inner, level| match level % 2 {
        0 => inner.or(Post::TITLE.eq("x")),
        _ => inner.and(Post::TITLE.eq("y")),
    });
    for (predicate, parts) in [
        (
            compare("ratin", Op::Exists(true)),
            ["ratin.attributeExists", "Post has no field `ratin`; it has id, title"],
        ),
        (
            compare("rating", Op::BeginsWith("5".into())),
            ["rating.beginsWith", "does not work on Int; use eq, ne"],
        ),
        (
            compare("rating", Op::Gt("5".into())),
            ["rating.gt", "cannot be compared with Int: expected a number"],
        ),
        (
            compare("status", Op::Eq("GONE".into())),
            ["status.eq", "PostStatus has the values ACTIVE, INACTIVE, DRAFT"],
        ),
        (
            compare("status", Op::Lt("DRAFT".into())),
            ["status.lt", "does not work on PostStatus!; use eq, ne, in, notIn"],
        ),
        (compare("tags", Op::Eq("red".into())), ["tags.eq", "expected a list"]),
        (
            compare("rating", Op::Lt(Value::Null)),
            ["rating.lt", "only eq, ne, in and notIn compare with null"],
        ),
        (
            Post::RATING.gt(1).and(!compare("title", Op::Eq(Value::Int(3)))),
            ["and[1].not.title.eq", "expected text"],
        ),
        (
            Predicate::And(vec![Post::RATING.gt(1); MAX_TERMS]),
            ["and[999]", "too many comparisons and groups: at most 1000"],
        ),
        (deep, ["or[0].and[0]", "too many levels of groups: at most 32"]),
    ] {
        for error in [
            store.query::<Post>().filter(predicate.clone()).await.unwrap_err(),
            store.query::<Post>().filter(predicate.clone()).first().await.unwrap_err(),
            store.query::<Post>().filter(predicate.clone()).exists().await.unwrap_err(),
            store.query::<Post>().filter(predicate.clone()).explain().await.unwrap_err(),
            store.save(Post::new("new", PostStatus::Draft)).when(predicate.clone()).await.unwrap_err(),
            store.delete_by_id::<Post>("none").when(predicate.clone()).await.unwrap_err(),
        ] {
            let text = error.to_string();
            assert!(matches!(error, Error::Predicate { .. }) && text.contains("Post"), "{text}");
            assert!(parts.iter().all(|part| text.contains(part)), "{text}\nlacks one of {parts:?}");
        }
    }
    for (field, expected) in [
        (
            "tags",
            "sort.tags: records cannot be sorted by [String]; use a field that is neither a list nor a custom type",
        ),
        ("nope", "sort.nope: Post has no field `nope`; it has id, title"),
    ] {
        let term = SortTerm { field: field.to_owned(), direction: Direction::Ascending };
        let text = store.query::<Post>().sort(term).await.unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
    }
    assert_eq!(store.query::<Post>().count().await.unwrap(), 6, "nothing was written");
}
