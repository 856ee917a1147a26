//! What the people of the demo company are called, in the scripts of the world, and how their addresses spell it.

use super::chance::Chance;
use std::collections::BTreeSet;

/// A name and how the company's addresses spell it.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) shown: String,
    /// Given and family name in plain letters, with a dot between.
    pub(super) plain: String,
    culture: usize,
    given: usize,
}

/// How a full name is put together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    GivenFirst,
    FamilyFirst,
    /// Without a blank between.
    FamilyFirstJoined,
}

/// Given and family names; `native|plain` where the script is not Latin.
struct Culture {
    order: Order,
    given: &'static [&'static str],
    family: &'static [&'static str],
}

#[rustfmt::skip]
static CULTURES: [Culture; 20] = [
    Culture { order: Order::GivenFirst,
        given: &["Alice", "Owen", "Grace", "Callum", "Niamh", "Ruth", "Dylan", "Hazel", "Patrick", "Imogen", "Rory", "Siân"],
        family: &["Ashdown", "O'Hara", "Whitlock", "Penrose", "Hartley", "Byrne", "Lindqvist-Moore", "Rowntree", "Fairweather", "Mackie", "Calloway", "Thorne"] },
    Culture { order: Order::GivenFirst,
        given: &["Jürgen", "Anke", "Björn", "Käthe", "Lukas", "Miriam", "Sören", "Ulrike", "Tobias", "Greta", "Jörg", "Franziska"],
        family: &["Müller-Brandt", "Köhler", "Schäfer", "Weiß", "Böhm", "Lindner", "Großmann", "Vogel", "Krüger", "Hagedorn", "Färber", "Ostermann"] },
    Culture { order: Order::GivenFirst,
        given: &["João", "Inês", "Tomás", "Beatriz", "Simão", "Luísa", "Caetano", "Conceição", "Rui", "Mafalda", "Gonçalo", "Marília"],
        family: &["Figueiredo", "Magalhães", "Araújo", "Simões", "Falcão", "Brandão", "Queirós", "Patrício", "Seixas", "Vilhena", "Galvão", "Peçanha"] },
    Culture { order: Order::GivenFirst,
        given: &["Iñaki", "Lucía", "Álvaro", "Marisol", "Joaquín", "Belén", "Nicolás", "Ximena", "Ramón", "Rocío", "Andrés", "Noemí"],
        family: &["Ibáñez", "Muñoz", "Echeverría", "Quiñones", "Beltrán", "Zúñiga", "Cárdenas", "Olmedo", "Villaseñor", "Rincón", "Peñalver", "Arístegui"] },
    Culture { order: Order::GivenFirst,
        given: &["Zoé", "Benoît", "Aurélie", "Jérôme", "Maëlle", "Rémi", "Héloïse", "Loïc", "Clémence", "Gaël", "Noémie", "Thibault"],
        family: &["Lefèvre", "Garnier", "Béranger", "Châtelain", "Delacourt", "Perrault", "Saint-Aubin", "Maréchal", "Vasseur", "Guérin", "Lavigne", "Tissot"] },
    Culture { order: Order::GivenFirst,
        given: &["Åsa", "Søren", "Ingrid", "Håkon", "Maja", "Jørgen", "Sigrún", "Väinö", "Aino", "Mikkel", "Ragnhild", "Oskar"],
        family: &["Åkerlund", "Bjørnstad", "Østergaard", "Hämäläinen", "Nygård", "Sandvik", "Kjærsgaard", "Virtala", "Hellström", "Lindahl", "Myrdal", "Strömberg"] },
    Culture { order: Order::GivenFirst,
        given: &["Łukasz", "Zofia", "Wojciech", "Agnieszka", "Stanisław", "Małgorzata", "Jakub", "Kinga", "Paweł", "Żaneta", "Radosław", "Bożena"],
        family: &["Wójcik", "Zięba", "Mazur", "Gołąb", "Dudek", "Król", "Sobczak", "Wróbel", "Kołodziej", "Pająk", "Świątek", "Bąk"] },
    Culture { order: Order::GivenFirst,
        given: &["Şule", "Emre", "Gülşah", "Çağlar", "Özlem", "Barış", "İpek", "Umut", "Defne", "Tuğba", "Kaan", "Yağmur"],
        family: &["Yıldırım", "Öztürk", "Şimşek", "Çelik", "Karadağ", "Güneş", "Aydoğan", "Sezer", "Tunç", "Bilgiç", "Erdoğmuş", "Kılıç"] },
    Culture { order: Order::FamilyFirst,
        given: &["Ágnes", "Zoltán", "Réka", "Gergő", "Csilla", "Bálint", "Orsolya", "Máté", "Enikő", "Levente"],
        family: &["Szűcs", "Vörös", "Fekete", "Balogh", "Kőszegi", "Halász", "Bárány", "Csonka", "Erdős", "Pintér"] },
    Culture { order: Order::FamilyFirst,
        given: &["Thảo", "Minh Anh", "Quốc Bảo", "Hương", "Tuấn", "Ngọc Lan", "Khánh", "Phương Linh", "Đức", "Thu Hà"],
        family: &["Nguyễn", "Trần", "Phạm", "Đặng", "Bùi", "Vũ", "Hoàng", "Đỗ", "Lý", "Dương"] },
    Culture { order: Order::GivenFirst,
        given: &["Adébáyọ̀", "Chiamaka", "Olúfẹ́mi", "Wanjiru", "Kwabena", "Ngozi", "Tendai", "Amina", "Sipho", "Zainab", "Kipchumba", "Thandiwe"],
        family: &["Okonkwo", "Adéyẹmí", "Mwangi", "Mensah", "Dlamini", "Eze", "Chirwa", "Otieno", "Boateng", "Ndlovu", "Abubakar", "Asante"] },
    Culture { order: Order::GivenFirst,
        given: &["Олена|Olena", "Тарас|Taras", "Ярина|Yaryna", "Богдан|Bohdan", "Людмила|Liudmyla", "Андрій|Andrii", "Соломія|Solomiia", "Остап|Ostap", "Дарина|Daryna", "Максим|Maksym"],
        family: &["Шевчук|Shevchuk", "Бондаренко|Bondarenko", "Ткаченко|Tkachenko", "Гнатюк|Hnatiuk", "Савченко|Savchenko", "Мороз|Moroz", "Кравець|Kravets", "Лисенко|Lysenko", "Коваль|Koval", "Романюк|Romaniuk"] },
    Culture { order: Order::GivenFirst,
        given: &["Ελένη|Eleni", "Γιώργος|Giorgos", "Κατερίνα|Katerina", "Στέλιος|Stelios", "Ιωάννα|Ioanna", "Νίκος|Nikos", "Δήμητρα|Dimitra", "Θανάσης|Thanasis"],
        family: &["Γεωργίου|Georgiou", "Νικολάου|Nikolaou", "Οικονόμου|Oikonomou", "Αντωνίου|Antoniou", "Βασιλείου|Vasileiou", "Δημητρίου|Dimitriou", "Αθανασίου|Athanasiou", "Στεφάνου|Stefanou"] },
    Culture { order: Order::FamilyFirstJoined,
        given: &["慧敏|Huimin", "建国|Jianguo", "雨桐|Yutong", "志强|Zhiqiang", "晓燕|Xiaoyan", "文博|Wenbo", "佳怡|Jiayi", "浩然|Haoran", "思远|Siyuan", "静|Jing"],
        family: &["沈|Shen", "郭|Guo", "林|Lin", "邓|Deng", "曹|Cao", "彭|Peng", "谢|Xie", "潘|Pan", "蒋|Jiang", "魏|Wei"] },
    Culture { order: Order::FamilyFirst,
        given: &["美咲|Misaki", "健太|Kenta", "彩花|Ayaka", "大輔|Daisuke", "由美|Yumi", "拓海|Takumi", "さくら|Sakura", "翔|Sho", "千尋|Chihiro", "直人|Naoto"],
        family: &["佐々木|Sasaki", "山口|Yamaguchi", "松本|Matsumoto", "清水|Shimizu", "森|Mori", "石川|Ishikawa", "藤田|Fujita", "岡田|Okada", "長谷川|Hasegawa", "村上|Murakami"] },
    Culture { order: Order::FamilyFirstJoined,
        given: &["서연|Seoyeon", "민준|Minjun", "지우|Jiwoo", "도윤|Doyun", "하은|Haeun", "현우|Hyunwoo", "수빈|Subin", "예준|Yejun"],
        family: &["강|Kang", "조|Cho", "윤|Yoon", "임|Lim", "한|Han", "오|Oh", "서|Seo", "권|Kwon"] },
    Culture { order: Order::GivenFirst,
        given: &["ليلى|Layla", "يوسف|Youssef", "مريم|Maryam", "خالد|Khaled", "نور|Nour", "طارق|Tarek", "هالة|Hala", "سامي|Sami", "رنا|Rana", "كريم|Karim"],
        family: &["الخطيب|Al-Khatib", "حداد|Haddad", "منصور|Mansour", "السيد|El-Sayed", "شاهين|Shahin", "بركات|Barakat", "النجار|Al-Najjar", "قاسم|Qasim", "زيدان|Zidan", "عثمان|Othman"] },
    Culture { order: Order::GivenFirst,
        given: &["अनन्या|Ananya", "विक्रम|Vikram", "प्रिया|Priya", "रोहन|Rohan", "मीरा|Meera", "अर्जुन|Arjun", "कविता|Kavita", "सिद्धार्थ|Siddharth", "नेहा|Neha", "राजेश|Rajesh"],
        family: &["शर्मा|Sharma", "देशपांडे|Deshpande", "गुप्ता|Gupta", "जोशी|Joshi", "त्रिवेदी|Trivedi", "राव|Rao", "कुलकर्णी|Kulkarni", "मिश्रा|Mishra", "चौहान|Chauhan", "भट्ट|Bhatt"] },
    Culture { order: Order::GivenFirst,
        given: &["Daan", "Sanne", "Joris", "Femke", "Matthijs", "Liesbeth", "Bram", "Anouk", "Renée", "Wouter"],
        family: &["van der Meer", "de Graaf", "Hoekstra", "Verbruggen", "ten Have", "Claes", "Bosman", "Terpstra", "Daalder", "Wijnands"] },
    Culture { order: Order::GivenFirst,
        given: &["Ștefan", "Ioana", "Răzvan", "Mădălina", "Željko", "Jelena", "Đorđe", "Tihana", "Matěj", "Anežka", "Ľuboš", "Živa"],
        family: &["Țurcanu", "Bălan", "Ionașcu", "Perišić", "Đurić", "Horvat", "Krejčí", "Janků", "Žitnik", "Kovač", "Munteanu", "Dobrović"] },
];

/// Names given out so far, so that nobody has another's name or address.
#[derive(Default)]
pub(super) struct Register {
    shown: BTreeSet<String>,
    plain: BTreeSet<String>,
}

impl Register {
    /// A name that nobody had yet.
    pub(super) fn newcomer(&mut self, chance: &mut Chance) -> Name {
        let culture = chance.below(CULTURES.len());
        let given = CULTURES.get(culture).map_or(0, |culture| chance.below(culture.given.len()));
        self.name(chance, culture, given)
    }

    /// The name that somebody has after a marriage: another family name of the same tongue.
    pub(super) fn married(&mut self, chance: &mut Chance, before: &Name) -> Name {
        self.name(chance, before.culture, before.given)
    }

    fn name(&mut self, chance: &mut Chance, culture: usize, given: usize) -> Name {
        let mut name = compose(chance, culture, given);
        // There are many more names than people, so this ends soon; once a language's names run out, another is spoken.
        let mut tries = 0;
        while self.shown.contains(&name.shown) || self.plain.contains(&name.plain) {
            tries += 1;
            let (culture, given) =
                if tries % 8 == 0 { (chance.below(CULTURES.len()), chance.below(8)) } else { (culture, given) };
            name = compose(chance, culture, given);
        }
        self.shown.insert(name.shown.clone());
        self.plain.insert(name.plain.clone());
        name
    }
}

fn compose(chance: &mut Chance, culture: usize, given: usize) -> Name {
    let empty = Name { shown: String::new(), plain: String::new(), culture, given };
    let Some(spoken) = CULTURES.get(culture) else { return empty };
    let (Some(first), Some(last)) = (spoken.given.get(given), chance.pick(spoken.family)) else { return empty };
    let ((first, plain_first), (last, plain_last)) = (spelled(first), spelled(last));
    // Some write their name in Latin letters at work.
    let shown = if first != plain_first && chance.happens(35) {
        format!("{plain_first} {plain_last}")
    } else {
        match spoken.order {
            Order::GivenFirst => format!("{first} {last}"),
            Order::FamilyFirst => format!("{last} {first}"),
            Order::FamilyFirstJoined => format!("{last}{first}"),
        }
    };
    Name { shown, plain: format!("{}.{}", plain(plain_first), plain(plain_last)), culture, given }
}

fn spelled(entry: &'static str) -> (&'static str, &'static str) {
    entry.split_once('|').unwrap_or((entry, entry))
}

/// The letters of an address: lower case, without accents, blanks and apostrophes.
fn plain(name: &str) -> String {
    name.to_lowercase().chars().filter_map(plain_letter).collect()
}

fn plain_letter(letter: char) -> Option<char> {
    Some(match letter {
        'a'..='z' | '-' => letter,
        'á' | 'à' | 'ã' | 'ä' | 'å' | 'â' | 'ă' | 'ą' | 'ả' | 'ạ' | 'ầ' | 'ấ' | 'ặ' | 'æ' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' | 'ễ' | 'ẹ' => 'e',
        'í' | 'ï' | 'î' | 'ı' | 'ĩ' => 'i',
        'ó' | 'ò' | 'õ' | 'ö' | 'ô' | 'ø' | 'ő' | 'ọ' | 'ố' | 'ỗ' | 'ồ' | 'ơ' => 'o',
        'ú' | 'ü' | 'ű' | 'ů' | 'ũ' | 'ư' | 'ứ' | 'ù' => 'u',
        'ý' => 'y',
        'ç' | 'ć' | 'č' => 'c',
        'ñ' | 'ń' => 'n',
        'ł' | 'ľ' => 'l',
        'ß' | 'ś' | 'š' | 'ş' | 'ș' => 's',
        'ź' | 'ż' | 'ž' => 'z',
        'ğ' => 'g',
        'đ' => 'd',
        'ț' => 't',
        'ř' => 'r',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_every_name_has_a_plain_one() {
        for entry in CULTURES.iter().flat_map(|culture| culture.given.iter().chain(culture.family)) {
            let (_, latin) = spelled(entry);
            let left_out: Vec<char> =
                latin.to_lowercase().chars().filter(|letter| plain_letter(*letter).is_none()).collect();
            // Blanks, apostrophes, and the marks that stand by themselves in Yoruba.
            assert!(left_out.iter().all(|letter| " '\u{300}\u{301}\u{307}".contains(*letter)), "{entry}: {left_out:?}");
        }
    }

    #[test]
    fn nobody_has_anothers_name_or_address() {
        let (mut register, mut chance) = (Register::default(), Chance::of(1));
        let names: Vec<Name> = (0..900).map(|_| register.newcomer(&mut chance)).collect();
        assert_eq!(names.iter().map(|name| &name.shown).collect::<BTreeSet<_>>().len(), 900);
        assert_eq!(names.iter().map(|name| &name.plain).collect::<BTreeSet<_>>().len(), 900);
    }
}
