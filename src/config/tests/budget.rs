//! How many series campaigns may have.

use super::*;

/// A service that allows `series_max` series, with campaigns `a` and `b` beside it.
fn deployed(series_max: usize) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    fs::write(&path, format!("{MINIMAL_SERVICE}[limits]\nseries_max = {series_max}\n")).unwrap();
    fs::create_dir(folder.path().join("campaigns")).unwrap();
    fs::write(folder.path().join("campaigns/a.toml"), MINIMAL_CAMPAIGN).unwrap();
    let larger = MINIMAL_CAMPAIGN.replace("[\"ko\"]", "[\"ko\", \"en\", \"es\"]");
    fs::write(folder.path().join("campaigns/b.toml"), larger).unwrap();
    (folder, path)
}

#[test]
fn more_series_than_the_service_allows_are_refused_with_the_numbers_and_the_remedy() {
    let (_roomy, path) = deployed(100_000);
    let [a, b] = check(&path).unwrap().series[..] else { panic!("two campaigns") };
    assert!(a.all < b.all && a.title_max < b.title_max, "{a:?} {b:?}");
    let all = a.all + b.all;
    let (_exact, path) = deployed(all);
    assert!(load(&path).is_ok() && check(&path).is_ok());
    let (_tight, path) = deployed(all - 1);
    let expected = format!(
        "0:0 out-of-range: its campaigns can have {all} series, and `limits.series_max` is {}: \
         `b` has {}, up to {} a title; take out languages, facets, groups of accounts or windows, \
         split campaigns between services, or allow more; ",
        all - 1,
        b.all,
        b.title_max
    );
    assert_eq!(said(load(&path)), [expected.as_str()]);
    assert_eq!(said(check(&path)), [expected.as_str()]);
}

#[test]
fn a_campaign_without_a_service_is_counted_in_the_shipped_one() {
    let (folder, _) = deployed(100_000);
    let alone = check(&folder.path().join("campaigns/a.toml")).unwrap();
    let shipped = service(SERVICE).unwrap();
    assert_eq!(alone.series, [Series::of(&shipped, &alone.campaigns[0])]);
}

#[test]
fn a_rich_title_stays_within_its_budget() {
    let facet =
        |n| format!("[[titles.facets]]\nid = 'f{n}'\nkind = 'cast'\nname = 'Ko Hana {n}'\n");
    let facets = (0..5).map(facet).collect::<Vec<_>>().concat();
    let text = format!(
        "{}premiere = 2026-10-03T21:20:00+09:00\n\
         episodes = {{ count = 16, length = '70m' }}\n{facets}\
         [accounts]\nofficial = ['twitter:a']\ninfluencer = ['twitter:b']\npress = ['twitter:c']\n",
        MINIMAL_CAMPAIGN.replace("\"ko\"", "\"ko\", \"en\", \"es\", \"pt\", \"id\"")
    );
    let series = Series::of(&service(SERVICE).unwrap(), &campaign(&text).unwrap());
    assert!((100..=150).contains(&series.title_max), "{series:?}");
}
