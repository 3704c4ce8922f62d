//! One post of Instagram reads the same in whatever shape it is written.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::post::spelling::{Spelling, read_one, spelling};
use crate::post::*;

/// A media or a comment before it was written down.
#[derive(Clone, Debug)]
struct Model {
    id: u64,
    author: Option<u64>,
    secs: i64,
    text: String,
    likes: Option<u64>,
    comments: Option<u64>,
}

fn model() -> impl Strategy<Value = Model> {
    let count = || prop::option::of(0..=json::COUNT_MAX);
    let secs = 1_300_000_000_i64..2_000_000_000;
    (1..u64::MAX, prop::option::of(1..u64::MAX), secs, ".{1,40}", count(), count()).prop_map(
        |(id, author, secs, text, likes, comments)| Model {
            id,
            author,
            secs,
            text,
            likes,
            comments,
        },
    )
}

impl Model {
    fn time(&self) -> Timestamp {
        Timestamp::from_secs(self.secs)
    }

    /// What must come back of a media.
    fn post(&self) -> Post<'_> {
        Post {
            platform: Platform::Instagram,
            id: PostId::Number(self.id),
            root: PostId::Number(self.id),
            kind: Kind::Original,
            author: self.author.map(|author| author.to_string().into()),
            handle: None,
            followers: None,
            event_time: self.time(),
            text: self.text.as_str().into(),
            quoted: None,
            hashtags: Vec::new(),
            language_hint: None,
            counters: Counters {
                likes: self.likes,
                comments: self.comments,
                ..Counters::default()
            },
        }
    }

    fn reply(&self) -> Post<'_> {
        let counters = Counters { likes: self.likes, ..Counters::default() };
        Post { kind: Kind::Reply, counters, ..self.post() }
    }

    /// Names the author in one of the places `object` may have one; `post` is then by it.
    fn sign<'a>(
        &'a self,
        object: &mut Value,
        holders: &[&str],
        spell: &mut Spelling,
        post: Post<'a>,
    ) -> Post<'a> {
        let Some(author) = self.author else { return post };
        let handle = if let Some(&holder) = holders.get(spell.roll(holders.len() + 1)) {
            object[holder] = json!({ "id": spell.number(author), "username": "handle" });
            object["username"] = spell.one_of(&[Value::Null, json!("handle")]);
            "handle".into()
        } else {
            object["username"] = json!(author.to_string());
            author.to_string().into()
        };
        Post { handle: Some(handle), ..post }
    }

    fn media(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let mut media = json!({
            "id": spell.number(self.id),
            "ig_id": "5",
            "caption": self.text,
            "media_type": "CAROUSEL_ALBUM",
            "timestamp": spell.time(self.time()),
            "like_count": spell.count(self.likes),
            "comments_count": spell.count(self.comments),
            "children": { "data": [{ "id": "6", "media_type": "IMAGE" }] },
        });
        let post = self.sign(&mut media, &["owner"], spell, self.post());
        (media, post)
    }

    fn comment(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let mut comment = json!({
            "id": spell.number(self.id),
            "text": self.text,
            "timestamp": spell.time(self.time()),
            "like_count": spell.count(self.likes),
            "media": { "id": "6" },
            "hidden": false,
        });
        let post = self.sign(&mut comment, &["from", "user"], spell, self.reply());
        (comment, post)
    }

    fn webhook(&self, spell: &mut Spelling) -> (Value, Post<'_>) {
        let (mut value, post) = self.comment(spell);
        value["timestamp"] = Value::Null;
        let field = ["comments", "live_comments"][spell.roll(2)];
        let unix = spell.unix(self.time());
        let mut entry = json!({
            "id": "1",
            "time": spell.one_of(&[unix, json!(self.time().as_millis())]),
        });
        if spell.roll(2) == 0 {
            entry["changes"] = json!([{ "field": field, "value": value }]);
        } else {
            entry["field"] = json!(field);
            entry["value"] = spell.one_of(&[value.clone(), json!([value])]);
        }
        let envelope = match spell.roll(3) {
            0 => json!({ "object": "instagram", "entry": [entry] }),
            1 => json!({ "entry": [entry] }),
            _ => entry,
        };
        (spell.one_of(&[envelope.clone(), json!([envelope])]), post)
    }
}

/// Puts a post where any shape may stand, or into an answer under `key`.
fn envelop(post: Value, key: &str, spell: &mut Spelling) -> Value {
    match spell.roll(6) {
        0 => post,
        1 => json!([post]),
        2 => json!({ "data": post }),
        3 => json!({ "data": [post], "paging": { "cursors": { "after": "x" } } }),
        4 => json!({ key: post, "id": "1" }),
        _ => json!({ "business_discovery": { "media": { "data": [post] } }, "id": "1" }),
    }
}

fn reads_back(record: &Value, shape: Shape, expected: &Post<'_>, spell: &mut Spelling) {
    let record = spell.write(record);
    assert_eq!(read_one(&record), (shape, expected.clone()), "{record}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_post_reads_the_same_in_every_shape(model in model(), mut spell in spelling()) {
        let (media, expected) = model.media(&mut spell);
        let record = envelop(media, "mentioned_media", &mut spell);
        reads_back(&record, Shape::InstagramMedia, &expected, &mut spell);
        let (comment, expected) = model.comment(&mut spell);
        let record = envelop(comment, "mentioned_comment", &mut spell);
        reads_back(&record, Shape::InstagramComment, &expected, &mut spell);
        let (webhook, expected) = model.webhook(&mut spell);
        reads_back(&webhook, Shape::InstagramWebhook, &expected, &mut spell);
    }
}
