using System.Buffers;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

public class TransliterationTests
{
    [Theory]
    [InlineData("Łukasz Żółć", "Lukasz Zolc")]
    [InlineData("Großmann", "Grossmann")]
    [InlineData("Þórður Æsir", "Thordur Aesir")]
    [InlineData("Nguyễn Văn Đức", "Nguyen Van Duc")]
    [InlineData("İstanbul ıĞ", "Istanbul iG")]
    [InlineData("Щербаков Юрий", "Shcherbakov Yuriy")]
    [InlineData("ЩУКА", "SHCHUKA")]
    [InlineData("Διονύσιος Παπαδόπουλος", "Dionysios Papadopoulos")]
    [InlineData("शर्मा", "Sharma")]
    [InlineData("आरव", "Aarav")]
    [InlineData("राहुल कुमार", "Rahul Kumar")]
    [InlineData("मित्र", "Mitra")]
    [InlineData("फ़ातिमा", "Fatima")]
    [InlineData("रवींद्र", "Ravindra")]
    [InlineData("সুমন দাস", "Suman Das")]
    [InlineData("પટેલ", "Patel")]
    [InlineData("ਸਿੰਘ", "Singh")]
    [InlineData("முருகன்", "Murugan")]
    [InlineData("கவிதா", "Kavitha")]
    [InlineData("రాము", "Ramu")]
    [InlineData("ಕೃಷ್ಣ", "Krishna")]
    [InlineData("മോഹൻ", "Mohan")]
    [InlineData("ଜଗନ୍ନାଥ", "Jagannatha")]
    [InlineData("やまだ たろう", "Yamada Tarou")]
    [InlineData("ﾔﾏﾀﾞ", "Yamada")]
    [InlineData("キョウコ ハットリ マッチャ", "Kyouko Hattori Matcha")]
    [InlineData("ジョン・スミス", "Jon Sumisu")]
    [InlineData("홍 길동", "Hong Gildong")]
    [InlineData("王 小东", "Wang Xiaodong")]
    [InlineData("吕 〇 \U00020000", "Lyu Ling He")]
    [InlineData("محمد", "Mhmd")]
    [InlineData("שרון", "Shrvn")]
    [InlineData("สมชาย ใจดี", "Smchay Chaidi")]
    [InlineData("“12 µm” – ½ ﬁ", "\"12 um\" - 1/2 fi")]
    [InlineData("१२३ ٤٥", "123 45")]
    public void Text_becomes_ascii_that_its_readers_know(string text, string expected)
    {
        var output = new ArrayBufferWriter<byte>();

        var loss = SpecificCharacterSet.Default.EncodeTransliterated(text, VR.LO, output);

        Assert.Equal(expected, SpecificCharacterSet.Default.Decode(output.WrittenSpan, VR.LO));
        Assert.Equal(0, loss.Replaced);
        Assert.True(loss.Transliterated > 0);
    }

    [Fact]
    public void Letters_that_the_set_has_stay()
    {
        Assert.Equal("Łódź E Francois", SpecificCharacterSet.Parse("ISO_IR 101").Transliterate("Łódź È François", VR.LO, out _).Replace('ç', 'c'));
        Assert.Equal("ヤマダ", SpecificCharacterSet.Parse("", "ISO 2022 IR 87").Transliterate("ﾔﾏﾀﾞ", VR.LO, out _));
    }

    [Fact]
    public void What_has_no_reading_becomes_question_marks_that_are_counted()
    {
        var text = SpecificCharacterSet.Latin1.Transliterate("CT \U0001F600\u2603", VR.LO, out var loss);

        Assert.Equal("CT ??", text);
        Assert.Equal(2, loss.Replaced);
    }

    [Theory]
    [InlineData("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada^Tarou", 0, 2)]
    [InlineData("=山田^太郎=やまだ^たろう", "Yamada^Tarou", 0, 2)]
    [InlineData("山田^太郎==やまだ^たろう", "Yamada^Tarou", 0, 1)]
    [InlineData("山田^太郎", "Shantian^Tailang", 0, 0)]
    [InlineData("=王^小东", "Wang^Xiaodong", 0, 1)]
    [InlineData("\U0001F600^太郎==やまだ", "Yamada", 0, 1)]
    [InlineData("\U0001F600", "?", 1, 0)]
    [InlineData("=शर्मा^आरव", "Sharma^Aarav", 0, 1)]
    [InlineData("शर्मा^आरव", "Sharma^Aarav", 0, 0)]
    [InlineData("Müller^Jürgen=Muller", "Müller^Jürgen=Muller", 0, 0)]
    public void A_name_is_shown_in_letters_and_other_groups_are_left_out(string name, string expected, int replaced, int dropped)
    {
        var text = SpecificCharacterSet.Latin1.Transliterate(name, VR.PN, out var loss);

        Assert.Equal(expected, text);
        Assert.Equal(replaced, loss.Replaced);
        Assert.Equal(dropped, loss.DroppedGroups);
    }

    [Fact]
    public void No_delimiter_comes_out_of_a_character_that_was_none()
    {
        var name = SpecificCharacterSet.Latin1.Transliterate("A＾B＝C＼D≠", VR.PN, out _);

        Assert.DoesNotContain('^', name);
        Assert.DoesNotContain('=', name);
        Assert.DoesNotContain('\\', name);
    }

    [Fact]
    public void Longer_letters_keep_the_limit_of_the_representation()
    {
        var bytes = new ArrayBufferWriter<byte>();

        DataSetWriter.Write(new DataSet().Set(Tags.AccessionNumber, new string('ß', 16)), TransferSyntax.ExplicitVrLittleEndian, bytes, SpecificCharacterSet.Default);

        Assert.Equal(new string('s', 16), DataSetReader.Read(bytes.WrittenMemory, TransferSyntax.ExplicitVrLittleEndian).GetString(Tags.AccessionNumber));
    }

    [Fact]
    public void Text_that_is_not_unicode_is_written_with_the_replacement_character()
    {
        var output = new ArrayBufferWriter<byte>();

        SpecificCharacterSet.Utf8.EncodeTransliterated("a\uD800b", VR.LO, output);

        Assert.Equal("a\uFFFDb", SpecificCharacterSet.Utf8.Decode(output.WrittenSpan, VR.LO));
    }
}
