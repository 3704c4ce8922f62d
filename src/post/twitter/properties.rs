//! One post of X reads the same in whatever shape, spelling and order it is written.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::post::fixtures::read_any;
use crate::post::properties::{Model, model, shuffled};
use crate::post::*;

const FOLLOWERS: u64 = 2310;
const SHARED: &str = "2121573860766646273";
const QUOTED: &str = "2121574993228726274";

/// A post and how it happens to be written.
#[derive(Clone, Debug)]
struct Written {
    model: Model,
    quoted: String,
    /// How each counter is written, known or not.
    spelling: [u8; 4],
    order: u64,
}

fn written() -> impl Strategy<Value = Written> {
    (model(), ".{1,40}", any::<[u8; 4]>(), any::<u64>())
        .prop_map(|(model, quoted, spelling, order)| Written { model, quoted, spelling, order })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text cut as X cuts it.
fn cut() -> Value {
    "cut… https://t.co/aaaaaaaaaa".into()
}

impl Written {
    fn id(&self, version: u64) -> String {
        let since = u64::try_from(self.model.millis - 1_288_834_974_657).unwrap();
        (((since + version) << 22) | self.model.serial).to_string()
    }

    fn history(&self) -> Vec<String> {
        (0..=self.model.edits).map(|version| self.id(version)).collect()
    }

    fn text(&self) -> String {
        escaped(&self.model.text)
    }

    /// What must come back; `counted` says which of likes, shares, comments, views a shape has.
    fn expected(&self, counted: [bool; 4]) -> Post<'_> {
        let mut counts = self.model.counters.into_iter().zip(counted);
        let mut next = || counts.next().and_then(|(count, has)| count.filter(|_| has));
        let counters = Counters { likes: next(), shares: next(), comments: next(), views: next() };
        let kind = self.model.kind;
        Post {
            platform: Platform::Twitter,
            id: PostId::parse(&self.id(self.model.edits)),
            root: PostId::parse(&self.id(0)),
            kind,
            author: Some(self.model.author.to_string().into()),
            handle: Some("piano_noona".into()),
            followers: Some(FOLLOWERS),
            event_time: Timestamp::from_millis(self.model.millis),
            text: self.model.text.as_str().into(),
            quoted: (kind == Kind::Quote).then(|| self.quoted.as_str().into()),
            hashtags: Vec::new(),
            language_hint: Some("ko".into()),
            counters: if kind == Kind::Share { Counters::default() } else { counters },
        }
    }

    /// Writes counter `which` under its keys: a sum's parts where there are several.
    fn count(&self, into: &mut Value, which: usize, keys: &[&str]) {
        let mut left = self.model.counters[which];
        for (n, key) in (1..).zip(keys) {
            let part = left.map(|left| if n == keys.len() { left } else { left / 2 });
            left = left.map(|left| left - part.unwrap());
            let value = match (part, self.spelling[which] % 4) {
                (Some(count), 0) => json!(count.to_string()),
                (Some(count), 1) if count < 1 << 50 => json!(count as f64),
                (Some(count), _) => json!(count),
                (None, 0) => Value::Null,
                (None, 1) => json!(-1),
                (None, 2) => json!(""),
                (None, _) => continue,
            };
            into[*key] = value;
        }
    }

    fn v2_counters(&self, renamed: bool) -> Value {
        let mut metrics = json!({ "bookmark_count": 9 });
        let reposts = if renamed { "repost_count" } else { "retweet_count" };
        self.count(&mut metrics, 0, &["like_count"]);
        self.count(&mut metrics, 1, &[reposts, "quote_count"]);
        self.count(&mut metrics, 2, &["reply_count"]);
        self.count(&mut metrics, 3, &["impression_count"]);
        metrics
    }

    /// v2's post and its includes, in the old or the new spelling, with a long text or a short.
    fn v2(&self, renamed: bool, long: bool) -> (Value, Value) {
        let name = |old: &'static str, new: &'static str| if renamed { new } else { old };
        let texted = |mut post: Value, text: String| {
            post["text"] = if long { cut() } else { text.clone().into() };
            if long {
                post[name("note_tweet", "note_post")] = json!({ "text": text });
            }
            post
        };
        let post = json!({
            "id": self.id(self.model.edits),
            "author_id": self.model.author.to_string(),
            "lang": "ko",
            name("edit_history_tweet_ids", "edit_history_post_ids"): self.history(),
            "public_metrics": self.v2_counters(renamed),
        });
        let mut post = texted(post, self.text());
        let mut others = Vec::new();
        let reference = match self.model.kind {
            Kind::Original => None,
            Kind::Share => {
                others.push(texted(json!({ "id": SHARED }), self.text()));
                post["text"] = cut();
                Some((name("retweeted", "reposted"), SHARED))
            }
            Kind::Quote => {
                others.push(texted(json!({ "id": QUOTED }), escaped(&self.quoted)));
                Some(("quoted", QUOTED))
            }
            Kind::Reply => Some(("replied_to", SHARED)),
        };
        if let Some((kind, id)) = reference {
            post[name("referenced_tweets", "referenced_posts")] =
                json!([null, { "type": kind, "id": id }]);
        }
        let user = json!({
            "id": self.model.author.to_string(),
            "username": "piano_noona",
            "public_metrics": { "followers_count": FOLLOWERS },
        });
        let includes = json!({ "users": [user], name("tweets", "posts"): others });
        (post, includes)
    }

    /// v1.1 with rounded numeric ids; the text where `form` puts it.
    fn v1(&self, form: V1) -> Value {
        let written = |mut post: Value, text: String| {
            match form {
                V1::Compatible => post["text"] = text.into(),
                V1::Extended => post["full_text"] = text.into(),
                V1::Streamed => {
                    post["text"] = cut();
                    post["truncated"] = true.into();
                    post["extended_tweet"] = json!({ "full_text": text });
                }
            }
            post
        };
        let id = self.id(self.model.edits);
        let post = json!({
            "id": id.parse::<u64>().unwrap() / 1000 * 1000,
            "id_str": id,
            "edit_history": { "initial_tweet_id": self.id(0), "edit_tweet_ids": self.history() },
            "user": {
                "id": self.model.author,
                "id_str": self.model.author.to_string(),
                "screen_name": "piano_noona",
                "followers_count": FOLLOWERS,
            },
            "lang": "ko",
        });
        let mut post = written(post, self.text());
        match self.model.kind {
            Kind::Original => {}
            Kind::Share => {
                post["text"] = cut();
                post["retweeted_status"] = written(json!({ "id_str": SHARED }), self.text());
            }
            Kind::Quote => {
                post["quoted_status"] = written(json!({ "id_str": "1" }), escaped(&self.quoted));
            }
            Kind::Reply => post["in_reply_to_status_id"] = json!(1),
        }
        self.count(&mut post, 0, &["favorite_count"]);
        self.count(&mut post, 1, &["retweet_count", "quote_count"]);
        self.count(&mut post, 2, &["reply_count"]);
        post
    }

    fn activity(&self, long: bool) -> Value {
        let written = |mut activity: Value, text: String| {
            activity["body"] = if long { cut() } else { text.clone().into() };
            if long {
                activity["long_object"] = json!({ "body": text });
            }
            activity
        };
        let iri = |id: &str| format!("tag:search.twitter.com,2005:{id}");
        let post = json!({
            "id": iri(&self.id(self.model.edits)),
            "objectType": "activity",
            "verb": "post",
            "object": { "objectType": "note", "summary": "cut…" },
            "actor": {
                "id": format!("id:twitter.com:{}", self.model.author),
                "preferredUsername": "piano_noona",
                "followersCount": FOLLOWERS,
            },
            "edit_history": { "edit_tweet_ids": self.history() },
            "twitter_lang": "ko",
        });
        let mut post = written(post, self.text());
        match self.model.kind {
            Kind::Original => {}
            Kind::Share => {
                post["verb"] = "share".into();
                post["body"] = cut();
                post["object"] = written(json!({ "id": iri(SHARED) }), self.text());
            }
            Kind::Quote => {
                let quoted = json!({ "id": iri(QUOTED) });
                post["twitter_quoted_status"] = written(quoted, escaped(&self.quoted));
            }
            Kind::Reply => post["inReplyTo"] = json!({ "link": "http://twitter.com/a/statuses/1" }),
        }
        self.count(&mut post, 0, &["favoritesCount"]);
        self.count(&mut post, 1, &["retweetCount"]);
        post
    }

    /// A notice that the post is gone, in the words of each generation, and of each event.
    fn notices(&self) -> Vec<Value> {
        let id = self.id(0);
        let rounded = id.parse::<u64>().unwrap() / 1000 * 1000;
        let iri = format!("tag:search.twitter.com,2005:{id}");
        let millis = self.model.millis;
        let time = Timestamp::from_millis(millis).to_string();
        let v1 = json!({ "id": rounded, "id_str": id, "user_id": self.model.author });
        let v2 = json!({ "id": id, "author_id": self.model.author.to_string() });
        vec![
            json!({ "delete": { "status": v1, "timestamp_ms": millis.to_string() } }),
            json!({ "drop": { "status": v1, "timestamp_ms": millis } }),
            json!({ "status_withheld": { "id": id, "user_id": 1, "timestamp_ms": millis } }),
            json!({ "data": { "delete": { "tweet": v2, "event_at": time } } }),
            json!({ "data": { "withheld": { "post": v2, "event_at": time } } }),
            json!({
                "objectType": "activity",
                "verb": "delete",
                "object": { "id": iri },
                "timestampMs": time,
            }),
        ]
    }

    #[track_caller]
    fn reads(&self, record: &Value, expected: &Post<'_>) {
        let text = shuffled(record, self.order);
        let Ok(Reading::Posts(_, posts)) = read_any(text.as_bytes()) else { panic!("{text}") };
        assert_eq!(posts, [Ok(expected.clone())], "{text}");
    }
}

/// Where a v1.1 post has its text.
#[derive(Clone, Copy, Debug)]
enum V1 {
    Compatible,
    Extended,
    Streamed,
}

/// A record that holds `value` under `key`, beside what an answer has.
fn under(key: &str, value: Value) -> Value {
    let meta = ("meta".to_owned(), json!({ "result_count": 1 }));
    Value::Object(Map::from_iter([(key.to_owned(), value), meta]))
}

proptest! {
    #[test]
    fn v2_reads_the_same_in_each_spelling_and_envelope(
        written in written(), renamed in any::<bool>(), long in any::<bool>(),
    ) {
        let expected = written.expected([true; 4]);
        let (post, includes) = written.v2(renamed, long);
        let with_includes = |mut record: Value| {
            record["includes"] = includes.clone();
            record
        };
        let streamed = with_includes(json!({
            "data": post,
            "matching_rules": [{ "id": 1_458_899_877_023_559_686_u64, "tag": null }],
        }));
        written.reads(&streamed, &expected);
        written.reads(&json!([streamed]), &expected);
        written.reads(&with_includes(under("data", json!([post]))), &expected);
        // Out of its envelope a post has nothing beside it.
        let mut bare = post;
        if written.model.kind == Kind::Share {
            bare["text"] = written.text().into();
        }
        let alone = Post { handle: None, followers: None, quoted: None, ..expected };
        written.reads(&bare, &alone);
        written.reads(&json!([bare]), &alone);
    }

    #[test]
    fn v1_reads_the_same_in_each_form_and_envelope(written in written()) {
        let expected = written.expected([true, true, true, false]);
        for form in [V1::Compatible, V1::Extended, V1::Streamed] {
            let post = written.v1(form);
            written.reads(&post, &expected);
            written.reads(&json!([post]), &expected);
            written.reads(&under("statuses", json!([post])), &expected);
        }
    }

    #[test]
    fn a_notice_takes_back_the_same_post_in_each_shape(written in written()) {
        let gone = Gone {
            platform: Platform::Twitter,
            id: PostId::parse(&written.id(0)),
            time: Some(Timestamp::from_millis(written.model.millis)),
        };
        let all = written.notices();
        for notice in &all {
            let text = shuffled(notice, written.order);
            let expected = Reading::Compliance(vec![gone.clone()]);
            prop_assert_eq!(read_any(text.as_bytes()), Ok(expected), "{}", text);
        }
        let text = shuffled(&Value::Array(all.clone()), written.order);
        let expected = Reading::Compliance(vec![gone; all.len()]);
        prop_assert_eq!(read_any(text.as_bytes()), Ok(expected));
    }

    #[test]
    fn an_activity_reads_as_the_post_it_made(written in written(), long in any::<bool>()) {
        let expected = written.expected([true, true, false, false]);
        let activity = written.activity(long);
        written.reads(&activity, &expected);
        written.reads(&json!([activity]), &expected);
        written.reads(&under("results", json!([activity])), &expected);
    }
}
