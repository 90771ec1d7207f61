//! Sorting by what has no order.

syncline::schema!("good.graphql");

fn main() {
    let _ = Post::TAGS.asc();
    let _ = Post::EXTRA.desc();
    let _ = Post::HOME.asc();
}
