//! Operands and parameters of another type.

syncline::schema!("good.graphql");

fn main() {
    let _ = Post::STATUS.eq("ACTIVE");
    let _ = Post::RATING.gt("five");
    let _ = Post::TITLE.eq(5);
    let _ = Post::new("only a title");
    let _ = Address::new();
    let _ = Address { street: None, ..Address::new("street") };
}
