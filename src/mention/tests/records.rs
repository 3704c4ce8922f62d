//! What becomes of whole records.

use super::*;
use crate::campaign::{Account, AccountGroup, GroupId};

#[test]
fn a_mention_has_the_group_of_its_author_and_not_the_name() {
    let account = Account { platform: Platform::Twitter, name: "signal_desk".into() };
    let group = AccountGroup { id: GroupId::new("press"), accounts: vec![account] };
    let campaign = Arc::new(Campaign { groups: vec![group], ..(*spring()).clone() });
    let hashed = Rules { authors: Authors::hashed("pepper"), ..rules(100_000) };
    let mut tagger = Tagger::new(&[campaign, spring()], hashed).unwrap();
    let by = |handle| Post { handle: Some(Cow::Borrowed(handle)), ..post("Signal") };
    let mentions = tagger.mentions_of(&by("Signal_Desk"), &RECORD);
    let groups: Vec<_> = mentions.iter().map(|mention| mention.group.clone()).collect();
    assert_eq!(groups, [Some(GroupId::new("press")), None], "each campaign has its own");
    let written = format!("{mentions:?}").to_lowercase();
    assert!(!written.contains("signal_desk") && !written.contains("\"author\""), "{written}");
    assert_eq!(tagger.mentions_of(&by("somebody"), &RECORD)[0].group, None);
}

#[test]
fn records_that_hold_no_posts_have_one_outcome() {
    let mut tagger = Tagger::new(&[spring()], rules(10)).unwrap();
    let tombstone = tagger.tag(&RECORD);
    assert_eq!(tombstone, Tagged::without_posts(RecordOutcome::Tombstone));
    let large = tagger.tag(&FeedRecord { payload: Some(&[b' '; 11]), ..RECORD });
    assert_eq!(large.record, RecordOutcome::Invalid(InvalidReason::TooLarge));
    let letter = DeadLetter { reason: "too_large", detail: "11 bytes; the limit is 10".into() };
    assert_eq!(large.dead_letter, Some(letter));
}

#[test]
fn each_post_of_a_record_has_its_outcome() {
    let later = Post { event_time: Timestamp::from_secs(3_000), ..post("nothing") };
    let posts = [
        Ok(later),
        Err(PostFault::NoText),
        Ok(post("")),
        Err(PostFault::NoTime),
        Ok(post("Signal")),
        Err(PostFault::NoId),
    ];
    let tagged = tagger().tag_posts(&posts, &RECORD);
    assert_eq!(
        tagged.posts,
        [
            PostOutcome::Untagged,
            PostOutcome::NoText,
            PostOutcome::NoText,
            PostOutcome::NoTime,
            PostOutcome::Tagged,
            PostOutcome::NoId,
        ]
    );
    assert_eq!(tagged.mentions.len(), 1);
    assert_eq!(tagged.event_time, Some(Timestamp::from_secs(3_000)));
    let detail = "posts[3]: no_time, posts[5]: no_id".to_owned();
    assert_eq!(tagged.dead_letter, Some(DeadLetter { reason: "no_time", detail }));
}
