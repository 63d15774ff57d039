using System.Collections.Frozen;

namespace CloudPacs.Dicom;

/// <summary>Letters for letters: what each script's characters are written as in Latin.</summary>
internal static class LetterTables
{
    /// <summary>Signs that must be read before compatibility forms are taken.</summary>
    public static readonly FrozenDictionary<char, string> Signs = new Dictionary<char, string>
    {
        ['\u00B5'] = "u", ['\u03BC'] = "μ", ['\u2010'] = "-", ['\u2011'] = "-", ['\u2012'] = "-", ['\u2013'] = "-", ['\u2014'] = "-",
        ['\u2015'] = "-",
        ['\u2212'] = "-", ['\u2018'] = "'", ['\u2019'] = "'", ['\u201A'] = "'", ['\u201B'] = "'", ['\u2032'] = "'", ['\u00B4'] = "'",
        ['\u02BB'] = "'",
        ['\u02BC'] = "'", ['\u201C'] = "\"", ['\u201D'] = "\"", ['\u201E'] = "\"", ['\u2033'] = "\"", ['\u00AB'] = "\"", ['\u00BB'] = "\"",
        ['\u2039'] = "'", ['\u203A'] = "'", ['\u2022'] = "*", ['\u00B7'] = ".", ['\u30FB'] = " ", ['\u20AC'] = "EUR", ['\u00A3'] = "GBP",
        ['\u20B9'] = "Rs",
        ['\u00A9'] = "(C)", ['\u00AE'] = "(R)", ['\u00D7'] = "x", ['\u00F7'] = "/", ['\u00B0'] = " deg", ['\u00B1'] = "+/-",
        ['\u2264'] = "<", ['\u2265'] = ">",
        ['\u2190'] = "<-", ['\u2192'] = "->", ['\u203E'] = "-", ['\u00A5'] = "JPY", ['\u3000'] = " ", ['\u3001'] = ",", ['\u3002'] = ".",
        ['\uFF5E'] = "-",
        ['\u301C'] =
            "-", ['\u2016'] = "|", ['\u2225'] = "|", ['\u00A1'] = "!", ['\u00BF'] = "?", ['\u00A7'] = "S", ['~'] = "-", ['\\'] = "/",
    }.ToFrozenDictionary();

    /// <summary>Letters with capitals, by their small form: Latin beyond marks, Greek, Cyrillic.</summary>
    public static readonly FrozenDictionary<char, string> Cased = Parse(
        "ł=l ß=ss ø=o æ=ae œ=oe þ=th ð=d đ=d ħ=h ı=i ĸ=k ŋ=ng ŧ=t ſ=s ƒ=f ə=e ɛ=e ɔ=o ɓ=b ɗ=d ɖ=d ƙ=k ƴ=y ʒ=zh ǝ=e ɣ=g ŉ=n " +
        "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o " +
        "а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= " +
        "э=e " +
        "ю=yu я=ya і=i ї=yi є=ye ґ=g ў=u ђ=dj ј=j љ=lj њ=nj ћ=c џ=dz ѓ=g ќ=k ѕ=dz ә=a ғ=g қ=q ң=n ө=o ұ=u ү=u һ=h ѣ=e ѳ=f ѵ=i ҳ=h ҷ=j " +
        "ӣ=i ӯ=u");

    /// <summary>Letters without capitals: Arabic with the additions of Persian and Urdu, Hebrew, Thai, Georgian.</summary>
    public static readonly FrozenDictionary<char, string> Caseless = Parse(
        "ا=a أ=a إ=i آ=a ٱ=a ب=b ت=t ث=th ج=j ح=h خ=kh د=d ذ=dh ر=r ز=z س=s ش=sh ص=s ض=d ط=t ظ=z ع=a غ=gh ف=f ق=q ك=k ل=l م=m ن=n ه=h " +
        "و=w ي=y ة=a ى=a " +
        "ؤ=w ئ=y ء= پ=p چ=ch ژ=zh گ=g ک=k ی=y ٹ=t ڈ=d ڑ=r ں=n ہ=h ھ=h ے=e ۓ=e ـ= \u064B=an \u064C=un \u064D=in \u064E=a \u064F=u " +
        "\u0650=i \u0651= \u0652= " +
        "،=, ؛=; ؟=? ⁄=/ " +
        "א=a ב=b ג=g ד=d ה=h ו=v ז=z ח=h ט=t י=y כ=k ך=k ל=l מ=m ם=m נ=n ן=n ס=s ע=a פ=p ף=p צ=ts ץ=ts ק=k ר=r ש=sh ת=t ׳=' ״=' ־=- " +
        "ก=k ข=kh ฃ=kh ค=kh ฅ=kh ฆ=kh ง=ng จ=ch ฉ=ch ช=ch ซ=s ฌ=ch ญ=y ฎ=d ฏ=t ฐ=th ฑ=th ฒ=th ณ=n ด=d ต=t ถ=th ท=th ธ=th น=n บ=b ป=p " +
        "ผ=ph ฝ=f พ=ph ฟ=f " +
        "ภ=ph ม=m ย=y ร=r ฤ=rue ล=l ฦ=lue ว=w ศ=s ษ=s ส=s ห=h ฬ=l อ=o ฮ=h ฯ=. \u0E30=a \u0E31=a \u0E32=a \u0E33=am \u0E34=i \u0E35=i " +
        "\u0E36=ue \u0E37=ue " +
        "\u0E38=u \u0E39=u เ=e แ=ae โ=o ใ=ai ไ=ai ๅ=a ๆ= \u0E47= \u0E48= \u0E49= \u0E4A= \u0E4B= \u0E4C= \u0E4D=m " +
        "ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z თ=t ი=i კ=k ლ=l მ=m ნ=n ო=o პ=p ჟ=zh რ=r ს=s ტ=t უ=u ფ=p ქ=k ღ=gh ყ=q შ=sh ჩ=ch ც=ts ძ=dz წ=ts " +
        "ჭ=ch ხ=kh ჯ=j ჰ=h");

    /// <summary>Katakana; hiragana is shifted to it.</summary>
    public static readonly FrozenDictionary<char, string> Kana = Parse(
        "ア=a イ=i ウ=u エ=e オ=o カ=ka キ=ki ク=ku ケ=ke コ=ko サ=sa シ=shi ス=su セ=se ソ=so タ=ta チ=chi ツ=tsu テ=te ト=to ナ=na ニ=ni ヌ=nu ネ=ne ノ=no " +
        "ハ=ha ヒ=hi フ=fu ヘ=he ホ=ho マ=ma ミ=mi ム=mu メ=me モ=mo ヤ=ya ユ=yu ヨ=yo ラ=ra リ=ri ル=ru レ=re ロ=ro ワ=wa ヰ=i ヱ=e ヲ=o ン=n " +
        "ガ=ga ギ=gi グ=gu ゲ=ge ゴ=go ザ=za ジ=ji ズ=zu ゼ=ze ゾ=zo ダ=da ヂ=ji ヅ=zu デ=de ド=do バ=ba ビ=bi ブ=bu ベ=be ボ=bo パ=pa ピ=pi プ=pu ペ=pe ポ=po " +
        "ヴ=vu ァ=a ィ=i ゥ=u ェ=e ォ=o ャ=ya ュ=yu ョ=yo ヮ=wa ヵ=ka ヶ=ke ッ= ー= ゙= ゚= ヽ= ヾ= ・=-");

    public static readonly string[] HangulLeads =
        ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];

    public static readonly string[] HangulVowels =
        ["a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"];

    public static readonly string[] HangulTails =
    [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t",
        "p", "t",
    ];

    /// <summary>Consonants by offset 15H to 39H in the block of an Indian script.</summary>
    public static readonly string[] IndicConsonants =
    [
        "k", "kh", "g", "gh", "ng", "ch", "chh", "j", "jh", "n", "t", "th", "d", "dh", "n", "t", "th", "d", "dh", "n", "n",
        "p", "ph", "b", "bh", "m", "y", "r", "r", "l", "l", "zh", "v", "sh", "sh", "s", "h",
    ];

    /// <summary>Consonants that a dot below changes.</summary>
    public static readonly FrozenDictionary<int, string> IndicNukta = new Dictionary<int, string>
    {
        [0x15] = "q", [0x16] = "kh", [0x17] = "g", [0x1C] = "z", [0x21] = "r", [0x22] = "rh", [0x2B] = "f", [0x2F] = "y",
    }.ToFrozenDictionary();

    /// <summary>Independent vowels, vowel signs and the other signs by offset.</summary>
    public static readonly FrozenDictionary<int, string> IndicVowels = new Dictionary<int, string>
    {
        [0x00] = "n", [0x01] = "n", [0x02] = "n", [0x03] = "h", [0x04] = "a", [0x05] = "a", [0x06] = "aa", [0x07] = "i", [0x08] = "i",
        [0x09] = "u", [0x0A] = "u",
        [0x0B] = "ri", [0x0C] = "li", [0x0D] = "e", [0x0E] = "e", [0x0F] = "e", [0x10] = "ai", [0x11] = "o", [0x12] = "o", [0x13] = "o",
        [0x14] = "au",
        [0x3C] = "", [0x3D] = "", [0x3E] = "a", [0x3F] = "i", [0x40] = "i", [0x41] = "u", [0x42] = "u", [0x43] = "ri", [0x44] = "ri",
        [0x45] = "e", [0x46] = "e",
        [0x47] = "e", [0x48] = "ai", [0x49] = "o", [0x4A] = "o", [0x4B] = "o", [0x4C] = "au", [0x4D] = "", [0x50] = "om", [0x55] = "",
        [0x56] = "", [0x57] = "",
        [0x60] = "ri", [0x61] = "li", [0x62] = "li", [0x63] = "li", [0x70] = ".",
    }.ToFrozenDictionary();

    private static FrozenDictionary<char, string> Parse(string table) => table.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => (Key: pair[0], Value: pair[2..])).DistinctBy(pair => pair.Key).ToFrozenDictionary(
            pair => pair.Key, pair => pair.Value);
}
