//! What people put around what they say, so that hardly two posts are alike: a word before it,
//! and with whom, when and how they watched. None of it comes close to a title's name.

use super::model::Language;

/// How many there are of each.
pub(super) const N: usize = 10;

/// The asides of one language. One of each, in this order and with spaces between, is a sentence.
pub(super) struct Asides {
    /// What comes before.
    pub(super) opening: [&'static str; N],
    pub(super) company: [&'static str; N],
    pub(super) moment: [&'static str; N],
    pub(super) outcome: [&'static str; N],
}

/// The asides of `language`.
pub(super) fn of(language: Language) -> &'static Asides {
    match language {
        Language::English => &ENGLISH,
        Language::Korean => &KOREAN,
        Language::Spanish => &SPANISH,
        Language::Portuguese => &PORTUGUESE,
        Language::Indonesian => &INDONESIAN,
        Language::French => &FRENCH,
        Language::Japanese => &JAPANESE,
    }
}

const ENGLISH: Asides = Asides {
    opening: [
        "Somebody had to say it.",
        "Late to the party, but still.",
        "Not exaggerating at all.",
        "Small confession.",
        "Still shaking a little.",
        "Good morning, everyone.",
        "My honest opinion:",
        "I said what I said.",
        "Please be nice to me.",
        "Now that I have slept on it:",
    ],
    company: [
        "Saw it with my mother",
        "Saw it all alone",
        "Saw it with both of my roommates",
        "Saw it with three colleagues",
        "Saw it with the whole family",
        "Saw it with my best friend",
        "Saw it with somebody who never cries",
        "Saw it with my little brother",
        "Saw it with the cat on my lap",
        "Saw it with half of my class",
    ],
    moment: [
        "on the train home",
        "after a very long shift",
        "in the kitchen at midnight",
        "under three blankets",
        "during the lunch break",
        "while it rained outside",
        "over cold noodles",
        "in a hotel far from home",
        "between two lectures",
        "on the couch until two",
    ],
    outcome: [
        "and I regret nothing.",
        "and nobody said a word.",
        "and now I need a walk.",
        "and we ran out of tissues.",
        "and we argued about it for an hour.",
        "and the tea went cold.",
        "and I laughed at the wrong moment.",
        "and I have so many questions.",
        "and the music is stuck in my head.",
        "and I would do it again tonight.",
    ],
};

const KOREAN: Asides = Asides {
    opening: [
        "솔직히 말할게요.",
        "조금 늦었지만 한마디 할게요.",
        "과장이 아니에요.",
        "아직도 손이 떨려요.",
        "다들 좋은 아침이에요.",
        "자기 전에 한마디만 할게요.",
        "이건 꼭 말해야겠어요.",
        "하루 지나고 생각해 봤어요.",
        "혼자만 알기 아까워요.",
        "오늘의 일기.",
    ],
    company: [
        "엄마랑 같이",
        "혼자 조용히",
        "룸메이트 둘이랑",
        "회사 동료들이랑",
        "온 가족이 모여서",
        "제일 친한 친구랑",
        "절대 안 우는 언니랑",
        "남동생이랑 나란히",
        "고양이를 안고",
        "같은 반 친구들이랑",
    ],
    moment: [
        "퇴근길 지하철에서",
        "야근이 끝나고",
        "한밤중에 부엌에서",
        "이불을 뒤집어쓰고",
        "점심시간에",
        "비 오는 소리를 들으면서",
        "식은 라면을 먹으면서",
        "여행 간 숙소에서",
        "수업 사이 쉬는 시간에",
        "새벽 두 시까지 소파에서",
    ],
    outcome: [
        "봤는데 후회는 없어요.",
        "봤는데 아무도 말을 못 했어요.",
        "봤는데 산책이라도 해야겠어요.",
        "봤는데 휴지가 모자랐어요.",
        "보고 나서 한 시간 동안 이야기했어요.",
        "보다가 차가 다 식었어요.",
        "보다가 혼자 웃어 버렸어요.",
        "봤는데 궁금한 게 너무 많아요.",
        "봤는데 노래가 머리에서 떠나질 않아요.",
        "봤는데 오늘 밤에 또 보려고요.",
    ],
};

const SPANISH: Asides = Asides {
    opening: [
        "Alguien tenía que decirlo.",
        "Llego tarde, pero llego.",
        "No estoy exagerando nada.",
        "Pequeña confesión.",
        "Todavía me tiemblan las manos.",
        "Buenos días a todos.",
        "Mi opinión sincera:",
        "Lo dije y lo repito.",
        "Sean buenos conmigo hoy.",
        "Ahora que lo pensé bien:",
    ],
    company: [
        "La vi con mi mamá",
        "La vi yo sola",
        "La vi con mis dos hermanos",
        "La vi con los del trabajo",
        "La vi con toda la familia",
        "La vi con mi mejor amiga",
        "La vi con alguien que nunca llora",
        "La vi con mi hermanito",
        "La vi con el gato encima",
        "La vi con medio salón de clases",
    ],
    moment: [
        "en el autobús de regreso",
        "después de un turno muy largo",
        "en la cocina a medianoche",
        "debajo de tres cobijas",
        "en la hora del almuerzo",
        "mientras llovía afuera",
        "con la cena ya fría",
        "en un hotel lejos de aquí",
        "entre una clase y otra",
        "en el sillón hasta las dos",
    ],
    outcome: [
        "y no me arrepiento de nada.",
        "y nadie dijo una palabra.",
        "y ahora necesito caminar.",
        "y se acabaron los pañuelos.",
        "y discutimos durante una hora.",
        "y se me enfrió el café.",
        "y me reí cuando no debía.",
        "y tengo muchísimas preguntas.",
        "y no me puedo sacar la música de la cabeza.",
        "y esta noche lo hago otra vez.",
    ],
};

const PORTUGUESE: Asides = Asides {
    opening: [
        "Alguém precisava dizer isso.",
        "Cheguei tarde, mas cheguei.",
        "Não estou exagerando nem um pouco.",
        "Uma pequena confissão.",
        "Minhas mãos ainda estão tremendo.",
        "Bom dia, gente.",
        "Minha opinião sincera:",
        "Falei e não volto atrás.",
        "Sejam bonzinhos comigo hoje.",
        "Agora que eu pensei melhor:",
    ],
    company: [
        "Assisti com a minha mãe",
        "Assisti sozinha em casa",
        "Assisti com os meus dois irmãos",
        "Assisti com o pessoal do trabalho",
        "Assisti com a família inteira",
        "Assisti com a minha melhor amiga",
        "Assisti com alguém que nunca chora",
        "Assisti com o meu irmãozinho",
        "Assisti com o gato no colo",
        "Assisti com metade da turma",
    ],
    moment: [
        "no ônibus voltando para casa",
        "depois de um plantão muito longo",
        "na cozinha à meia-noite",
        "debaixo de três cobertores",
        "na hora do almoço",
        "enquanto chovia lá fora",
        "com o jantar já frio",
        "num hotel longe daqui",
        "entre uma aula e outra",
        "no sofá até as duas",
    ],
    outcome: [
        "e não me arrependo de nada.",
        "e ninguém disse uma palavra.",
        "e agora preciso caminhar um pouco.",
        "e os lenços acabaram.",
        "e discutimos por uma hora.",
        "e o meu café esfriou.",
        "e eu ri na hora errada.",
        "e tenho muitas perguntas.",
        "e a música não sai da minha cabeça.",
        "e hoje à noite faço tudo de novo.",
    ],
};

const INDONESIAN: Asides = Asides {
    opening: [
        "Harus ada yang mengatakannya.",
        "Memang terlambat, tapi tidak apa-apa.",
        "Ini sama sekali tidak berlebihan.",
        "Sebuah pengakuan kecil.",
        "Tanganku masih gemetar.",
        "Selamat pagi semuanya.",
        "Pendapat jujur saya:",
        "Sudah kukatakan dan kuulangi lagi.",
        "Tolong bersikap baik padaku hari ini.",
        "Setelah dipikirkan semalaman:",
    ],
    company: [
        "Aku menontonnya bersama ibu",
        "Aku menontonnya sendirian",
        "Aku menontonnya dengan dua teman sekamar",
        "Aku menontonnya dengan rekan kerja",
        "Aku menontonnya dengan seluruh keluarga",
        "Aku menontonnya dengan sahabat terbaikku",
        "Aku menontonnya dengan orang yang tidak pernah menangis",
        "Aku menontonnya dengan adik kecilku",
        "Aku menontonnya dengan kucing di pangkuan",
        "Aku menontonnya dengan teman sekelas",
    ],
    moment: [
        "di kereta menuju rumah",
        "setelah lembur yang panjang",
        "di dapur tengah malam",
        "di bawah tiga selimut",
        "saat jam makan siang",
        "ketika hujan turun di luar",
        "sambil makan mi yang sudah dingin",
        "di penginapan yang jauh dari rumah",
        "di sela-sela kuliah",
        "di sofa sampai jam dua pagi",
    ],
    outcome: [
        "dan aku tidak menyesal sedikit pun.",
        "dan tidak ada yang berkata apa-apa.",
        "dan sekarang aku perlu berjalan-jalan.",
        "dan tisunya sampai habis.",
        "dan kami membahasnya selama satu jam.",
        "dan tehku sampai dingin.",
        "dan aku tertawa di saat yang salah.",
        "dan pertanyaanku banyak sekali.",
        "dan lagunya tidak mau hilang dari kepalaku.",
        "dan nanti malam akan kuulangi lagi.",
    ],
};

const FRENCH: Asides = Asides {
    opening: [
        "Il fallait que quelqu'un le dise.",
        "J'arrive tard, mais j'arrive.",
        "Je n'exagère pas du tout.",
        "Petite confession.",
        "J'en tremble encore un peu.",
        "Bonjour à tous.",
        "Mon avis sincère :",
        "Je l'ai dit et je le répète.",
        "Soyez gentils avec moi aujourd'hui.",
        "Maintenant que j'y ai réfléchi :",
    ],
    company: [
        "Je l'ai vu avec ma mère",
        "Je l'ai vu toute seule",
        "Je l'ai vu avec mes deux frères",
        "Je l'ai vu avec mes collègues",
        "Je l'ai vu avec toute la famille",
        "Je l'ai vu avec ma meilleure amie",
        "Je l'ai vu avec quelqu'un qui ne pleure jamais",
        "Je l'ai vu avec mon petit frère",
        "Je l'ai vu avec le chat sur les genoux",
        "Je l'ai vu avec la moitié de la classe",
    ],
    moment: [
        "dans le train du retour",
        "après une très longue journée",
        "dans la cuisine à minuit",
        "sous trois couvertures",
        "pendant la pause de midi",
        "pendant qu'il pleuvait dehors",
        "devant une assiette froide",
        "dans un hôtel loin d'ici",
        "entre deux cours",
        "sur le canapé jusqu'à deux heures",
    ],
    outcome: [
        "et je ne regrette rien.",
        "et personne n'a dit un mot.",
        "et maintenant j'ai besoin de marcher.",
        "et il n'y avait plus de mouchoirs.",
        "et nous en avons parlé pendant une heure.",
        "et mon thé est devenu froid.",
        "et j'ai ri au mauvais moment.",
        "et j'ai tellement de questions.",
        "et la musique ne me sort plus de la tête.",
        "et ce soir je recommence.",
    ],
};

const JAPANESE: Asides = Asides {
    opening: [
        "正直に言います。",
        "少し遅くなりましたが。",
        "大げさではありません。",
        "まだ手が震えています。",
        "みなさん、おはようございます。",
        "寝る前にひとこと。",
        "これだけは言わせてください。",
        "一日たって考えてみました。",
        "ひとりで抱えるのはもったいない。",
        "今日の日記です。",
    ],
    company: [
        "母といっしょに",
        "ひとりで静かに",
        "ふたりの姉と",
        "会社の仲間たちと",
        "家族みんなで",
        "いちばんの友達と",
        "ぜったいに泣かない先輩と",
        "弟とならんで",
        "猫をだっこしながら",
        "クラスの友達と",
    ],
    moment: [
        "帰りの電車の中で",
        "長い残業のあとに",
        "真夜中の台所で",
        "毛布をかぶって",
        "お昼の休み時間に",
        "雨の音を聞きながら",
        "冷めたうどんを食べながら",
        "旅先の宿で",
        "授業のあいだに",
        "夜中の二時までソファで",
    ],
    outcome: [
        "見ましたが、後悔はしていません。",
        "見て、だれも何も言えませんでした。",
        "見たので、少し歩いてきます。",
        "見たら、ティッシュが足りませんでした。",
        "見てから、一時間も話しました。",
        "見ていたら、お茶が冷めました。",
        "見ていて、ひとりで笑ってしまいました。",
        "見ましたが、気になることばかりです。",
        "見てから、曲が頭からはなれません。",
        "見ましたが、今夜もう一度見ます。",
    ],
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::names::TITLES;
    use super::*;

    #[test]
    fn no_aside_is_there_twice_or_names_a_title() {
        for language in Language::ALL {
            let Asides { opening, company, moment, outcome } = of(language);
            for asides in [opening, company, moment, outcome] {
                assert_eq!(asides.iter().collect::<BTreeSet<_>>().len(), N, "{asides:?}");
                assert!(asides.iter().all(|aside| TITLES.iter().all(|name| !name.is_in(aside))));
            }
        }
    }
}
