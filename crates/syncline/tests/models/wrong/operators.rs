//! Operators that the field's type does not have.

syncline::schema!("good.graphql");

fn main() {
    let _ = Post::PUBLISHED.gt(true);
    let _ = Post::RATING.begins_with("x");
    let _ = Post::STATUS.between(PostStatus::Active, PostStatus::Draft);
    let _ = Post::RATING.contains(1);
    let _ = Post::PUBLISHED.size();
    let _ = Post::HOME.eq(Address::new("street"));
    let _ = Post::HOME.is_null();
    let _ = Post::HOMES.contains(Address::new("street"));
    let _ = Post::EXTRA.lt("{}".parse::<syncline::scalar::AwsJson>().unwrap());
}
