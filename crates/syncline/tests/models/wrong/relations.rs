//! Relations of what has none, or of what is no store.

syncline::schema!("good.graphql");

async fn read(store: syncline::DataStore, post: Post, comment: Comment) {
    let _: Option<Comment> = comment.post(&store).await.unwrap();
    let _ = post.comments(&5);
    let _ = post.posts(&store);
    let _ = post.comments(&store).filter(Post::RATING);
}

fn main() {}
