//! README's table of metrics is the one that the declarations make.

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
