//! The API's SDL.

use super::{BLOG, RICH, compile};
use syncline_schema::api_sdl;

#[test]
fn of_a_rich_schema() {
    insta::assert_snapshot!(api_sdl(&compile(RICH)));
}

#[test]
fn is_the_same_each_time_and_after_a_round_trip() {
    for source in [BLOG, RICH] {
        let schema = compile(source);
        let again = syncline_core::Schema::from_json(&schema.to_json()).unwrap();
        assert_eq!(api_sdl(&schema), api_sdl(&compile(source)));
        assert_eq!(api_sdl(&schema), api_sdl(&again));
    }
}
