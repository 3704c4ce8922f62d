//! README's table of metrics is the one that the declarations make, and the measures' page tells
//! of each of a title's.

use daebak::metric;

const START: &str = "<!-- metrics: made by metric::markdown -->\n";
const END: &str = "<!-- /metrics -->";

#[test]
fn readme_lists_every_metric_as_declared() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let table = readme.split_once(START).and_then(|(_, after)| after.split_once(END));
    let table = table.map(|(table, _)| table);
    let wanted = metric::markdown();
    assert!(
        table == Some(&*wanted),
        "README.md should hold, between its markers:\n{START}{wanted}{END}\n"
    );
}

#[test]
fn each_measure_of_a_title_is_explained() {
    let page = include_str!("../docs/measures.md");
    for family in metric::buzz::FAMILIES {
        // Those of one formula stand together by the ends of their names.
        let name = family.name.trim_end_matches("_lower").trim_end_matches("_upper");
        assert!(page.contains(name), "docs/measures.md does not tell of {name}");
    }
}
