//! One post reads the same in whatever shape it is written, and no bytes break the reader.

use std::fs;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::fixtures::{folder, read_any};
use super::*;

/// A post before any platform wrote it down.
#[derive(Clone, Debug)]
struct Model {
    serial: u64,
    edits: u64,
    kind: Kind,
    author: u64,
    millis: i64,
    text: String,
    counters: [Option<u64>; 4],
}

fn model() -> impl Strategy<Value = Model> {
    let kind = prop::sample::select(Kind::ALL.to_vec());
    let count = || prop::option::of(0..u64::MAX / 2);
    let counters = [count(), count(), count(), count()];
    (0_u64..1 << 20, 0_u64..5, kind, 1..u64::MAX, 1_400_000_000_000_i64..2_000_000_000_000)
        .prop_flat_map(move |(serial, edits, kind, author, millis)| {
            (".{1,40}", counters.clone()).prop_map(move |(text, counters)| Model {
                serial,
                edits,
                kind,
                author,
                millis,
                text,
                counters,
            })
        })
}

/// What must come back from every shape: id, root, author, kind, text, time, counters.
type Core = (PostId, PostId, Option<String>, Kind, String, Timestamp, Counters);

impl Model {
    fn tweet_id(&self, version: u64) -> u64 {
        let since = u64::try_from(self.millis - 1_288_834_974_657).unwrap();
        ((since + version) << 22) | self.serial
    }

    fn counters(&self, views: bool) -> Counters {
        let [likes, shares, comments, seen] = self.counters;
        match self.kind {
            Kind::Share => Counters::default(),
            _ => Counters { likes, shares, comments, views: seen.filter(|_| views) },
        }
    }

    fn escaped(&self) -> String {
        self.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }

    fn tweet(&self, views: bool) -> Core {
        (
            PostId::Number(self.tweet_id(self.edits)),
            PostId::Number(self.tweet_id(0)),
            Some(self.author.to_string()),
            self.kind,
            self.text.clone(),
            Timestamp::from_millis(self.millis),
            self.counters(views),
        )
    }

    fn history(&self) -> Vec<String> {
        (0..=self.edits).map(|version| self.tweet_id(version).to_string()).collect()
    }

    /// v2 in its old or its new spelling, the latter with a long text.
    fn v2(&self, renamed: bool) -> Value {
        let [likes, shares, comments, views] = self.counters;
        let name = |old: &'static str, new: &'static str| if renamed { new } else { old };
        let reference = match self.kind {
            Kind::Original => None,
            Kind::Share => Some(name("retweeted", "reposted")),
            Kind::Quote => Some("quoted"),
            Kind::Reply => Some("replied_to"),
        };
        let mut post = json!({
            "id": self.tweet_id(self.edits).to_string(),
            "author_id": self.author.to_string(),
            name("edit_history_tweet_ids", "edit_history_post_ids"): self.history(),
            "public_metrics": {
                "like_count": likes,
                name("retweet_count", "repost_count"): shares,
                "reply_count": comments,
                "impression_count": views,
            },
            "text": self.escaped(),
        });
        if renamed {
            post["text"] = "cut…".into();
            post["note_post"] = json!({ "text": self.escaped() });
        }
        if let Some(kind) = reference {
            post[name("referenced_tweets", "referenced_posts")] =
                json!([{ "type": kind, "id": "1" }]);
        }
        json!({ "data": post })
    }

    /// v1.1 with rounded numeric ids.
    fn v1(&self) -> Value {
        let [likes, shares, comments, _] = self.counters;
        let id = self.tweet_id(self.edits);
        let mut post = json!({
            "id": id / 1000 * 1000,
            "id_str": id.to_string(),
            "text": "cut…",
            "truncated": true,
            "extended_tweet": { "full_text": self.escaped() },
            "edit_history": { "edit_tweet_ids": self.history() },
            "user": { "id": self.author, "followers_count": -1 },
            "favorite_count": likes,
            "retweet_count": shares,
            "reply_count": comments.map(|count| count.to_string()),
        });
        match self.kind {
            Kind::Original => {}
            Kind::Share => {
                post["retweeted_status"] = json!({ "id_str": "1", "full_text": self.escaped() });
            }
            Kind::Quote => post["quoted_status"] = json!({ "id_str": "1", "text": "other" }),
            Kind::Reply => post["in_reply_to_status_id"] = json!(1),
        }
        post
    }

    fn tiktok_id(&self) -> u64 {
        (u64::try_from(self.millis / 1000).unwrap() << 32) | self.serial
    }

    /// A TikTok video, which is always an original; its time has whole seconds.
    fn tiktok(&self) -> (Value, Core) {
        let [likes, shares, comments, views] = self.counters;
        let id = PostId::Number(self.tiktok_id());
        let video = json!({
            "video_id": self.tiktok_id(),
            "username": self.author.to_string(),
            "video_description": self.text,
            "like_count": likes,
            "share_count": shares,
            "comment_count": comments,
            "view_count": views,
        });
        let time = Timestamp::from_secs(self.millis / 1000);
        let counters = Counters { likes, shares, comments, views };
        let author = Some(self.author.to_string());
        (
            json!({ "data": { "videos": [video] } }),
            (id.clone(), id, author, Kind::Original, self.text.clone(), time, counters),
        )
    }

    /// An Instagram media, which is always an original; its time has whole seconds.
    fn instagram(&self) -> (Value, Core) {
        let [likes, _, comments, _] = self.counters;
        let id = PostId::Number(self.serial);
        let time = Timestamp::from_secs(self.millis / 1000);
        let media = json!({
            "id": self.serial.to_string(),
            "caption": self.text,
            "timestamp": time.to_string().replace('Z', "+0000"),
            "owner": { "id": self.author.to_string() },
            "like_count": likes,
            "comments_count": comments,
        });
        let counters = Counters { likes, comments, ..Counters::default() };
        let author = Some(self.author.to_string());
        (media, (id.clone(), id, author, Kind::Original, self.text.clone(), time, counters))
    }
}

fn read_core(record: &Value) -> Core {
    let bytes = record.to_string();
    let Ok(Reading::Posts(_, posts)) = read_any(bytes.as_bytes()) else { panic!("{bytes}") };
    let [Ok(post)] = posts.as_slice() else { panic!("{bytes}: {posts:?}") };
    (
        post.id.clone(),
        post.root.clone(),
        post.author.as_deref().map(str::to_owned),
        post.kind,
        post.text.clone().into_owned(),
        post.event_time,
        post.counters,
    )
}

/// Every fixture's bytes, in a fixed order.
fn fixtures() -> Vec<Vec<u8>> {
    let platforms = ["twitter", "tiktok", "instagram"];
    let mut paths: Vec<_> = platforms
        .iter()
        .flat_map(|platform| fs::read_dir(folder().join(platform)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// That a reading keeps its promise: posts are never an empty list.
fn has_one_outcome(payload: &[u8]) -> bool {
    !matches!(read_any(payload), Ok(Reading::Posts(_, posts)) if posts.is_empty())
}

proptest! {
    #[test]
    fn a_post_reads_the_same_in_every_shape(model in model()) {
        prop_assert_eq!(read_core(&model.v2(false)), model.tweet(true));
        prop_assert_eq!(read_core(&model.v2(true)), model.tweet(true));
        prop_assert_eq!(read_core(&model.v1()), model.tweet(false));
        let (video, expected) = model.tiktok();
        prop_assert_eq!(read_core(&video), expected);
        let (media, expected) = model.instagram();
        prop_assert_eq!(read_core(&media), expected);
    }

    #[test]
    fn any_bytes_have_one_outcome(payload in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(has_one_outcome(&payload));
    }

    #[test]
    fn a_broken_fixture_has_one_outcome(
        which in any::<Index>(),
        cut in any::<Index>(),
        flips in prop::collection::vec((any::<Index>(), any::<u8>()), 0..4),
    ) {
        let all = fixtures();
        let mut payload = which.get(&all).clone();
        for (place, byte) in flips {
            let place = place.index(payload.len());
            payload[place] = byte;
        }
        prop_assert!(has_one_outcome(&payload));
        payload.truncate(cut.index(payload.len()));
        prop_assert!(has_one_outcome(&payload));
    }
}
