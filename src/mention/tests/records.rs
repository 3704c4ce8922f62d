//! What becomes of whole records.

use super::*;

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
