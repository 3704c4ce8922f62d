//! Any text as a service's file and as a campaign's: what is accepted can be worked with, and
//! what is not has its mistakes named where they are.

#![no_main]

use std::sync::{Arc, LazyLock};

use daebak::campaign::Campaign;
use daebak::config::{self, Config, ConfigErrors, Service};
use daebak::mention::Tagger;
use daebak::record::LogRecord;
use libfuzzer_sys::fuzz_target;

static SHIPPED: LazyLock<Config> =
    LazyLock::new(|| config::shipped().expect("the shipped config is sound"));

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match config::parse_service("daebak.toml", text) {
        Ok(service) => check_record(&service, &SHIPPED.campaigns[0]),
        Err(errors) => check_errors(text, &errors),
    }
    match config::parse_campaign("campaign", "campaign.toml", text) {
        Ok(campaign) => {
            check_record(&SHIPPED.service, &campaign);
            let tagger = Tagger::new(&[Arc::new(campaign)], SHIPPED.service.rules());
            assert!(tagger.is_ok(), "{:?}", tagger.err());
        }
        Err(errors) => check_errors(text, &errors),
    }
});

/// What was accepted makes a config record that its readers take.
fn check_record(service: &Service, campaign: &Campaign) {
    let record = LogRecord::Config(Box::new(service.fold_config(campaign)));
    let bytes = record.encode().expect("it can be written");
    assert_eq!(LogRecord::decode(&bytes), Ok(record), "a config reads back");
}

fn check_errors(text: &str, errors: &ConfigErrors) {
    assert!(!errors.as_slice().is_empty());
    let lines: Vec<&str> = text.split('\n').collect();
    for error in errors.as_slice() {
        let line = lines.get(error.line.wrapping_sub(1)).expect("a line of the file");
        assert!((1..=line.chars().count() + 1).contains(&error.column), "{error:?}");
        assert!(!error.message.is_empty());
    }
    let places: Vec<_> = errors.as_slice().iter().map(|error| (error.line, error.column)).collect();
    assert!(places.is_sorted(), "from top to bottom");
    assert!(errors.styled().contains(" in 1 file"), "they can be shown");
}
