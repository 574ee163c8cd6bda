"""Words that stand around a place's name, and words people write that are no place at all.

Plain lists rather than data files: they change with what people are seen to write, not with the gazetteer.
"""

from collections.abc import Mapping
from functools import cache

from flows.places.spelling import normalise, sound


def _words(*texts: str) -> frozenset[str]:
    return frozenset(normalise(word) for text in texts for word in text.split())


KINDS = _words(
    "county counties subcounty district districts province provinces region state states town township city cities",
    "municipality governorate village villages ward area division chiefdom location sublocation camp settlement",
    "slum estate stage junction centre center trading suburb neighbourhood island headquarters hq",
    "capital urban rural department departments metropolitan republic",
    "kaunti wilaya mkoa jimbo mji jiji kijiji mtaa kata tarafa kambi",
    "departamento depto municipio ciudad pueblo provincia corregimiento barrio estado comuna",
    "vereda resguardo caserío cabecera localidad isla sector zona",
    "gouvernorat délégation delegation ville commune département région préfecture",
    "ولاية معتمدية محافظة مدينة بلدية منطقة قضاء ناحية قرية مقاطعة مديرية شعبية حي إقليم بلدة مركز",
    "जिल्ला प्रदेश नगरपालिका गाउँपालिका महानगरपालिका उपमहानगरपालिका गाउँ शहर नगर अञ्चल जिला राज्य गाविस नपा",
    "jilla zilla pradesh nagarpalika gaunpalika gaupalika mahanagarpalika gabisa anchal khanta wilayat wilayet",
    "il ilçe ili şehri shahri viloyati вилояти вилоят шаҳри нохияи область город қала",
    "ခရိုင် မြို့ ပြည်နယ် တိုင်း ខេត្ត ក្រុង ແຂວງ ເມືອງ জেলা বিভাগ உ மாவட்டம் जनपद rreth qarku bashkia",
)
"""What kind of place it is: said of a name, hardly ever the name itself."""

HOLDING = _words(
    "police station post prison jail gaol cell cells barracks custody cid dci remand detention checkpoint lockup",
    "polisi kituo gereza jela rumande kambi mahabusu",
    "policía estación comisaría cárcel prisión cuartel penal calabozo sijin uri cai",
    "commissariat gendarmerie prison caserne brigade poste maison d'arrêt",
    "esquadra polícia cadeia prisão quartel comando",
    "مركز شرطة الشرطة الأمن أمن سجن السجن ثكنة الثكنة حرس الحرس الدرك مخفر قسم إيقاف الإيقاف",
    "प्रहरी चौकी थाना कारागार जेल हिरासत ब्यारेक कार्यालय prahari chauki thana karagar hirasat",
)
"""Said of a building people are held in; with a town it names the building, without one it is no place."""

RANKS = _words(
    "central main divisional new old high kuu kati ya de la le du des del general nacional nationale الوطني المركزي"
)
"""What stands between a town and the words for such a building."""

_LOCATIVES = _words(
    "in at near nearby around from inside outside by close beside of within towards between and",
    "katika huko kule karibu kutoka mjini kijijini wilayani ndani pale hapa baina kati",
    "en cerca desde por junto hacia dentro a entre",
    "à au aux près dans depuis vers chez entre et",
    "في من قرب بالقرب قريب جنب بجانب عند داخل ب الى إلى بين و",
    "मा नजिक नजिकै देखि बाट तिर भित्र का को में बीच र",
    "ma bata najik tira dekhi",
)

_PHRASES = _words(
    "i im am live lives living stay staying reside come comes here we are is was it happened my place home the",
    "mimi ni naishi ninaishi tunaishi anaishi natoka ninatoka tunatoka niko nipo tuko tupo iko ipo",
    "ya wa za la cha na nakaa ninakaa",
    "una un yo vivo vivimos vive soy somos es estoy estamos está de del la las los el ocurrió pasó fue y",
    "un une je j' j'habite habite habitons suis nous sommes c'est est le les l' d' du des",
    "أنا نحن أسكن اسكن نسكن أعيش نعيش ساكن ساكنة يسكن ونسكن هنا",
    "म हामी बस्छु बस्छौं बस्छ हो छु छौं हुँ बाट घर मेरो बस्ने",
    "ma hami baschu baschhu baschhu ho mero ghar",
    "in ve da de",
)

FILLERS = KINDS | _LOCATIVES | _PHRASES
LOCATIVES = _LOCATIVES

_NOT_PLACES: Mapping[str, frozenset[str]] = {
    "en": _words(
        "yes no not dont don't know knows unsure maybe ok okay hello hi hey good morning evening afternoon thanks",
        "thank please sorry help helps stop start menu back skip again person status delete language why pause",
        "what where when who how which nothing none never always anywhere nowhere somewhere everywhere",
        "police policeman officer army soldier soldiers military prison jail court judge lawyer law legal case",
        "land house farm field plot road street bush forest forests mountain mountains hill hills river lake sea",
        "beach desert border water food money salary wage wages pay paid job work worker employer boss company",
        "factory office school hospital clinic church mosque temple market shop hotel station bus car",
        "husband wife father mother brother sister son daughter child children baby uncle aunt cousin family",
        "neighbour neighbor friend man men woman women boy girl people chief elder pastor imam teacher doctor",
        "hurt hit beat beaten killed kill dead died rape raped stole stolen took taken arrested detained missing",
        "evicted eviction fight violence abuse danger safe secret private afraid scared sick pregnant marriage",
        "divorce inheritance title deed document documents passport id birth certificate debt loan tax rent",
        "today tomorrow yesterday now later monday tuesday wednesday thursday friday saturday sunday january",
        "february march april may june july august september october november december week month year",
        "left right far there this that these those them they she he him her his you your me",
        "can cannot cant can't could would should have has had did do does go went gone come want need tell say",
        "phone number name call text message sms whatsapp telegram test testing asdf qwerty xyz abc lol wtf",
        "broke base since visa visit range source email accident quota",
        "problem problems question answer other another one two three four five six seven eight nine ten many",
    ),
    "sw": _words(
        "ndiyo ndio hapana sijui sina hakuna habari hujambo jambo mambo salamu asante tafadhali samahani",
        "naomba nataka nahitaji msaada nisaidie tusaidie simama acha anza rudi ruka tena mtu lugha kwa nini",
        "polisi askari jeshi mwanajeshi gereza jela mahakama hakimu wakili sheria kesi",
        "ardhi shamba nyumba nyumbani barabara msitu mlima milima mto ziwa bahari maji chakula pesa hela",
        "mshahara kazi mwajiri tajiri kampuni kiwanda ofisi shule hospitali kanisa msikiti soko duka",
        "mume mke baba mama kaka dada ndugu mtoto watoto mwana mjomba shangazi familia jirani rafiki",
        "mwanaume mwanamke wanawake wanaume chifu mzee mwalimu daktari walimkamata wamemkamata amekamatwa",
        "kukamatwa nimepigwa alinipiga wamenipiga kupigwa kuuawa amekufa ubakaji wizi kufukuzwa hatari salama",
        "siri ndoa talaka urithi hati mkopo deni kodi leo kesho jana sasa baadaye jumatatu jumanne jumatano",
        "alhamisi ijumaa jumamosi jumapili wiki mwezi mwaka yangu yako yake wangu wako wake sisi wao yeye",
        "kila mahali popote hapo sana tu bado tayari nini wapi lini nani vipi",
        "kabila uraia rushwa ajali amana makao kisheria",
    ),
    "es": _words(
        "si sí no sé se saber hola buenos buenas dias días tardes noches gracias por favor ayuda ayudar ayúdame",
        "parar alto empezar atrás volver saltar otra vez persona estado borrar idioma porque qué que dónde",
        "donde cuándo quien quién cómo nada nadie nunca siempre policía policia ejército soldado militares",
        "cárcel prisión tribunal corte juez juzgado abogado ley caso tierra tierras casa finca terreno lote",
        "calle carretera bosque monte montaña montañas río lago mar playa agua comida dinero plata salario",
        "sueldo trabajo patrón empleador jefe empresa fábrica oficina escuela hospital iglesia mercado tienda",
        "esposo esposa marido mujer padre madre papá mamá hermano hermana hijo hija niño niña tío tía primo",
        "familia vecino vecina amigo amiga hombre gente guerrilla paramilitares golpeó pegó mató muerto",
        "violación robo robaron desalojo peligro seguro segura secreto miedo enfermo embarazada matrimonio",
        "divorcio herencia escritura documentos cédula deuda préstamo arriendo hoy mañana ayer ahora después",
        "lunes martes miércoles jueves viernes sábado domingo semana mes año mi tu su nosotros ellos ella él",
        "quiero necesito tengo puedo hay problema pregunta",
    ),
    "fr": _words(
        "oui non sais pas bonjour bonsoir salut merci s'il plaît aide aidez aider stop commencer retour passer",
        "encore personne langue pourquoi quoi où quand qui comment rien jamais toujours police policier armée",
        "soldat prison tribunal juge avocat loi affaire terre terrain maison ferme champ rue route forêt",
        "montagne rivière lac mer plage eau nourriture argent salaire travail employeur patron entreprise usine",
        "bureau école hôpital église mosquée marché magasin mari femme père mère frère sœur fils fille enfant",
        "enfants oncle tante famille voisin ami homme gens arrêté frappé tué mort viol volé expulsion danger",
        "sûr secret peur malade enceinte mariage divorce héritage papiers dette loyer aujourd'hui demain hier",
        "maintenant lundi mardi mercredi jeudi vendredi samedi dimanche semaine mois année mon ma mes ton sa ses",
    ),
    "ar": _words(
        "نعم لا اه ايه أيوه باهي لست أعرف اعرف أدري ادري نعرف ما مرحبا أهلا اهلا السلام عليكم سلام صباح مساء",
        "الخير شكرا عفوا من فضلك مساعدة ساعدوني ساعدني النجدة توقف قف ابدأ رجوع تخطي شخص اللغة لماذا ماذا",
        "أين اين متى كيف لاشيء شيء أبدا دائما الشرطة شرطة الأمن البوليس الجيش جندي السجن سجن المحكمة محكمة",
        "القاضي محامي محام القانون قانون قضية أرض الأرض ارض بيت البيت دار الدار منزل مزرعة شارع طريق غابة جبل",
        "الجبل الجبال نهر بحر البحر شاطئ ماء الماء طعام مال المال فلوس راتب أجر عمل العمل خدمة المشغل صاحب",
        "الشركة شركة مصنع مكتب مدرسة مستشفى مسجد كنيسة سوق السوق دكان زوج زوجي زوجة زوجتي أبي أم أمي أخ أخي",
        "أخت أختي ابن ابني بنت ابنتي ولد طفل أطفال عم خال عائلة عائلتي جار جاري صديق رجل امرأة نساء ناس",
        "اعتقلوا اعتقل ضرب ضربني قتل مات اغتصاب سرقة سرقوا إخلاء خطر آمن سر خوف خائف خائفة مريض حامل زواج طلاق",
        "ميراث وثائق جواز دين كراء إيجار اليوم غدا أمس الآن الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت",
        "الأحد أسبوع شهر سنة هو هي هم أنت مشكلة سؤال",
    ),
    "ne": _words(
        "हो होइन छैन छ थाहा मलाई नमस्ते नमस्कार धन्यवाद कृपया मद्दत सहयोग गर्नुहोस् चाहियो चाहिन्छ रोक सुरु",
        "पछाडि फेरि मान्छे भाषा किन के कहाँ कहिले को कसरी केही कहिल्यै प्रहरी पुलिस सेना सिपाही जेल कारागार",
        "अदालत न्यायाधीश वकिल कानुन मुद्दा जग्गा जमिन खेत बाटो सडक जङ्गल पहाड हिमाल नदी ताल पानी खाना पैसा",
        "तलब काम जागिर मालिक साहु कम्पनी कारखाना कार्यालय विद्यालय स्कुल अस्पताल मन्दिर बजार पसल श्रीमान",
        "श्रीमती बुवा आमा दाइ भाइ दिदी बहिनी छोरा छोरी बच्चा काका परिवार छिमेकी साथी मानिस महिला पुरुष",
        "पक्राउ कुट्यो कुटे मार्यो मरे बलात्कार चोरी निकाला खतरा सुरक्षित गोप्य डर बिरामी गर्भवती विवाह",
        "सम्बन्धविच्छेद अंश लालपुर्जा नागरिकता ऋण आज भोलि हिजो अहिले पछि हप्ता महिना वर्ष समस्या प्रश्न",
        "malai thaha chaina chhaina ho hoina chha namaste dhanyabad maddat sahayog prahari jagga pani khana paisa",
    ),
    "xx": _words(
        "бале не нет да салом ёрӣ помощь полиция эмас hayır evet bilmiyorum merhaba yardım polis su maaş",
        "po jo përshëndetje ndihmë នៅ បាទ ចាស ទេ សួស្តី ជួយ ប៉ូលិស ແມ່ນ ບໍ່ ສະບາຍດີ ຊ່ວຍ ຕຳຫຼວດ",
        "ဟုတ်ကဲ့ မဟုတ်ဘူး မသိဘူး မင်္ဂလာပါ ကူညီပါ ရဲ হ্যাঁ না জানি সাহায্য পুলিশ हाँ नहीं पता पुलिस मदद पानी",
        "ee he yebo cha sawubona ngiyabonga usizo amaphoyisa nde nedda webale salaam salam cusa kushe tenki",
    ),
}

_SPOKEN: Mapping[str, str] = {
    "KE": "sw", "TZ": "sw", "UG": "sw", "NP": "ne",
    "TN": "ar fr", "LY": "ar", "SY": "ar", "YE": "ar",
    "CO": "es", "DO": "es", "GT": "es", "PE": "es", "VE": "es",
}  # fmt: skip
"""Languages of common words besides English; a country not here is guarded by "xx", one without a hint by all."""


@cache
def not_places(countries: tuple[str, ...] = ()) -> frozenset[str]:
    """Words that are no place for people of these countries; Hola is a town in Kenya and a greeting in Colombia."""
    if not countries:
        return frozenset().union(*_NOT_PLACES.values())
    languages = {"en", *(language for country in countries for language in _SPOKEN.get(country, "xx").split())}
    return frozenset().union(*(_NOT_PLACES[language] for language in languages))


@cache
def sounds_of_not_places(countries: tuple[str, ...] = ()) -> frozenset[str]:
    """How such words sound: a name spelt almost like one of them is not a name."""
    return frozenset(sound(word) for word in not_places(countries))
