//! Wrong schemas: what is said of each. The cases are parted by lines that begin with `###`.

use syncline_schema::compile;

#[test]
fn wrong_schemas_get_a_place_and_the_way_out() {
    let cases = include_str!("../fixtures/wrong.txt");
    let mut report = String::new();
    let mut count = 0;
    for case in cases.split("### ").skip(1) {
        let (title, source) = case.split_once('\n').unwrap();
        let Err(found) = compile(source.trim_end(), "schema.graphql") else { panic!("compiles: {title}") };
        for finding in &found.0 {
            assert!(finding.hint.is_some(), "no way out: {finding}");
        }
        report += &format!("### {title}\n{found}\n\n");
        count += 1;
    }
    assert!(count >= 45, "{count} cases");
    insta::assert_snapshot!(report);
}
