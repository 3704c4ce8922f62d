//! The words by which people show that they talk of a drama: daebak's own context words.
//!
//! Each has to be telling by itself: `watch`, `show` and `new` stand in posts about anything, and
//! are not among them. A campaign may add its own, and may do without these.

/// By language; where one language has taken a word from another it stands once.
const WORDS: [&str; 12] = [
    // English, and what all others share.
    "drama, dramas, k-drama, k-dramas, dorama, doramas, kdrama, kdramas, cdrama, jdrama, tv series, miniseries,
    web series, webtoon, sitcom, telenovela, soap opera, episode, episodes, ep, eps, finale,
    season finale, season 1, season 2, season 3, season 4, new season, premiere, premieres,
    trailer, teaser, spoiler, spoilers, binge, binged, binge watch, binge watching,
    binge-watched, rewatch, rewatching, rewatched, now watching, nowwatching, watchlist, subbed, eng sub,
    subtitles, male lead, female lead, second lead, screenwriter, main character,
    plot twist, cliffhanger, ost, soundtrack, cast, costar, costars, scene, scenes, remake,
    spinoff, spin-off, netflix, disney+, disneyplus, viki, viu, iqiyi, wetv, hulu, hbo, kocowa, tving,
    wavve, watcha, prime video, apple tv, tvn, jtbc, sbs, kbs, mbc, baeksang, mydramalist,
    hallyu, movie, movies, film, films, actor, actors, actress, actresses, starring",
    // Korean.
    "드라마, 한드, 미드, 일드, 중드, 웹드라마, 웹툰, 본방, 본방사수, 재방, 재방송, 방영,
    방영중, 첫방, 첫방송, 종영, 막방, 막화, 최종화, 최종회, 마지막회, 1화, 2화, 3화,
    회차, 에피소드, 시즌1, 시즌2, 시즌3, 시즌, 정주행, 재탕, 몰아보기, 넷플릭스, 넷플,
    디즈니플러스, 디플, 티빙, 웨이브, 왓챠, 쿠팡플레이, 배우, 주연, 조연, 남주, 여주,
    서브남주, 남주인공, 여주인공, 주인공, 출연, 출연진, 캐스팅, 연출, 극본, 각본, 작가님,
    감독님, 명대사, 명장면, 예고편, 티저, 줄거리, 결말, 엔딩, 떡밥, 반전, 스포, 시청률,
    명작, 인생드라마, 인생작, 영화, 연기력, 케미, 보는중, 정주행중, 리메이크, 원작,
    등장씬, 등장신, 명씬, 키스씬, 키스신, 엔딩씬, 재시청, 역주행",
    // Spanish.
    "serie, miniserie, novela, dorama coreano, capítulo, capítulos, episodio, episodios,
    temporada, temporadas, estreno, final de temporada, protagonista, protagonistas, actriz,
    elenco, reparto, banda sonora, película, pelis, guionista, maratonear, maratoneando,
    subtítulos, escena, escenas",
    // Portuguese.
    "séries, minissérie, doraminha, estreia, atriz, ator, dorameira, dorameiro, dorameiras,
    maratonar, maratonando, maratonei, legendado, legendas, trilha sonora, filme, filmes,
    enredo, assistindo, reassistindo, novelinha",
    // Indonesian and Malay.
    "drakor, drakoran, drama korea, sinetron, nonton, nontonin, tayang, penayangan, tamat,
    adegan, pemeran, aktor, aktris, sutradara, sinopsis, sub indo, subtitle, musim kedua,
    tonton, menonton, filem, pelakon, nobar",
    // Thai.
    "ซีรีส์, ซีรี่ส์, ซีรีย์, ซีรี่ย์, ละคร, ละครเกาหลี, ตอนที่, ตอนแรก, ตอนจบ, ตอนล่าสุด,
    พระเอก, นางเอก, พระรอง, นักแสดง, ออนแอร์, เน็ตฟลิกซ์, ซับไทย, ภาพยนตร์, ฉากจบ,
    ดูซีรีส์, เพลงประกอบ, ผู้กำกับ",
    // Japanese.
    "ドラマ, 韓ドラ, 韓国ドラマ, 第1話, 第2話, 第3話, 1話, 2話, 3話, 最終話, 最終回, 初回,
    主演, 出演, 俳優, 女優, ヒロイン, 主人公, 脚本, 監督, 予告, 配信, 放送, 視聴, 視聴率,
    シーズン1, シーズン2, シーズン, エピソード, ネトフリ, ネットフリックス,
    ディズニープラス, アマプラ, 一気見, ネタバレ, 主題歌, 映画, 実写",
    // Chinese.
    "韩剧, 韓劇, 追剧, 追劇, 电视剧, 電視劇, 连续剧, 連續劇, 网剧, 網劇, 剧集, 劇集, 剧情,
    劇情, 大结局, 大結局, 第一集, 第二集, 第1集, 最后一集, 最後一集, 男主, 女主, 男主角,
    女主角, 演员, 演員, 编剧, 編劇, 导演, 導演, 首播, 开播, 開播, 收视率, 收視率, 预告,
    預告, 网飞, 網飛, 奈飞, 爱奇艺, 愛奇藝, 豆瓣, 电影, 電影, 演技, 片尾曲",
    // Vietnamese.
    "phim, phim hàn, phim bộ, tập phim, tập cuối, tập 1, tập 2, diễn viên, nam chính,
    nữ chính, đạo diễn, phụ đề, vietsub, lồng tiếng, màn ảnh, lịch chiếu, khởi chiếu,
    nhạc phim, cày phim",
    // French.
    "série télé, série coréenne, drama coréen, bande-annonce, actrice, acteur, acteurs,
    réalisateur, tournage, feuilleton, vostfr, film coréen",
    // German and Italian.
    "folge, staffel, staffeln, serienfinale, schauspieler, schauspielerin, hauptrolle,
    drehbuch, untertitel, episodio finale, puntata, puntate, stagione, stagioni, serie tv,
    attore, attrice, attori, regista, sceneggiatura, doppiaggio",
    // Tagalog.
    "teleserye, palabas, pelikula, artista, eksena, nanonood, pinanood, panoorin, kabanata,
    kontrabida, tambalan",
];

/// Every one of daebak's own context words, as people write them.
pub(super) fn builtin() -> impl Iterator<Item = &'static str> {
    WORDS.iter().flat_map(|words| words.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::mention::skeleton;

    #[test]
    fn builtin_words_are_words_that_tell() {
        for word in builtin() {
            assert!(!skeleton(word).is_empty() && word.chars().count() > 1, "{word:?}");
            assert!(!word.contains('\n'), "{word:?}");
        }
        let all: BTreeSet<&str> = builtin().collect();
        for idle in ["watch", "show", "new", "love", "보다", "ver", "看"] {
            assert!(!all.contains(idle), "{idle}");
        }
    }
}
