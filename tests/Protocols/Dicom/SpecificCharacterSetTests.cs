using System.Buffers;
using System.Text;
using CloudPacs.Dicom;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom;

public class SpecificCharacterSetTests
{
    private static readonly Dictionary<char, char> Variants = new(GraphicSets.JisVariants) { ['\u30FB'] = '\u00B7', ['\u2015'] = '\u2014' };

    // The examples of PS3.5 annexes H, I, J and K, byte for byte.
    [Theory]
    [InlineData(@"\ISO 2022 IR 87", "Yamada^Tarou=山田^太郎=やまだ^たろう",
        "59616D6164615E5461726F753D1B2442 3B33 4544 1B28425E1B2442 4240 4F3A 1B28423D1B2442 2464245E2440 1B28425E1B2442 243F246D2426 1B2842")]
    [InlineData(@"ISO 2022 IR 13\ISO 2022 IR 87", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
        "D4CFC0DE5EC0DBB33D1B24423B3345441B284A5E1B244242404F3A1B284A3D1B24422464245E24401B284A5E1B2442243F246D24261B284A")]
    [InlineData(@"\ISO 2022 IR 149", "Hong^Gildong=洪^吉洞=홍^길동",
        "486F6E675E47696C646F6E673D1B242943FBF35E1B242943D1CED4D73D1B242943C8AB5E1B242943B1E6B5BF")]
    [InlineData(@"\ISO 2022 IR 58", "Zhang^XiaoDong=张^小东", "5A68616E675E5869616F446F6E673D1B242941D5C55E1B242941D0A1B6AB")]
    [InlineData("ISO_IR 192", "Wang^XiaoDong=王^小東", "57616E675E5869616F446F6E673DE78E8B5EE5B08FE69DB1")]
    [InlineData("GB18030", "Wang^XiaoDong=王^小东", "57616E675E5869616F446F6E673DCDF55ED0A1B6AB")]
    [InlineData("ISO_IR 100", "Buc^Jérôme", "4275635E4AE972F46D65")]
    [InlineData("ISO_IR 144", "Люкceмбypг", "BBEEDA6365DC D179 70D3")]
    [InlineData("ISO_IR 126", "Διονυσιος", "C4E9EFEDF5F3E9EFF2")]
    [InlineData("ISO_IR 127", "قباني^لنزار", "E2C8C7E6EA5EE4E6D2C7D1")]
    [InlineData("ISO_IR 138", "שרון^דבורה", "F9F8E5EF5EE3E1E5F8E4")]
    [InlineData("ISO_IR 166", "สมชาย^ใจดี", "CAC1AAD2C25EE3A8B4D5")]
    [InlineData("ISO_IR 13", "ﾔﾏﾀﾞ^ﾀﾛｳ", "D4CFC0DE5EC0DBB3")]
    [InlineData("ISO_IR 203", "œuvre €", "BD757672 6520A4")]
    public void Names_are_written_and_read_as_the_standard_shows_them(string terms, string name, string hex)
    {
        var set = SpecificCharacterSet.Parse(terms.Split('\\'));
        var output = new ArrayBufferWriter<byte>();

        Assert.True(set.TryEncode(name, VR.PN, output));
        Assert.Equal(hex.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(output.WrittenSpan));
        Assert.Equal(name, set.Decode(output.WrittenSpan, VR.PN));
    }

    [Fact]
    public void The_korean_escape_is_written_again_after_each_line_end()
    {
        var set = SpecificCharacterSet.Parse("", "ISO 2022 IR 149");
        var output = new ArrayBufferWriter<byte>();

        set.TryEncode("길동\r\n동", VR.LT, output);

        Assert.Equal("1B242943B1E6B5BF0D0A1B242943B5BF", Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void Bytes_of_delimiters_inside_two_byte_characters_are_no_delimiters()
    {
        var japanese = SpecificCharacterSet.Parse("", "ISO 2022 IR 87");
        var chinese = SpecificCharacterSet.Parse("GB18030");
        var output = new ArrayBufferWriter<byte>();
        Assert.True(chinese.TryEncode("乗俓\\乗", VR.LO, output));

        // 3D5CH, 3D5EH and 3D3DH are three kanji whose second bytes are a backslash, a caret and an equals sign.
        var element = Read("00100020", Convert.FromHexString("1B24423D5C3D5E3D3D1B28425C41"), japanese, VR.LO);

        Assert.Equal(2, element.Count);
        Assert.Equal(3, element[0].Length);
        Assert.DoesNotContain('\uFFFD', element[0]);
        Assert.Equal("A", element[1]);
        Assert.Contains((byte)0x5C, output.WrittenSpan.ToArray());
        Assert.Equal(["乗俓", "乗"], Read("00100020", output.WrittenMemory.ToArray(), chinese, VR.LO));
    }

    [Fact]
    public void High_bytes_without_their_escape_belong_to_the_one_set_declared()
    {
        var korean = SpecificCharacterSet.Parse("", "ISO 2022 IR 149");
        var two = SpecificCharacterSet.Parse("", "ISO 2022 IR 149", "ISO 2022 IR 58");
        byte[] bytes = [0xB1, 0xE6, 0xB5, 0xBF];

        Assert.Equal("길동", korean.Decode(bytes, VR.LO));
        Assert.Equal("\uFFFD\uFFFD\uFFFD\uFFFD", two.Decode(bytes, VR.LO));
    }

    [Theory]
    [InlineData("ISO_IR 100", "Łódź")]
    [InlineData("ISO_IR 100", "’")]
    [InlineData("ISO_IR 126", "Ä")]
    [InlineData("ISO_IR 126", "€")]
    [InlineData("ISO_IR 144", "Ä")]
    [InlineData("ISO_IR 13", "~")]
    [InlineData("ISO_IR 13", "ア")]
    [InlineData("ISO_IR 13", "¥")]
    [InlineData("ISO_IR 166", "€")]
    [InlineData("ISO_IR 166", "\u00A0")]
    [InlineData("GBK", "€")]
    [InlineData("GBK", "가")]
    [InlineData(@"\ISO 2022 IR 58", "東")]
    [InlineData(@"\ISO 2022 IR 58", "ⅰ")]
    [InlineData(@"\ISO 2022 IR 149", "€")]
    [InlineData(@"\ISO 2022 IR 149", "똠")]
    [InlineData(@"\ISO 2022 IR 87", "①")]
    [InlineData(@"\ISO 2022 IR 87", "ﾔ")]
    [InlineData(@"\ISO 2022 IR 87", "髙")]
    [InlineData(@"\ISO 2022 IR 159", "山")]
    [InlineData(@"ISO_IR 100", "\u001B")]
    [InlineData("ISO_IR 6", "é")]
    public void What_a_set_does_not_have_is_refused_and_no_look_alike_is_written(string terms, string text)
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.False(SpecificCharacterSet.Parse(terms.Split('\\')).TryEncode(text, VR.LO, output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void The_yen_sign_of_jis_is_a_yen_sign_only_where_no_values_are_separated()
    {
        var set = SpecificCharacterSet.Parse("ISO_IR 13");
        var output = new ArrayBufferWriter<byte>();

        Assert.True(set.TryEncode("¥5‾", VR.ST, output));
        Assert.Equal("5C357E", Convert.ToHexString(output.WrittenSpan));
        Assert.Equal("¥5‾", set.Decode(output.WrittenSpan, VR.ST));
        Assert.Equal("\\5‾", set.Decode(output.WrittenSpan, VR.LO));
    }

    [Theory]
    [InlineData("ISO_IR 109", 0xA5)]
    [InlineData("ISO_IR 127", 0xA1)]
    [InlineData("ISO_IR 126", 0xFF)]
    [InlineData("ISO_IR 138", 0xA1)]
    [InlineData("ISO_IR 166", 0x80)]
    [InlineData("ISO_IR 166", 0xFF)]
    [InlineData("ISO_IR 13", 0xFD)]
    [InlineData("ISO_IR 6", 0xE9)]
    [InlineData("GBK", 0x80)]
    public void Open_bytes_are_read_as_the_replacement_character(string term, int code) =>
        Assert.Equal("\uFFFD", SpecificCharacterSet.Parse(term).Decode([(byte)code], VR.LO));

    [Fact]
    public void Both_code_points_of_a_jis_sign_are_written_and_one_is_read()
    {
        var set = SpecificCharacterSet.Parse("", "ISO 2022 IR 87");
        var output = new ArrayBufferWriter<byte>();

        Assert.True(set.TryEncode("～〜∥‖－−", VR.LO, output));

        Assert.Equal("〜〜‖‖−−", set.Decode(output.WrittenSpan, VR.LO));
        Assert.Equal(TextForm.Normalize("～〜"), TextForm.Normalize("〜～"));
    }

    [Fact]
    public void Supplementary_kanji_have_their_own_table()
    {
        var set = SpecificCharacterSet.Parse("", "ISO 2022 IR 87", "ISO 2022 IR 159");
        var output = new ArrayBufferWriter<byte>();

        Assert.True(set.TryEncode("山丂A", VR.LO, output));

        Assert.Equal("1B24423B33" + "1B242844" + "3021" + "1B284241", Convert.ToHexString(output.WrittenSpan));
        Assert.Equal("山丂A", set.Decode(output.WrittenSpan, VR.LO));
    }

    [Fact]
    public void Several_sets_of_one_byte_are_switched_and_switched_back()
    {
        var set = SpecificCharacterSet.Parse("ISO 2022 IR 100", "ISO 2022 IR 144", "ISO 2022 IR 126");
        var output = new ArrayBufferWriter<byte>();

        Assert.True(set.TryEncode("éЛΔ^é", VR.PN, output));

        Assert.Equal("E9" + "1B2D4CBB" + "1B2D46C4" + "1B2D41" + "5E" + "E9", Convert.ToHexString(output.WrittenSpan));
        Assert.Equal("éЛΔ^é", set.Decode(output.WrittenSpan, VR.PN));
    }

    [Theory]
    [InlineData("ISO IR 100", "ISO_IR 100", null)]
    [InlineData("ISO-IR 192", "ISO_IR 192", null)]
    [InlineData("UTF-8", "ISO_IR 192", null)]
    [InlineData(@"ISO_IR 100\ISO_IR 144", @"ISO 2022 IR 100\ISO 2022 IR 144", null)]
    [InlineData("ISO 2022 IR 87", @"\ISO 2022 IR 87", null)]
    [InlineData(@"ISO_IR 192\ISO 2022 IR 87", "ISO_IR 192", null)]
    [InlineData("KLINGON", "", "KLINGON")]
    [InlineData(@"\KLINGON", "", "KLINGON")]
    [InlineData("ISO_IR 6", "", null)]
    public void Terms_are_read_as_they_were_meant(string declared, string terms, string? unknown)
    {
        var set = SpecificCharacterSet.Parse(declared.Split('\\'));

        Assert.Equal(terms, string.Join('\\', set.DefinedTerms));
        Assert.Equal(unknown, set.UnknownTerm);
    }

    // Sizes of the sets in their standards; JIS X 0208 signs that are written for two code points count twice, the tilde of JIS X 0212 is written as ASCII.
    [Theory]
    [InlineData("100", 96)]
    [InlineData("101", 96)]
    [InlineData("109", 89)]
    [InlineData("110", 96)]
    [InlineData("144", 96)]
    [InlineData("127", 51)]
    [InlineData("126", 90)]
    [InlineData("138", 58)]
    [InlineData("148", 96)]
    [InlineData("203", 96)]
    [InlineData("166", 87)]
    [InlineData("13", 63 + 1)]
    [InlineData("87", 6879 + 7)]
    [InlineData("159", 6067 - 1)]
    [InlineData("149", 986 + 2350 + 4888)]
    [InlineData("58", 7445 + 2)]
    public void Every_character_of_a_set_reads_back_as_it_was_written(string number, int size)
    {
        var set = SpecificCharacterSet.Parse("ISO 2022 IR 6", "ISO 2022 IR " + number);
        var count = 0;
        for (var c = '\u00A0'; c < '\uFFFD'; c++)
        {
            if (char.IsSurrogate(c)) continue;
            var output = new ArrayBufferWriter<byte>();
            if (!set.TryEncode(c.ToString(), VR.LO, output)) continue;
            count++;
            var read = set.Decode(output.WrittenSpan, VR.LO)[0];
            Assert.True(read == c || Variants[c] == read, $"{(int)c:X4} is read as {(int)read:X4}");
        }

        Assert.Equal(size, count);
    }

    private static IReadOnlyList<string> Read(string tag, byte[] value, SpecificCharacterSet set, VR vr)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(Convert.FromHexString(tag[2..4] + tag[..2] + tag[6..8] + tag[4..6]));
        bytes.Write(Encoding.ASCII.GetBytes(vr.ToString()));
        bytes.Write([(byte)value.Length, (byte)0]);
        bytes.Write(value);
        return DataSetReader.Read(bytes.WrittenMemory, TransferSyntax.ExplicitVrLittleEndian, new DataSetReaderOptions { UndeclaredCharacterSet = set }).GetStrings(Tag.Parse(tag));
    }
}
