//! What people say, in each language: long and plain enough that its language is certain.
//!
//! `{t}` is the first title, `{u}` the second; `{t은}`, `{t이}`, `{t을}`, `{t과}` are a title and
//! the form of the particle that follows its last sound.

use super::model::Language;

/// The sentences of one language.
pub(super) struct Phrases {
    /// About one title.
    pub(super) named: &'static [&'static str],
    /// About two titles.
    pub(super) paired: &'static [&'static str],
    /// About a title that the words leave out.
    pub(super) unnamed: &'static [&'static str],
    /// About something else; some come close to a title's name.
    pub(super) chatter: &'static [&'static str],
}

/// The sentences of `language`.
pub(super) fn of(language: Language) -> &'static Phrases {
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

const ENGLISH: Phrases = Phrases {
    named: &[
        "I have watched the first episode of {t} twice already and I still cannot breathe properly",
        "Nobody warned me that {t} would make me cry this hard before breakfast, what a show",
        "The lead couple in {t} has more chemistry than anything I have seen on television this year",
        "Can we please talk about that rooftop scene in {t}? The music & the lighting were perfect",
        "My sister told me to start {t} last night and now both of us are too tired for work <3",
        "{t} is the only thing anyone at the office wants to discuss today, and they are right",
    ],
    paired: &[
        "I cannot decide whether {t} or {u} has the better ending, so I am watching both of them again",
        "Finished {t} on Sunday and started {u} right after, because sleep is clearly not for me",
    ],
    unnamed: &[
        "I am not ready for what happens next week, somebody please hold my hand through this",
        "That final scene was the most beautiful thing I have seen on a screen in a very long time",
        "Everyone who worked on this deserves an award, the writing & the acting are both wonderful",
        "This is how you end an hour of television, I screamed so loudly that the neighbours knocked",
    ],
    chatter: &[
        "We had the signal lost somewhere in the tunnel and stood there in the dark for twenty minutes",
        "Hello everyone, my name is Daniel and I would like to learn how to bake proper sourdough bread",
        "The goblin in our board game keeps stealing all the gold and nobody knows how to stop him",
        "The pilot practised a crash landing in the simulator before the weather cleared this morning",
        "Our neighbour has written three proposals for a small bakery business near the old station",
        "The queen of the hive was gone by the time the beekeeper came back with his equipment",
    ],
};

const KOREAN: Phrases = Phrases {
    named: &[
        "어제 {t은} 정말 최고였어요. 마지막 장면에서 눈물이 멈추지 않아서 잠을 하나도 못 잤습니다",
        "{t이} 드디어 시작했네요. 첫 방송부터 연출과 음악이 너무 좋아서 다음 주까지 기다리기 힘들어요",
        "친구가 추천해서 {t을} 보기 시작했는데 벌써 세 번째 다시 보고 있어요. 여러분도 꼭 보세요",
        "요즘 회사 사람들이 모두 {t} 이야기만 해요. 옥상 장면은 진짜 오래 기억에 남을 것 같아요",
        "{t}에서 주인공이 마지막에 웃는 장면이 자꾸 생각나요. 다음 이야기가 너무 궁금합니다",
        "{t}도 좋고 배우들도 좋고 음악도 좋아서 매주 기다리는 시간이 제일 행복해요",
        "{t}보다 재미있는 작품을 올해는 아직 만나지 못했어요. 다들 어떻게 생각하세요?",
    ],
    paired: &[
        "{t과} {u} 중에서 어느 쪽 결말이 더 좋았는지 아직도 결정하지 못해서 둘 다 다시 보려고 해요",
        "{t을} 다 보고 바로 {u을} 시작했어요. 이번 주말에는 잠을 거의 못 잘 것 같습니다",
    ],
    unnamed: &[
        "마지막 장면이 너무 아름다워서 한참 동안 아무 말도 못 하고 그대로 앉아 있었습니다",
        "배우들 연기도 대본도 정말 훌륭해서 다음 주까지 어떻게 기다려야 할지 모르겠어요",
        "오늘 방송 보면서 얼마나 크게 소리를 질렀는지 옆집에서 걱정하면서 찾아왔어요",
    ],
    chatter: &[
        "비시그널이라는 작은 카페에서 친구들과 커피를 마시면서 하루 종일 수다를 떨었어요",
        "작은아버지가 소나타를 새로 사셨는데 주말에 가족들을 태우고 바다에 다녀오셨어요",
        "오늘 아침에는 비가 많이 와서 버스를 오래 기다렸고 결국 회사에 조금 늦게 도착했습니다",
        "동네 시장에서 오래된 자전거를 고칠 수 있는 곳을 아시는 분이 계시면 알려 주세요",
    ],
};

const SPANISH: Phrases = Phrases {
    named: &[
        "Los que ya vieron el estreno de {t} saben de lo que estoy hablando, la actuación de los protagonistas es para llorar",
        "Mi hermana me recomendó {t} anoche y ahora las dos tenemos muchísimo sueño en el trabajo",
        "La escena de la azotea en {t} me dejó sin palabras & todavía pienso en ella cuando los demás están durmiendo en la casa",
        "Cuando empezó {t} pensé que era una historia para los jóvenes, pero en la casa todos la están viendo conmigo",
        "¿Alguien más está esperando con muchas ganas el próximo capítulo de {t} esta semana?",
    ],
    paired: &[
        "Entre {t} y {u} es imposible elegir, las historias son distintas pero en las dos los protagonistas tienen una conexión que no se puede explicar",
        "Quienes vieron {t} el año pasado tienen que ver también {u}, porque los personajes y la manera de contar la historia son parecidos",
    ],
    unnamed: &[
        "Todavía estoy pensando en la última escena, hace mucho que una historia no me hacía llorar de esa manera delante de los demás",
        "Los actores están increíbles y la historia cada semana se pone mejor, necesito hablar con alguien",
        "No estoy preparada para lo que viene la próxima semana, que alguien me dé un abrazo por favor",
    ],
    chatter: &[
        "Se fue la luz en todo el barrio y mi abuela sacó las velas que guardaba desde hace muchos años",
        "Ayer se descompuso el tren y los pasajeros tuvieron que esperar dos horas en la estación hasta que llegaron los técnicos",
        "¿Alguien sabe dónde puedo arreglar una bicicleta vieja cerca del mercado del centro?",
    ],
};

const PORTUGUESE: Phrases = Phrases {
    named: &[
        "Acabei de assistir ao primeiro episódio de {t} e ainda não consigo parar de chorar, que coisa linda",
        "Minha irmã me indicou {t} ontem à noite e agora nós duas estamos com muito sono no trabalho",
        "A cena do terraço em {t} me deixou sem palavras, a música & a iluminação estavam perfeitas",
        "Ninguém me avisou que {t} ia partir o meu coração logo de manhã, não estou nada bem",
        "Vocês também não veem a hora de assistir ao próximo episódio de {t}? Eu já estou contando os dias com a minha mãe",
    ],
    paired: &[
        "Não sei se gostei mais do final de {t} ou do de {u}, então vou assistir aos dois de novo com as minhas amigas da faculdade",
        "Ontem terminei {t} e já comecei {u}, porque dormir não é mais importante para mim",
    ],
    unnamed: &[
        "Ainda estou pensando naquela última cena, fazia muito tempo que eu não chorava assim com uma história",
        "Os atores são incríveis e a história fica melhor a cada semana, preciso conversar com alguém",
        "Não estou preparada para o que vem na próxima semana, alguém me dá um abraço por favor",
    ],
    chatter: &[
        "Acabou a luz no bairro inteiro e a minha avó pegou as velas que guardava há muitos anos",
        "Hoje o ônibus atrasou de novo e eu tive que ir andando até o escritório debaixo de chuva",
        "Alguém sabe onde posso consertar uma bicicleta velha perto da feira do centro?",
    ],
};

const INDONESIAN: Phrases = Phrases {
    named: &[
        "Baru selesai nonton episode pertama {t} dan sampai sekarang aku belum bisa berhenti menangis",
        "Kakak perempuan saya menyuruh saya menonton {t} tadi malam dan sekarang kami berdua sangat mengantuk di tempat kerja",
        "Adegan di atap rumah dalam {t} benar-benar membuatku tidak bisa berkata apa-apa, musiknya indah",
        "Tidak ada yang memberi tahu bahwa {t} akan membuat hatiku hancur berkeping-keping sepagi ini",
        "Siapa lagi yang sudah tidak sabar menunggu episode berikutnya dari {t} minggu ini? Saya sudah menghitung harinya bersama teman-teman",
    ],
    paired: &[
        "Saya tidak tahu apakah akhir cerita dari {t} atau {u} yang lebih bagus, jadi saya akan menonton keduanya sekali lagi dengan teman-teman",
        "Kemarin saya menyelesaikan {t} dan langsung memulai {u}, karena sepertinya tidur sudah tidak penting lagi untuk saya",
    ],
    unnamed: &[
        "Sampai sekarang aku masih memikirkan adegan terakhir itu, sudah lama sekali aku tidak menangis seperti ini",
        "Semua pemainnya luar biasa dan ceritanya semakin bagus setiap minggu, aku harus bercerita kepada seseorang",
        "Aku belum siap untuk apa yang akan terjadi minggu depan, tolong seseorang peluk aku sekarang",
    ],
    chatter: &[
        "Listrik di kampung kami padam semalaman dan nenek mengeluarkan lilin yang sudah lama disimpannya",
        "Hari ini bus terlambat datang lagi dan kami harus berjalan kaki menuju kantor dengan pakaian yang basah karena hujan",
        "Apakah ada yang tahu tempat memperbaiki sepeda tua di dekat pasar kota ini?",
    ],
};

const FRENCH: Phrases = Phrases {
    named: &[
        "Je viens de regarder le premier épisode de {t} et je n'arrive toujours pas à arrêter de pleurer",
        "Ma sœur m'a conseillé {t} hier soir et maintenant nous sommes toutes les deux très fatiguées au travail",
        "La scène sur le toit dans {t} m'a laissée sans voix, la musique et la lumière étaient parfaites",
    ],
    paired: &[
        "Je ne sais pas si je préfère la fin de {t} ou celle de {u}, alors je vais revoir les deux",
    ],
    unnamed: &[
        "Je pense encore à cette dernière scène, cela faisait longtemps qu'une histoire ne m'avait pas fait pleurer ainsi",
        "Je ne suis pas prête pour ce qui arrive la semaine prochaine, que quelqu'un me prenne dans ses bras",
    ],
    chatter: &[
        "Le bus est encore arrivé en retard ce matin et j'ai dû marcher jusqu'au bureau sous la pluie",
    ],
};

const JAPANESE: Phrases = Phrases {
    named: &[
        "昨日の夜に「{t}」の第一話を見ましたが、最後の場面で涙が止まらなくて全然眠れませんでした",
        "友達にすすめられて「{t}」を見始めたら、もう三回も見返しています。みなさんもぜひ見てください",
    ],
    paired: &[
        "「{t}」と「{u}」の結末のどちらが好きかまだ決められないので、両方もう一度見るつもりです。みなさんはどちらの最後の場面が好きでしたか、ぜひ教えてください",
    ],
    unnamed: &[
        "最後の場面があまりにも美しくて、しばらく何も言えずにそのまま座っていました。来週までどうやって待てばいいのか分かりません",
    ],
    chatter: &["今朝は雨がたくさん降っていたので、バスを長く待って会社に少し遅れて着きました"],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_long_enough_for_its_language_to_be_certain() {
        for language in Language::ALL {
            let shortest = match language {
                Language::Korean | Language::Japanese => 30,
                _ => 40,
            };
            let phrases = of(language);
            for text in [phrases.named, phrases.paired, phrases.unnamed, phrases.chatter].concat() {
                let own = text.replace("{t}", "").replace("{u}", "").chars().count();
                assert!(own >= shortest, "{own} characters in {text}");
            }
        }
    }
}
