//! What posts are told to be.

use super::*;

fn languages() -> Languages {
    Languages::new(&["en", "ko", "es", "pt", "id"].map(Language::new))
}

fn tell(text: &str, hint: Option<&str>) -> (String, LanguageSource) {
    let (language, source) = languages().tell(text, hint);
    (language.as_str().to_owned(), source)
}

/// Posts as people write them, and the language each is in.
fn posts() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("posts.tsv").lines().map(|line| line.split_once('\t').unwrap())
}

/// The posts that are told wrongly, and the share in per cent of those told rightly.
fn wrong<'a>(
    posts: impl Iterator<Item = (&'a str, &'a str)>,
) -> (Vec<(&'a str, String, &'a str)>, f64) {
    let posts: Vec<_> = posts.collect();
    let told = posts.iter().map(|(language, post)| (*language, tell(post, None).0, *post));
    let wrong: Vec<_> = told.filter(|(language, told, _)| language != told).collect();
    let right = 100.0 * (posts.len() - wrong.len()) as f64 / posts.len() as f64;
    (wrong, right)
}

#[test]
fn languages_of_posts_are_told_without_the_platforms_word() {
    let (wrong_posts, right) = wrong(posts());
    assert!(right >= 98.0, "{right:.1} %: {wrong_posts:#?}");
    for language in ["en", "es", "pt", "id", "vi", "tl", "fr", "de", "it", "tr"] {
        let own = || posts().filter(|(own, _)| *own == language);
        assert!(own().count() >= 10, "{language}");
        let (wrong_posts, right) = wrong(own());
        assert!(right >= 90.0, "{language}: {right:.1} %: {wrong_posts:#?}");
    }
}

#[test]
fn languages_of_short_posts_are_told_too() {
    let (wrong_posts, right) = wrong(posts().filter(|(_, post)| post.chars().count() < 20));
    assert!(right >= 95.0, "{right:.1} %: {wrong_posts:#?}");
}

#[test]
fn the_table_is_the_one_that_the_tool_makes() {
    let bytes = table::uncompressed().unwrap();
    let checksum = blake3::hash(&bytes).to_hex();
    assert_eq!(
        checksum.as_str(),
        "2622bc92323e1b69c6c1f8f6013f34ecb5add90e54d2b78b1da7cef6197cf9a5"
    );
    assert!(table::Table::read(&bytes).is_some());
    assert!(table::Table::read(&bytes[1..]).is_none(), "another beginning");
    assert!(table::Table::read(&bytes[..bytes.len() - 1]).is_none(), "cut short");
}

#[test]
fn what_is_called_detectable_is_what_is_told() {
    let table = TABLE.as_ref().unwrap();
    let shared = table.latin.codes().chain(table.cyrillic.codes()).chain(table.arabic.codes());
    let mut told: Vec<&str> = shared.filter(|code| !code.ends_with(ROMANISED)).collect();
    for letters in "가 か ไ α ա א অ ਅ અ ଅ அ అ ಅ അ අ ກ က ა ក 的 अ आहे छन्".split(' ')
    {
        let Writing::Only(code) = script::writing(letters, || true) else {
            assert_eq!(script::writing(letters, || true), Writing::Ideographs, "{letters}");
            continue;
        };
        told.push(code);
    }
    told.push("zh");
    told.sort_unstable();
    assert_eq!(told, detectable());
    assert!(ODDS.iter().flat_map(|(_, codes)| *codes).all(|code| told.contains(code)));
}

#[test]
fn a_language_without_a_series_is_not_called_by_the_name_of_one_that_has() {
    let korean_only = Languages::new(&[Language::new("ko")]);
    for (post, language) in
        [("kto jeszcze ogląda ten serial", "pl"), ("jag grät hela avsnittet", "sv")]
    {
        assert_eq!(korean_only.tell(post, None).0.as_str(), language);
    }
}

#[test]
fn a_campaigns_own_language_wins_where_a_text_may_be_in_either() {
    let told = |own: &str| Languages::new(&[Language::new(own)]).tell("linda", None).0;
    assert_eq!((told("es").as_str(), told("pt").as_str()), ("es", "pt"));
}

#[test]
fn the_most_letters_decide_where_scripts_mix() {
    assert_eq!(tell("오늘 마지막회 진짜 대박이었다 best drama", None).0, "ko");
    assert_eq!(tell("cannot wait to see 오빠 in the next episode", None).0, "en");
}

#[test]
fn english_words_among_another_script_make_no_english_post() {
    for (post, language) in [
        ("cinematography 대박", "ko"),
        ("ending 뭐야 seriously", "ko"),
        ("visual 미쳤다 oh my god", "ko"),
        ("netflix kdrama 추천 plz", "ko"),
        ("netflix ลงแล้ว omg", "th"),
        ("best drama ever 泣いた", "ja"),
        ("plot twist 太絕了", "zh"),
        ("soundtrack супер", "ru"),
    ] {
        assert_eq!(tell(post, None).0, language, "{post}");
    }
}

#[test]
fn a_post_that_quotes_a_word_of_another_script_stays_what_it_is() {
    for (post, language) in [
        ("teaching my kids what a 도깨비 is", "en"),
        ("what does 눈치 mean in english", "en"),
        ("my korean teacher said 화이팅 to me", "en"),
        ("the word 推し has no translation", "en"),
        ("i learned how to write จันทร์ today", "en"),
        ("nonton 도깨비 lagi", "id"),
        ("quem mais ama esse 오빠 lindo", "pt"),
    ] {
        assert_eq!(tell(post, None).0, language, "{post}");
    }
}

#[test]
fn hashtags_alone_tell_a_language_only_where_there_is_no_doubt() {
    for tags in ["#edit #kpop #korea", "#kdrama #netflix", "#fyp #drama #foryou", "# #viral"] {
        assert_eq!(tell(tags, None), ("und".to_owned(), LanguageSource::None), "{tags}");
        assert_eq!(tell(tags, Some("th")), ("th".to_owned(), LanguageSource::Platform), "{tags}");
    }
    assert_eq!(tell("#드라마추천 #kdrama", None).0, "ko");
    assert_eq!(tell("#nãoaguentomais #chorandomuito", None).0, "pt");
}

#[test]
fn names_of_services_and_noise_are_in_no_language() {
    for noise in [
        "asdfghjkl",
        "ASDFGHJKL",
        "qwerty",
        "sksksksk",
        "asjdhaksjd",
        "uwu",
        "netflix ep 7",
        "OMG lol",
    ] {
        assert_eq!(tell(noise, None).0, "und", "{noise}");
        assert_eq!(tell(noise, Some("in")).0, "id", "{noise}");
    }
    assert_eq!(tell("alaska is cold", None).0, "en");
}

#[test]
fn ideographs_of_one_language_decide() {
    for (post, language) in [
        ("追剧の快乐", "zh"),
        ("男主の颜", "zh"),
        ("我的愛豆の日常說", "zh"),
        ("最終回", "ja"),
        ("神回", "ja"),
        ("号泣", "ja"),
        ("視聴率", "ja"),
        ("聴覚", "ja"),
        ("次回予告", "ja"),
        ("韓国俳優", "ja"),
        ("二十号更新", "zh"),
        ("韓國演員", "zh"),
        ("私の推し", "ja"),
        ("韓国時代劇の最終回", "ja"),
        ("劇場版の主題歌", "ja"),
    ] {
        assert_eq!(tell(post, None).0, language, "{post}");
    }
    assert_eq!(tell("看哭了你", Some("ja")).0, "zh");
}

#[test]
fn of_two_languages_of_a_script_the_one_that_more_people_write_is_told() {
    for (post, language) in [
        ("مسلسل رائع", "ar"),
        ("جميل", "ar"),
        ("плачу", "ru"),
        ("серия 12", "ru"),
        ("топ", "ru"),
        ("дуже чекаю на нову серію", "uk"),
        ("много ми харесва този сериал", "bg"),
        ("این سریال خیلی قشنگه", "fa"),
        ("یہ ڈرامہ بہت اچھا ہے", "ur"),
    ] {
        assert_eq!(tell(post, None).0, language, "{post}");
    }
    let own = |code: &str| Languages::new(&[Language::new(code)]).tell("серия 12", None).0;
    assert_eq!((own("bg").as_str(), own("ru").as_str()), ("bg", "ru"));
}

#[test]
fn letters_of_other_styles_are_the_plain_ones() {
    for (post, language) in [
        ("ｔｈｅ ｅｎｄｉｎｇ ｉｓ ｓｏ ｇｏｏｄ", "en"),
        ("𝓲 𝓵𝓸𝓿𝓮 𝓽𝓱𝓲𝓼 𝓼𝓱𝓸𝔀", "en"),
        ("𝐞𝐮 𝐚𝐦𝐨 𝐞𝐬𝐬𝐞 𝐜𝐚𝐬𝐚𝐥", "pt"),
        ("ｽｺﾞｲ", "ja"),
    ] {
        assert_eq!(tell(post, None).0, language, "{post}");
    }
    let apart: String = "재밌다".nfd().collect();
    assert_eq!(tell(&apart, None).0, "ko");
    assert_eq!(languages().scores("ｉｓ ｓｏ ｇｏｏｄ")[0].0.as_str(), "en");
}

#[test]
fn romanised_languages_are_shown_and_not_told() {
    assert_eq!(languages().scores("saranghaeyo oppa")[0].0.as_str(), "ko-Latn");
    assert_eq!(tell("saranghaeyo oppa", Some("en")).0, "en");
}

#[test]
fn laughter_is_in_no_language() {
    for laughter in ["hahahaha", "kkkkk!!", "jajaja jeje", "wkwkwk", "LOL", "ахахаха", "😂😂"]
    {
        assert_eq!(tell(laughter, None).0, "und", "{laughter}");
        assert_eq!(tell(laughter, Some("pt")).0, "pt", "{laughter}");
    }
}

#[test]
fn korean_in_latin_letters_is_no_other_language() {
    assert_eq!(tell("saranghaeyo oppa", None).0, "und");
}

#[test]
fn letters_and_accents_typed_apart_count_as_one() {
    use unicode_normalization::UnicodeNormalization;
    let apart: String = "đừng xem tập cuối nếu chưa sẵn sàng".nfd().collect();
    assert_eq!(tell(&apart, None).0, "vi");
}

#[test]
fn probabilities_add_up_and_the_best_comes_first() {
    let scores = languages().scores("quando sai o próximo episódio");
    let total: f64 = scores.iter().map(|(_, probability)| probability).sum();
    assert!((total - 1.0).abs() < 1e-9, "{total}");
    assert!(scores.is_sorted_by(|a, b| a.1 >= b.1));
    assert_eq!(scores[0].0.as_str(), "pt");
    assert_eq!(languages().scores("재밌다")[0].0.as_str(), "ko");
    assert!(languages().scores("❤").is_empty());
}

#[test]
fn ideographs_alone_are_japanese_where_they_are_written_so_or_the_platform_says_it() {
    assert_eq!(tell("最高", Some("ja")), ("ja".to_owned(), LanguageSource::Platform));
    assert_eq!(tell("最終回感涙必至", None), ("ja".to_owned(), LanguageSource::Script));
    assert_eq!(tell("太好看了", None), ("zh".to_owned(), LanguageSource::Script));
}

#[test]
fn scripts_of_one_language_outweigh_the_platforms_word() {
    for (text, language) in [("재밌다", "ko"), ("すごい", "ja"), ("สนุก", "th"), ("很好看", "zh")]
    {
        assert_eq!(tell(text, Some("en")), (language.to_owned(), LanguageSource::Script));
    }
}

#[test]
fn the_platforms_word_is_a_prior_and_no_truth() {
    let english = "the chemistry between the two leads is unreal";
    assert_eq!(tell(english, Some("in")), ("en".to_owned(), LanguageSource::Text));
    let close_to_portuguese = "no puedo creer que ya se terminó la serie";
    assert_eq!(tell(close_to_portuguese, Some("es")).0, "es");
    assert_eq!(tell("gak sabar nunggu episode minggu depan", Some("in")).0, "id");
    assert_eq!(tell("❤❤", Some("in")), ("id".to_owned(), LanguageSource::Platform));
    assert_eq!(tell("wow", Some("pt-BR")), ("pt".to_owned(), LanguageSource::Platform));
    for hint in [None, Some("und"), Some("zxx"), Some("qme"), Some(""), Some("한국")] {
        assert_eq!(tell("❤❤", hint), ("und".to_owned(), LanguageSource::None));
    }
}

#[test]
fn malay_counts_as_indonesian() {
    assert_eq!(tell("best", Some("ms")).0, "id");
}

#[test]
fn other_scripts_stay_themselves() {
    assert_eq!(tell("Это очень хороший сериал, всем советую", None).0, "ru");
    assert_eq!(tell("هذا المسلسل رائع جدا", None).0, "ar");
}

#[test]
fn samples_leave_out_what_is_excluded_and_are_bounded() {
    assert_eq!(sample("abcdef", &mut [(4, 5), (1, 3), (2, 3)]), "a  d f ");
    let long = "가".repeat(SAMPLE_BYTES_MAX);
    assert!(sample(&long, &mut []).len() <= SAMPLE_BYTES_MAX + 1);
}
