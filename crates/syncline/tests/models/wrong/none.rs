//! Nothing is wrong here: that the others do not compile is not for another reason.

#![deny(warnings, missing_docs)]

syncline::schema!("good.graphql");

fn main() {
    let post = Post::new("Hello", PostStatus::Draft);
    assert_eq!(post.title, "Hello");
    let _ = Post::RATING.gt(4).and(Post::TITLE.begins_with("H")).or(Post::STATUS.eq(PostStatus::Active));
    let _ = Post::TAGS.contains("a").not();
    let _ = (Post::PUBLISHED.ne(true), Post::TAGS.size().gt(1), Post::TITLE.asc(), Post::STATUS.desc());
    let _ = (Post::HOME.exists(true), Post::HOMES.size().gt(1));
    let post = Post { home: Some(Address { zip: Some(1), ..Address::new("street") }), ..post };
    let _ = post;
    assert_eq!(schema().models().len(), 2);
}
