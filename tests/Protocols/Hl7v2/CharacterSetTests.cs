using System.Text;
using System.Text.Json;
using CloudPacs.Hl7v2;
using Xunit;
using static CloudPacs.Protocols.Tests.Hl7v2.TestMessages;

namespace CloudPacs.Protocols.Tests.Hl7v2;

public sealed class CharacterSetTests
{
    static CharacterSetTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static TheoryData<string> SampleFiles => [.. Directory.GetFiles(SampleFolder, "*.hl7").Select(path => Path.GetFileName(path))];

    private static string SampleFolder => Path.Combine(AppContext.BaseDirectory, "Hl7v2", "Data", "charsets");

    [Theory]
    [MemberData(nameof(SampleFiles))]
    public void A_sample_in_each_set_decodes_exactly_and_is_copied_byte_by_byte(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(SampleFolder, file));
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(SampleFolder, "expected.json")));

        var message = Parse(bytes);

        var checks = 0;
        var utf8 = new byte[200];
        foreach (var field in expected.RootElement.GetProperty(file).EnumerateObject())
        {
            var isText = field.Name.EndsWith("plain text", StringComparison.Ordinal) || FieldPath.TryParse(field.Name, out _);
            if (!isText || field.Name.StartsWith("MSH", StringComparison.Ordinal)) continue;
            var element = message.Get(FieldPath.Parse(field.Name.Split(' ')[0]));
            Assert.Equal(field.Value.GetString(), element.Text);
            Assert.True(element.TryCopyUtf8(utf8, out var written));
            Assert.Equal(field.Value.GetString(), Encoding.UTF8.GetString(utf8, 0, written));
            checks++;
        }

        Assert.True(checks > 0);
        Assert.Equal(bytes, MessageWriter.CopyOf(message).ToArray());
    }

    [Theory]
    [InlineData("8859/1", 28591, "Stra\u00DFe")]
    [InlineData("8859/2", 28592, "\u0141\u00F3d\u017A")]
    [InlineData("8859/3", 28593, "\u0126al")]
    [InlineData("8859/4", 28594, "\u0112")]
    [InlineData("8859/5", 28595, "\u0416\u0443\u043A")]
    [InlineData("8859/6", 28596, "\u0645\u0631")]
    [InlineData("8859/7", 28597, "\u03A3\u03AC")]
    [InlineData("8859/8", 28598, "\u05E9\u05DC")]
    [InlineData("8859/9", 28599, "\u015Ei\u011F")]
    [InlineData("8859/13", 28603, "\u0104\u017E")]
    [InlineData("8859/15", 28605, "\u20AC\u0153")]
    [InlineData("8859/11", 874, "\u0E44\u0E17\u0E22")]
    [InlineData("KS X 1001", 949, "\uAE40\uC601\uD76C")]
    [InlineData("UNICODE UTF-8", 65001, "\u0936\u0930\uD83D\uDE00")]
    [InlineData("UNICODE", 65001, "\u0936")]
    [InlineData("utf-8", 65001, "\u0936")]
    [InlineData("ISO-8859-1", 28591, "\u00E9")]
    [InlineData("WINDOWS-1252", 1252, "\u20AC")]
    public void Sets_whose_bytes_are_never_separators_are_split_as_received(string set, int codePage, string text)
    {
        var message = InSet(set, Encoding.GetEncoding(codePage).GetBytes(text + "^B"));

        Assert.Equal(text, message.Get(FieldPath.Parse("PID-5")).Text);
        Assert.Equal("B", message.Get(FieldPath.Parse("PID-5.2")).Text);
        Assert.True(message.Text.Equals(message.Bytes));
        Assert.Empty(message.Warnings);
    }

    [Theory]
    [InlineData("BIG-5", 950, "\u8A31\u529F\u84CB")]
    [InlineData("GB 18030-2000", 54936, "\u674E\u3400\u5A1C\uD840\uDC00\u4E3F")]
    [InlineData("shift_jis", 932, "\u8868\uFF71\u30BD\u5341")]
    [InlineData("CNS 11643-1992", 20000, "\u674E\u4E2D")]
    public void Sets_whose_bytes_can_be_separators_are_decoded_before_splitting(string set, int codePage, string text)
    {
        var message = InSet(set, [.. Encoding.GetEncoding(codePage).GetBytes(text), .. "^B"u8]);

        Assert.Equal(text, message.Get(FieldPath.Parse("PID-5")).Text);
        Assert.Equal("B", message.Get(FieldPath.Parse("PID-5.2")).Text);
        Assert.Equal("next", message.Get(FieldPath.Parse("PID-6")).Text);
    }

    [Theory]
    [InlineData(54936)]
    [InlineData(950)]
    [InlineData(932)]
    public void Every_character_of_a_set_with_separator_bytes_survives(int codePage)
    {
        var encoding = Encoding.GetEncoding(codePage, new EncoderExceptionFallback(), new DecoderReplacementFallback("\uFFFD"));
        var set = codePage switch { 54936 => "GB 18030-2000", 950 => "BIG-5", _ => "shift_jis" };
        var characters = Encodable(encoding, '\u00A0', '\uD7FF').ToList();
        var value = string.Join('^', characters);

        var field = InSet(set, encoding.GetBytes(value)).Segment("PID").Field(5);

        Assert.True(characters.Count > 5000);
        Assert.Equal(value, field.LongText);
    }

    [Theory]
    [InlineData("8859/10", "\u0104\u0138")]
    [InlineData("8859/14", "\u1E02\u0177")]
    [InlineData("8859/16", "\u0218\u021B")]
    public void Parts_of_8859_that_the_runtime_lacks_are_read_and_written(string set, string text)
    {
        var writer = new MessageWriter(Delimiters.Default, set);
        writer.Set(FieldPath.Parse("PID-5"), text);

        var message = Parse(writer.ToArray());

        Assert.Equal(text, message.Get(FieldPath.Parse("PID-5")).Text);
        Assert.Equal(2, message.Get(FieldPath.Parse("PID-5")).Length);
    }

    [Fact]
    public void Bytes_0x80_to_0x9F_of_8859_1_are_read_as_Windows_1252()
    {
        Assert.Equal("\u201CM\u00FCller\u201D \u20AC", InSet("8859/1", [0x93, (byte)'M', 0xFC, .. "ller"u8, 0x94, 0x20, 0x80]).Get(FieldPath.Parse("PID-5")).Text);
    }

    [Theory]
    [InlineData("~ISO IR87", "ISO 2022-1994", "\u001B$B!^@P\u001B(B^A", "\u00B1\u77F3", "A")]
    [InlineData("ISO IR87", "", "\u001B$B;3ED\u001B(B^\u001B$BB@O:\u001B(B", "\u5C71\u7530", "\u592A\u90CE")]
    [InlineData("~ISO IR87~ISO IR159", "ISO 2022-1994", "\u001B$(D0!\u001B$B;3\u001B(B^B", "\u4E02\u5C71", "B")]
    [InlineData("ISO IR14~ISO IR87", "ISO 2022-1994", "\u00D4\u00CF\u00C0\u00DE^\u001B$B;3\u001B(J", "\uFF94\uFF8F\uFF80\uFF9E", "\u5C71")]
    [InlineData("~ISO IR87", "2.3", "\\M2442\\!^@P\\C2842\\^A", "\u00B1\u77F3", "A")]
    [InlineData("~ISO IR87~ISO IR159", "2.3", "\\M24284400\\^B", null, null)]
    [InlineData("~ISO IR159", "2.3", "\\M242844\\0!\\C2842\\x^A", "\u4E02x", "A")]
    [InlineData("ASCII~8859/2", "ISO 2022-1994", "\u001B-B\u00A3^\u001B-A\u00A3", "\u0141", "\u00A3")]
    [InlineData("ASCII~8859/5", "2.3", "\\C2D4C\\\u00B6^\u00E9", "\u0416", "\u00E9")]
    [InlineData("~KS X 1001", "ISO 2022-1994", "\u001B$)C\u00B1\u00E8^A", "\uAE40", "A")]
    [InlineData("~GB 18030-2000", "ISO 2022-1994", "\u001B$)A\u00C0\u00EE^A", "\u674E", "A")]
    [InlineData("~ISO IR87", "ISO 2022-1994", "\u001B$B;3^\u001B$BB@^C", "\u5C71", "\u592A")]
    public void Shifts_between_sets_are_followed(string set, string scheme, string value, string? first, string? second)
    {
        var bytes = Encoding.Latin1.GetBytes(value);

        var message = InSet(set, bytes, scheme);

        if (first is not null)
        {
            Assert.Equal(first, message.Get(FieldPath.Parse("PID-5.1")).Text);
            Assert.Equal(second, message.Get(FieldPath.Parse("PID-5.2")).Text);
        }

        Assert.Equal("next", message.Get(FieldPath.Parse("PID-6")).Text);
        Assert.Equal(bytes, message.ReceivedBytesOf(message.Get(FieldPath.Parse("PID-5"))).ToArray());
    }

    [Fact]
    public void Every_character_of_JIS_X_0208_and_0212_survives_with_separators_in_its_bytes()
    {
        var count = 0;
        foreach (var (designation, isSupplement) in new[] { ("\u001B$B", false), ("\u001B$(D", true) })
        {
            var reference = Encoding.GetEncoding(20932);
            for (var row = 0x21; row < 0x7F; row++)
            {
                for (var column = 0x21; column < 0x7F; column++)
                {
                    var expected = reference.GetString([(byte)(row | 0x80), (byte)(isSupplement ? column : column | 0x80)]);
                    if (expected.Length != 1 || expected[0] is '?' or '\uFFFD' or '\u30FB' or (>= '\uE000' and <= '\uF8FF') or < '\u0080') continue;
                    // Both mappings are in use for these; we give the one of the runtime's Shift-JIS and ISO-2022-JP.
                    expected = isSupplement ? expected : expected.Replace('\u301C', '\uFF5E').Replace('\u2212', '\uFF0D').Replace('\u2016', '\u2225')
                        .Replace('\u00A2', '\uFFE0').Replace('\u00A3', '\uFFE1').Replace('\u00AC', '\uFFE2');
                    var value = Encoding.Latin1.GetBytes($"{designation}{(char)row}{(char)column}\u001B(B^x");
                    if (++count % 7 != 0) continue;

                    var message = InSet("~ISO IR87~ISO IR159", value, "ISO 2022-1994");

                    Assert.Equal(expected, message.Get(FieldPath.Parse("PID-5.1")).Text);
                    Assert.Equal("x", message.Get(FieldPath.Parse("PID-5.2")).Text);
                }
            }
        }

        Assert.True(count > 12_000, $"{count} characters");
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("ASCII", 101)]
    [InlineData("", 101)]
    public void Undeclared_text_is_UTF8_when_it_is_valid_UTF8(string set, int warning)
    {
        var message = InSet(set, Encoding.UTF8.GetBytes(warning == 0 ? "Muller" : "M\u00FCller"));

        Assert.Equal(warning == 0 ? "Muller" : "M\u00FCller", message.Get(FieldPath.Parse("PID-5")).Text);
        Assert.Equal(warning == 0 ? [] : [warning], message.Warnings.Select(problem => problem.Code));
    }

    [Theory]
    [InlineData("", "8859/1", "M\u00FCller")]
    [InlineData("ASCII", "8859/5", "M\u045Cller")]
    [InlineData("UNICODE UTF-8", "8859/1", "M\u00FCller")]
    [InlineData("NO SUCH SET", "8859/1", "M\u00FCller")]
    public void Text_that_is_not_what_it_should_be_is_read_in_the_default_set_of_the_link(string set, string linkDefault, string expected)
    {
        var message = InSet(set, [(byte)'M', 0xFC, .. "ller"u8], options: new ParseOptions { DefaultCharacterSet = linkDefault });

        Assert.Equal(expected, message.Get(FieldPath.Parse("PID-5")).Text);
        var warning = Assert.Single(message.Warnings);
        Assert.Equal("MSH^1^18", warning.Location?.ToString());
    }

    [Fact]
    public void A_link_default_may_be_a_set_with_separator_bytes()
    {
        var message = InSet("", [0x83, 0x5C, 0x94, 0x5C], options: new ParseOptions { DefaultCharacterSet = "shift_jis" });

        Assert.Equal("\u30BD\u80FD", message.Get(FieldPath.Parse("PID-5")).Text);
    }

    [Theory]
    [InlineData("JIS X 0202", "\u001B$B;3\u001B(B^A", "\u5C71", "JIS X 0202")]
    [InlineData("JIS X 0202", "plain^A", "plain", "ASCII")]
    [InlineData("8859/1", "\u001B$B;3\u001B(B^A", "\u001B$B;3\u001B(B", "ASCII")]
    public void Shifts_that_no_header_declares_are_followed_when_the_link_says_so(string linkDefault, string value, string expected, string set)
    {
        var message = InSet("", Encoding.Latin1.GetBytes(value), options: new ParseOptions { DefaultCharacterSet = linkDefault });

        Assert.Equal(expected, message.Get(FieldPath.Parse("PID-5.1")).Text);
        Assert.Equal("A", message.Get(FieldPath.Parse("PID-5.2")).Text);
        Assert.Equal(set, message.CharacterSet);
    }

    [Fact]
    public void An_unknown_default_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ParseOptions { DefaultCharacterSet = "klingon" });
    }

    [Theory]
    [InlineData(1200, true)]
    [InlineData(1200, false)]
    [InlineData(1201, true)]
    [InlineData(1201, false)]
    [InlineData(12000, true)]
    [InlineData(12001, false)]
    public void Wide_Unicode_is_read_and_copied_byte_by_byte(int codePage, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(codePage);
        byte[] bytes = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes("MSH|^~\\&|A|||||||||||||||UNICODE UTF-16\rPID|\u674E\uD83D\uDE00^B\r")];

        var message = Parse(bytes);

        Assert.Equal("\u674E\uD83D\uDE00", message.Get(FieldPath.Parse("PID-1")).Text);
        Assert.Equal("B", message.Get(FieldPath.Parse("PID-1.2")).Text);
        Assert.Equal(bytes, MessageWriter.CopyOf(message).ToArray());
    }

    [Fact]
    public void A_cut_character_does_not_swallow_the_separator_after_it()
    {
        foreach (var set in new[] { "GB 18030-2000", "BIG-5", "shift_jis" })
        {
            var message = Parse([.. Encoding.ASCII.GetBytes($"MSH|^~\\&|||||||ADT^A08|1|P|2.5.1||||||{set}\rPID|1|"), 0x88, .. "\rPV1|1\r"u8]);

            Assert.Equal("1", message.Get(FieldPath.Parse("PV1-1")).Text);
            Assert.Equal("\uFFFD", message.Get(FieldPath.Parse("PID-2")).Text);
        }
    }

    [Fact]
    public void Text_full_of_separators_in_a_shifted_run_takes_linear_time()
    {
        var value = Encoding.Latin1.GetBytes("\u001B$B" + new string('^', 2_000_000) + "\u001B(B");
        var started = System.Diagnostics.Stopwatch.StartNew();

        var message = InSet("~ISO IR87", value, "ISO 2022-1994");

        Assert.Equal("next", message.Get(FieldPath.Parse("PID-6")).Text);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(10), started.Elapsed.ToString());
    }

    private static IEnumerable<char> Encodable(Encoding encoding, char first, char last)
    {
        var bytes = new byte[8];
        for (var value = first; value <= last; value++)
        {
            string back;
            try
            {
                back = encoding.GetString(bytes, 0, encoding.GetBytes([value], 0, 1, bytes, 0));
            }
            catch (EncoderFallbackException)
            {
                continue;
            }

            if (back.Length == 1 && back[0] == value && back[0] > 0x9F) yield return value;
        }
    }
}
