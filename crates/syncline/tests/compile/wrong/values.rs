//! Operands of another type.

syncline::schema!("../../../tmp/good.graphql");

fn main() {
    let _ = Post::RATING.eq("five");
    let _ = Post::TITLE.eq(5);
    let _ = Post::STATUS.eq("ACTIVE");
    let _ = Post::new("only a title");
}
