//! One post of TikTok reads the same in whatever shape it is written.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::post::spelling::{Spelling, read_one, spelling};
use crate::post::*;

/// A video or a comment before anybody wrote it down.
#[derive(Clone, Debug)]
struct Model {
    id: u64,
    author: u64,
    followers: Option<u64>,
    secs: i64,
    text: String,
    hashtags: Vec<String>,
    counters: [Option<u64>; 4],
}

fn model() -> impl Strategy<Value = Model> {
    let count = || prop::option::of(0..=json::COUNT_MAX);
    let counters = [count(), count(), count(), count()];
    let hashtags = prop::collection::vec("[a-z가-힣]{1,8}", 0..3);
    let id_and_time = (any::<bool>(), 1..u32::MAX, 1_400_000_000_u32..2_000_000_000);
    (id_and_time, 1..u64::MAX, count(), ".{1,40}", hashtags, counters).prop_map(
        |((timed, serial, secs), author, followers, text, hashtags, counters)| {
            let high = if timed { u64::from(secs) << 32 } else { 0 };
            let (id, secs) = (high | u64::from(serial), i64::from(secs));
            Model { id, author, followers, secs, text, hashtags, counters }
        },
    )
}

impl Model {
    fn time(&self) -> Timestamp {
        Timestamp::from_secs(self.secs)
    }

    /// What must come back where everything is said.
    fn post(&self) -> Post<'_> {
        let [likes, shares, comments, views] = self.counters;
        Post {
            platform: Platform::Tiktok,
            id: PostId::Number(self.id),
            root: PostId::Number(self.id),
            kind: Kind::Original,
            author: Some(self.author.to_string().into()),
            handle: Some("handle".into()),
            followers: self.followers,
            event_time: self.time(),
            text: self.text.as_str().into(),
            quoted: None,
            hashtags: self.hashtags.iter().map(|tag| tag.as_str().into()).collect(),
            language_hint: Some("ko".into()),
            counters: Counters { likes, shares, comments, views },
        }
    }

    fn reply(&self) -> Post<'_> {
        let counters = Counters { shares: None, views: None, ..self.post().counters };
        Post {
            kind: Kind::Reply,
            followers: None,
            hashtags: Vec::new(),
            language_hint: None,
            counters,
            ..self.post()
        }
    }

    fn research(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let [likes, shares, comments, views] = self.counters;
        let mut video = json!({
            "create_time": spell.unix(self.time()),
            "username": self.author.to_string(),
            "video_description": self.text,
            "hashtag_names": self.hashtags,
            "voice_to_text": "never read",
            "like_count": spell.count(likes),
            "share_count": spell.count(shares),
            "comment_count": spell.count(comments),
            "view_count": spell.count(views),
            "favorites_count": 5,
        });
        video[["id", "video_id"][spell.roll(2)]] = spell.number(self.id);
        let handle = self.post().author;
        (video, Post { handle, followers: None, language_hint: None, ..self.post() })
    }

    fn display(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let (mut video, expected) = self.research(spell);
        let fields = video.as_object_mut().unwrap();
        for absent in ["username", "hashtag_names", "video_id"] {
            fields.remove(absent);
        }
        fields.insert("id".into(), spell.number(self.id));
        fields.insert("title".into(), json!("cut short"));
        fields.insert("embed_link".into(), Value::Null);
        (video, Post { author: None, handle: None, hashtags: Vec::new(), ..expected })
    }

    /// The site's own object; its author an object or a string.
    fn site(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let [likes, shares, comments, views] = self.counters;
        let tags: Vec<_> = self.hashtags.iter().map(|tag| json!({ "hashtagName": tag })).collect();
        let titles: Vec<_> = self.hashtags.iter().map(|tag| json!({ "title": tag })).collect();
        let mut video = json!({
            "id": spell.number(self.id),
            "desc": self.text,
            "createTime": spell.time(self.time()),
            "authorStats": { "followerCount": spell.count(self.followers) },
            "textExtra": tags,
            "challenges": titles,
            "textLanguage": "ko",
        });
        video[["stats", "statsV2"][spell.roll(2)]] = json!({
            "diggCount": spell.count(likes),
            "shareCount": spell.count(shares),
            "commentCount": spell.count(comments),
            "playCount": spell.count(views),
            "collectCount": "5",
        });
        if spell.roll(2) == 0 {
            video["author"] = json!({ "id": spell.number(self.author), "uniqueId": "handle" });
        } else {
            video["author"] = json!("handle");
            video["authorId"] = spell.number(self.author);
        }
        (video, self.post())
    }

    /// The app's own object.
    fn app(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let [likes, shares, comments, views] = self.counters;
        let tags: Vec<_> = self.hashtags.iter().map(|tag| json!({ "hashtag_name": tag })).collect();
        let video = json!({
            "aweme_id": spell.number(self.id),
            "desc": self.text,
            "create_time": spell.time(self.time()),
            "author": {
                "uid": spell.number(self.author),
                "unique_id": "handle",
                "follower_count": spell.count(self.followers),
            },
            "text_extra": tags,
            "desc_language": "ko",
            "statistics": {
                "digg_count": spell.count(likes),
                "share_count": spell.count(shares),
                "comment_count": spell.count(comments),
                "play_count": spell.count(views),
            },
        });
        (video, self.post())
    }

    /// A flat record with camel-case names.
    fn flat(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let [likes, shares, comments, views] = self.counters;
        let tags: Vec<_> = self.hashtags.iter().map(|tag| json!({ "name": tag })).collect();
        let video = json!({
            "id": spell.number(self.id),
            "text": self.text,
            "createTimeISO": spell.time(self.time()),
            "authorMeta": {
                "id": spell.number(self.author),
                "name": "handle",
                "fans": spell.count(self.followers),
            },
            "hashtags": tags,
            "textLanguage": "ko",
            "diggCount": spell.count(likes),
            "shareCount": spell.count(shares),
            "commentCount": spell.count(comments),
            "playCount": spell.count(views),
        });
        (video, self.post())
    }

    /// A flat record with snake-case names.
    fn dataset(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let [likes, shares, comments, views] = self.counters;
        let tags: Vec<_> = self
            .hashtags
            .iter()
            .map(|tag| spell.one_of(&[json!(tag), json!(format!("#{tag}"))]))
            .collect();
        let video = json!({
            "post_id": spell.number(self.id),
            "description": self.text,
            "create_time": spell.time(self.time()),
            "profile_id": spell.number(self.author),
            "profile_username": "handle",
            "profile_followers": spell.count(self.followers),
            "hashtags": tags,
            "digg_count": spell.count(likes),
            "share_count": spell.count(shares),
            "comment_count": spell.count(comments),
            "play_count": spell.count(views),
        });
        (video, Post { language_hint: None, ..self.post() })
    }

    fn research_comment(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let [likes, _, replies, _] = self.counters;
        let comment = json!({
            "id": spell.number(self.id),
            "video_id": spell.number(7),
            "parent_comment_id": spell.number(8),
            "create_time": spell.unix(self.time()),
            "text": self.text,
            "like_count": spell.count(likes),
            "reply_count": spell.count(replies),
        });
        (comment, Post { author: None, handle: None, ..self.reply() })
    }

    fn vendor_comment(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let [likes, _, replies, _] = self.counters;
        let (id, author, time) =
            (spell.number(self.id), spell.number(self.author), spell.time(self.time()));
        let (likes, replies) = (spell.count(likes), spell.count(replies));
        let comment = match spell.roll(3) {
            0 => json!({
                "cid": id, "aweme_id": "7", "text": self.text, "create_time": time,
                "user": { "uid": author, "unique_id": "handle" },
                "digg_count": likes, "reply_comment_total": replies,
            }),
            1 => json!({
                "cid": id, "text": self.text, "createTimeISO": time, "uid": author,
                "uniqueId": "handle", "diggCount": likes, "replyCommentTotal": replies,
            }),
            _ => json!({
                "post_id": "7", "comment_id": id, "comment_text": self.text, "date_created": time,
                "commenter_id": author, "commenter_user_name": "handle",
                "num_likes": likes, "num_replies": replies,
            }),
        };
        (comment, self.reply())
    }
}

/// Puts a post where any shape may stand, or into a list of an answer.
fn envelop(post: Value, list: &str, spell: &mut Spelling) -> Value {
    match spell.roll(6) {
        0 => post,
        1 => json!([post]),
        2 => json!({ "data": post }),
        3 => json!({ "data": [post] }),
        4 => json!({ list: [post], "cursor": 1, "has_more": true }),
        _ => json!({ "data": { list: [post], "cursor": 1 }, "error": { "code": "ok" } }),
    }
}

fn reads_back(record: &Value, shape: Shape, expected: &Post<'_>, spell: &mut Spelling) {
    let record = spell.write(record);
    assert_eq!(read_one(&record), (shape, expected.clone()), "{record}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_video_reads_the_same_in_every_shape(model in model(), mut spell in spelling()) {
        for shape in [Model::research, Model::display] {
            let (video, expected) = shape(&model, &mut spell);
            let record = envelop(video, "videos", &mut spell);
            reads_back(&record, Shape::TiktokVideo, &expected, &mut spell);
        }
        for shape in [Model::site, Model::app, Model::flat, Model::dataset] {
            let (video, expected) = shape(&model, &mut spell);
            let list = ["videos", "itemList", "items", "aweme_list"][spell.roll(4)];
            let record = envelop(video, list, &mut spell);
            reads_back(&record, Shape::TiktokVendor, &expected, &mut spell);
        }
    }

    #[test]
    fn a_comment_reads_the_same_in_every_shape(model in model(), mut spell in spelling()) {
        let (comment, expected) = model.research_comment(&mut spell);
        let record = envelop(comment, "comments", &mut spell);
        reads_back(&record, Shape::TiktokComment, &expected, &mut spell);
        let (comment, expected) = model.vendor_comment(&mut spell);
        let record = envelop(comment, "comments", &mut spell);
        reads_back(&record, Shape::TiktokVendor, &expected, &mut spell);
    }
}
