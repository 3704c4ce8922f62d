//! One post of X reads the same in whatever shape it is written.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::post::properties::{Core, Model, model, read_core};
use crate::post::*;

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
}

proptest! {
    #[test]
    fn a_post_reads_the_same_in_every_shape(model in model()) {
        prop_assert_eq!(read_core(&model.v2(false)), model.tweet(true));
        prop_assert_eq!(read_core(&model.v2(true)), model.tweet(true));
        prop_assert_eq!(read_core(&model.v1()), model.tweet(false));
    }
}
