//! What each rule asks of a config file, why, and what to do: `check --explain` prints it.

use super::rule::Rule;

/// What a rule is about, for who broke it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The rule.
    pub rule: Rule,
    /// What it asks, and why.
    pub means: &'static str,
    /// Lines that break it.
    pub example: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// The page of every rule.
pub const PAGES: [Page; 39] = [
    Page {
        rule: Rule::Unreadable,
        means: "A file, directory or environment variable that is asked for is not there, may not \
                be read, is larger than 4 MiB or is not UTF-8.",
        example: "daebak check config/no-such-file.toml",
        remedy: "Look at the path and its permissions; save the file as UTF-8.",
    },
    Page {
        rule: Rule::Syntax,
        means: "The file is not TOML. Only the first such mistake is said, for what follows it is \
                guesswork.",
        example: "aliases = [\"Starlight Sonata\"",
        remedy: "Close what is open before the place that is shown: a quote, a bracket, a comma.",
    },
    Page {
        rule: Rule::UnknownKey,
        means: "A key means nothing where it stands. It is an error, for a mistyped key that was \
                passed over would change measures without a word.",
        example: "alises = [\"Sonata\"]",
        remedy: "Write the key that is proposed, or take it out. In TOML a key belongs to the \
                 [table] above it.",
    },
    Page {
        rule: Rule::MissingKey,
        means: "A key without which nothing can be done is not there.",
        example: "[[titles]]\nid = \"starlight-sonata\"",
        remedy: "Add the key to the table whose first line is shown.",
    },
    Page {
        rule: Rule::WrongType,
        means: "A value is of another type than its key takes.",
        example: "hashtags = [2024]",
        remedy: "Write the type that is expected: texts stand in quotes, lists in brackets.",
    },
    Page {
        rule: Rule::OutOfRange,
        means: "A number, a length of time, or the length of a text or list is beyond its limit. \
                Limits bound what a file can cost.",
        example: "allowed_lateness = \"31d\"",
        remedy: "Stay within the limits that are shown; split a campaign that is too large.",
    },
    Page {
        rule: Rule::Empty,
        means: "A list has no entries, a text has no letter or digit, or nothing of a word is \
                looked for because it is a link or an @name.",
        example: "hashtags = []",
        remedy: "Add an entry, or take the key out.",
    },
    Page {
        rule: Rule::Duplicate,
        means: "Something that must be there once is there twice: an id, a language, a topic, a \
                window, an account, an alias of which both say more than their text.",
        example: "languages = [\"id\", \"ms\"]",
        remedy: "Take one out. Malay counts as Indonesian: `ms` is `id`.",
    },
    Page {
        rule: Rule::BadId,
        means: "An id has other signs than lower-case letters, digits and hyphens, or more than \
                64. Ids are labels of series; a campaign's id is the name of its file.",
        example: "[[titles]]\nid = \"Lovely Runner\"\nname = \"Lovely Runner\"",
        remedy: "Write it as in `lovely-runner`; `name` is what people read.",
    },
    Page {
        rule: Rule::BadDuration,
        means: "A length of time is not a number and its unit.",
        example: "allowed_lateness = \"a day\"",
        remedy: "Write a number and one of ms, s, m, h, d, as in \"24h\".",
    },
    Page {
        rule: Rule::BadWindow,
        means: "A window is not made of whole slides, or a slide not of whole ticks of 5 s. \
                Otherwise a window could not be exact.",
        example: "[[windows]]\nlength = \"12s\"\nslide = \"5s\"",
        remedy: "Make `length` a multiple of `slide`, and `slide` of 5s.",
    },
    Page {
        rule: Rule::BadAddress,
        means: "An address to listen on, to be found at, or of a broker can't be understood.",
        example: "listen = \"localhost:9464\"",
        remedy: "`listen` is an IP address and a port, a broker host:port, and `advertise` the \
                 http://host:port by which other machines find this process.",
    },
    Page {
        rule: Rule::BadTopic,
        means: "Kafka has no topic or group of this name.",
        example: "[feeds.y]\ntopics = [\"two words\"]",
        remedy: "Use ASCII letters, digits, dots, hyphens and `_`, 249 at the most.",
    },
    Page {
        rule: Rule::BadHashtag,
        means: "A hashtag is one word: white space and most signs end it.",
        example: "hashtags = [\"Starlight Sonata\"]",
        remedy: "Write it as posts do, with or without `#`: StarlightSonata.",
    },
    Page {
        rule: Rule::UnknownName,
        means: "A text must be one of a few names there: a format, a platform, a tier, a weekday, \
                the kind of a facet, the id of a title in a test.",
        example: "aliases = [{ text = \"Sonata\", tier = \"weak\" }]",
        remedy: "Write one of the names that are shown.",
    },
    Page {
        rule: Rule::BadPointer,
        means: "A map's place is no JSON pointer (RFC 6901).",
        example: "[feeds.y]\ntopics = [\"y\"]\nformat = \"mapped\"\n[feeds.y.map]\n\
                  platform = \"bluesky\"\nid = \"id\"\ntext = \"/text\"\ntime = \"/time\"",
        remedy: "Begin with `/` and put `/` between names, as in /commit/record/text.",
    },
    Page {
        rule: Rule::BadTimeFormat,
        means: "A pattern of times lacks a day or a time of day.",
        example: "[feeds.y]\ntopics = [\"y\"]\nformat = \"mapped\"\n[feeds.y.map]\n\
                  platform = \"bluesky\"\nid = \"/id\"\ntext = \"/text\"\ntime = \"/time\"\n\
                  time_format = \"%Y-%m-%d\"",
        remedy: "Write one such as \"%Y-%m-%d %H:%M:%S\", or leave it to \"auto\".",
    },
    Page {
        rule: Rule::BadTime,
        means: "A time has no offset, or is no time. Without its offset 21:20 is another instant \
                in Seoul than in Madrid.",
        example: "premiere = 2026-10-03T21:20:00",
        remedy: "Write the day, the time and the offset: 2026-10-03T21:20:00+09:00 in Korea.",
    },
    Page {
        rule: Rule::BadSchedule,
        means: "Episodes can't be on the air like that: one begins before another ends or before \
                the premiere, or a break falls on a day without one.",
        example: "premiere = 2026-10-02T21:20:00+09:00\n\
                  episodes = { every = [\"sat\", \"sun\"], count = 16, length = \"70m\" }",
        remedy: "Say `every` by the clock of the premiere's offset, which is on one of these days; \
                 or list the episodes, each with `air` and `length`.",
    },
    Page {
        rule: Rule::BadAccount,
        means: "An account of a group is not written as a platform and an id or a name there, or \
                the group is called `organic`, which all other accounts are.",
        example: "[accounts]\nofficial = [\"@netflixkcontent\"]",
        remedy: "Write it as in \"twitter:@netflixkcontent\"; case and `@` make no difference.",
    },
    Page {
        rule: Rule::UnknownLanguage,
        means: "A language is not among those that can be told apart.",
        example: "languages = [\"kr\"]",
        remedy: "Write the ISO 639-1 code, two letters: Korean is `ko`.",
    },
    Page {
        rule: Rule::SharedAlias,
        means: "Two titles of a campaign have one alias or hashtag. Case, spaces and punctuation \
                make no difference. A post with it would count for both.",
        example: "[[titles]]\nid = \"one\"\nname = \"Reply\"\n[[titles]]\nid = \"two\"\n\
                  name = \"R.E.P.L.Y\"",
        remedy: "Leave it to one of them, and give the other a longer name: \"Reply 1988\".",
    },
    Page {
        rule: Rule::BadFuzzy,
        means: "With `fuzzy = true` one letter may be missing, added or another. In a short alias \
                that finds other words; with a regular expression or in one case only it means \
                nothing.",
        example: "aliases = [{ text = \"Goblin\", fuzzy = true }]",
        remedy: "Use it with 10 letters or more, without `regex` and `case_sensitive`.",
    },
    Page {
        rule: Rule::BadRegex,
        means: "A regular expression can't be read, or is too large to be run on every post.",
        example: "aliases = [{ text = \"Signal\", regex = \"Signal (\" }]",
        remedy: "Mend it as is said; `text` is what must stand in a post for it to be tried.",
    },
    Page {
        rule: Rule::BadMechanism,
        means: "A password can't be proven to brokers in this way.",
        example: "[kafka]\nbrokers = \"kafka-1:9092\"\n[kafka.sasl]\nmechanism = \"SCRAM\"\n\
                  username = \"daebak\"\npassword = { env = \"KAFKA_PASSWORD\" }\n\
                  [feeds.x]\ntopics = [\"x\"]",
        remedy: "Write PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.",
    },
    Page {
        rule: Rule::BadPem,
        means: "A certificate's or key's file is not PEM.",
        example: "kafka.tls.ca = \"ca.der\"",
        remedy: "Convert it: such a file has lines between -----BEGIN … and -----END ….",
    },
    Page {
        rule: Rule::PlainSecret,
        means: "A secret stands in the file, for all to read, or comes from nowhere or from two \
                places.",
        example: "[privacy]\nauthor_salt = \"hunter2\"",
        remedy: "Write { file = \"PATH\" } or { env = \"NAME\" }.",
    },
    Page {
        rule: Rule::ShortAlias,
        means: "An alias has few letters, and many posts hold them by chance. Its tier is \
                `context`: it counts beside evidence that the title is meant, such as a context \
                word, another alias, a facet or a hashtag. A facet's alias speaks for its title \
                wherever it stands, unless its tier is said.",
        example: "aliases = [\"W\"]",
        remedy: "Say `tier = \"context\"` if that is right, with words that it `needs` if you know \
                 any; \"hashtag\" if only #W is meant; \"strong\" to count each one.",
    },
    Page {
        rule: Rule::CommonAlias,
        means: "An alias is made of words that people write every day without thinking of the \
                title. Its tier is `context`: it counts beside evidence that the title is meant. A \
                facet's alias speaks for its title wherever it stands, unless its tier is said.",
        example: "aliases = [\"My Name\"]",
        remedy: "Say `tier = \"context\"` if that is right, and list what the title is not in \
                 `exclude`: \"my name is\"; or add a longer alias: \"My Name Netflix\".",
    },
    Page {
        rule: Rule::CommonContext,
        means: "A context word is a word of every day. It speaks for all titles of the campaign in \
                any post that holds it, so that everyday names count beside everyday words.",
        example: "context = [\"love\"]",
        remedy: "Use words that few write who don't talk of dramas: a network, an actor, a \
                 \"kdrama\"; daebak has some of its own.",
    },
    Page {
        rule: Rule::CommonHashtag,
        means: "A hashtag is one common word, and people use it who don't think of the title. Each \
                post with it counts.",
        example: "hashtags = [\"love\"]",
        remedy: "Use the title's own hashtag: #SignalKdrama; or make the word an alias, which \
                 counts beside evidence.",
    },
    Page {
        rule: Rule::ContainedAlias,
        means: "An alias stands in an alias of another title. Of two that overlap only the longer \
                counts, so a post that names the other title does not name this one; but one that \
                shortens the other's name does.",
        example: "[[titles]]\nid = \"reply\"\nname = \"Reply Season\"\n[[titles]]\n\
                  id = \"reply-1988\"\nname = \"Reply Season 1988\"",
        remedy: "Say the tier of the shorter one: \"context\" if the longer title is often \
                 shortened, \"strong\" if not.",
    },
    Page {
        rule: Rule::ClashingAlias,
        means: "An alias of a facet is an alias of another title. A post with it names that title, \
                and speaks for the one that has the facet.",
        example: "aliases = [\"Ko Hana\"]\n[[titles]]\nid = \"other\"\nname = \"Other Drama\"\n\
                  [[titles.facets]]\nid = \"hana\"\nkind = \"character\"\nname = \"Ko Hana\"",
        remedy: "Give the facet a longer name, or say its tier.",
    },
    Page {
        rule: Rule::ExcludedAlias,
        means: "An alias is in its own title's `exclude`. Every post that holds it is excluded, so \
                it never counts.",
        example: "aliases = [\"Signal kdrama\"]\nexclude = [\"signal kdrama\"]",
        remedy: "Take one of the two out; what excludes is longer than the alias: \"signal lost\".",
    },
    Page {
        rule: Rule::FacetIsTitle,
        means: "An alias of a facet is an alias of its own title. It is then one or the other: it \
                can't speak for itself, and the facet is taken for named with every post.",
        example: "[[titles.facets]]\nid = \"t\"\nkind = \"character\"\nname = \"T\"",
        remedy: "Name the facet more fully, say its tier, or leave it out.",
    },
    Page {
        rule: Rule::OwnContext,
        means: "A word that an alias `needs` is part of the alias, or a `context` word is an alias \
                of a title. What is part of a name is no evidence for it.",
        example: "aliases = [{ text = \"Signal kdrama\", needs = [\"kdrama\"] }]",
        remedy: "Use words that stand beside the name: a network, an actor, \"episode\".",
    },
    Page {
        rule: Rule::UnlistedLanguage,
        means: "An alias is in a language that the campaign does not list. It is found, but posts \
                in that language count as `other`.",
        example: "aliases = [{ text = \"Звёздная соната\", lang = \"ru\" }]",
        remedy: "Add the language to `languages`, or take `lang` out.",
    },
    Page {
        rule: Rule::NoTests,
        means: "A campaign has no `[[tests]]`. Nobody will see it when a change of an alias makes \
                it find too little or too much.",
        example: "name = \"C\"\nlanguages = [\"ko\"]\n[[titles]]\nid = \"t\"\nname = \"T\"",
        remedy: "Add a few posts that you know, with the ids of the titles they name, or none: \
                 [[tests]], text = \"no signal in the tunnel\", expect = [].",
    },
    Page {
        rule: Rule::LongDelay,
        means: "While a feed is quiet, all campaigns wait for it by its `max_delay`. A campaign whose \
                time is more than ten minutes behind hides what it measures of titles, and operators \
                are alerted.",
        example: "[feeds.y]\ntopics = [\"y\"]\nmax_delay = \"15m\"",
        remedy: "Write less than 10m: posts that come later count too, within `allowed_lateness`. \
                 Nothing waits for a source that trails the world by more if it says so with `delay`.",
    },
];

impl Page {
    /// The page of the rule with this id.
    pub fn of(id: &str) -> Option<&'static Self> {
        PAGES.iter().find(|page| page.rule.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_page_in_its_order() {
        let source = include_str!("rule.rs");
        let (_, body) = source.split_once("pub enum Rule {").unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let declared = body.lines().filter_map(|line| line.trim().strip_suffix(','));
        let pages: Vec<_> = PAGES.iter().map(|page| format!("{:?}", page.rule)).collect();
        assert_eq!(pages, declared.collect::<Vec<_>>());
        for page in PAGES {
            assert_eq!(Page::of(page.rule.id()), Some(&page));
            assert!(page.means.ends_with('.') && page.remedy.len() > 10, "{:?}", page.rule);
        }
    }
}
